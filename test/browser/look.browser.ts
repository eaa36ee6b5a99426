import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import { EVENT_TYPES } from '../../functions/domain/webhook-event.ts';
import { eventually, invoiceOf, type TenantOf } from '../system/running-system.ts';
import { Visits } from './support/visit.ts';

const folder = process.env['SCREENSHOTS'] || '.build/screenshots';
const visits = await Visits.start();

/** Who has everything, who has only begun, and who has nothing. */
let busy: TenantOf;
let begun: TenantOf;
let empty: TenantOf;
let paidInvoice = '';

type Screen = {
  readonly name: string;
  readonly of: () => TenantOf;
  readonly path: string | (() => string);
  /** What is there once it is shown in full. */
  readonly shows: string | RegExp;
  /** What is done on it before it is looked at. */
  readonly next?: (page: Page) => Promise<unknown>;
};

const screens: readonly Screen[] = [
  { name: 'integrations-empty', of: () => empty, path: '/prod/integrations', shows: 'Not connected' },
  {
    name: 'connect',
    of: () => empty,
    path: '/prod/integrations',
    shows: 'Not connected',
    next: async (page) => {
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByLabel('Connection Name').fill('Production Stripe');
      await page.getByLabel('Secret Key').fill('pk_test_a_publishable_key');
      await page.getByText('This is a publishable key.').waitFor();
    },
  },
  { name: 'invoices-empty', of: () => empty, path: '/prod/invoices', shows: 'No invoice yet' },
  {
    name: 'webhook-events-empty',
    of: () => empty,
    path: '/prod/integrations/webhook-events',
    shows: 'No event yet',
  },
  {
    name: 'manage-empty',
    of: () => empty,
    path: '/an_environment_whose_id_is_as_long_as_one_may_be_which_is_64/integrations/stripe',
    shows: 'Stripe is not connected',
  },
  {
    name: 'set-up',
    of: () => begun,
    path: '/prod/integrations/stripe',
    shows: /^Webhook endpoint \((passed|warning|failed)\)/,
  },
  { name: 'integrations', of: () => busy, path: '/prod/integrations', shows: 'Connected' },
  {
    name: 'manage',
    of: () => busy,
    path: '/prod/integrations/stripe',
    shows: /^Webhook endpoint \((passed|warning|failed)\)/,
  },
  {
    name: 'disconnect',
    of: () => busy,
    path: '/prod/integrations',
    shows: 'Connected',
    next: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Disconnect' }).click();
      await page.getByRole('dialog').getByText('destroyed within 10 minutes').waitFor();
    },
  },
  {
    name: 'webhook-events',
    of: () => busy,
    path: '/prod/integrations/webhook-events',
    shows: 'US$1,299.00',
  },
  {
    name: 'webhook-event',
    of: () => busy,
    path: '/prod/integrations/webhook-events/evt_unknown_invoice',
    shows: 'What to do:',
  },
  { name: 'invoices', of: () => busy, path: '/prod/invoices', shows: 'INV-1042' },
  { name: 'invoice', of: () => busy, path: () => `/prod/invoices/${paidInvoice}`, shows: 'Overview' },
  {
    name: 'invoice-void',
    of: () => busy,
    path: '/prod/invoices/inv_open',
    shows: 'Open the payment page',
    next: async (page) => {
      await page.getByRole('button', { name: 'Void' }).click();
      await page.getByText('This cannot be undone:').waitFor();
    },
  },
  { name: 'not-found', of: () => busy, path: '/prod/nothing/here', shows: /not found|no page|nothing here/i },
  {
    name: 'api-down',
    of: () => busy,
    path: '/prod/integrations',
    shows: 'Connected',
    next: async (page) => {
      await page.route('**/api/v1/**', (route) => route.abort());
      await page.goto('/prod/invoices');
      await page.getByText('Fluxrate cannot be reached').waitFor();
    },
  },
  {
    name: 'session-ended',
    of: () => busy,
    path: '/prod/integrations',
    shows: 'Connected',
    next: async (page) => {
      await page.route('**/api/v1/**', (route) =>
        route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' }),
      );
      await page.goto('/prod/invoices');
      await page.getByText('Your session has ended').waitFor();
    },
  },
];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [busy, begun, empty] = await Promise.all([
    visits.system.newTenant(),
    visits.system.newTenant(),
    visits.system.newTenant(),
  ]);
  await begun.api('POST', '/integrations/stripe', { name: 'Production Stripe', secret_key: begun.secretKey });
  await busy.connect();
  await busy.api('PATCH', '/integrations/stripe', { name: 'Production Stripe' });
  const [endpoint] = (await busy.stripe.webhookEndpoints.list()).data;
  await busy.stripe.webhookEndpoints.update(endpoint?.id ?? '', { enabled_events: [...EVENT_TYPES] });
  paidInvoice = await fillWithPayments(busy);
});

/** Invoices and events of every kind; answers the id of the one that was paid and refunded. */
async function fillWithPayments(tenant: TenantOf): Promise<string> {
  const finalize = (number: number, overrides: Record<string, unknown>) =>
    tenant.finalize(invoiceOf({ invoice_number: `INV-${number}`, due_date: '2026-12-15', ...overrides }));
  const payOf = async (number: number, outcome: 'paid' | 'delayed', overrides: Record<string, unknown>) => {
    const { invoice_id, payment_link } = await finalize(number, overrides);
    return { invoice_id, ...(await visits.system.pay(payment_link?.id ?? '', outcome)) };
  };
  const paid = await payOf(1038, 'paid', { customer: { name: 'Ada Lovelace', email: 'ada@example.com' } });
  await tenant.paidInvoice(paid.invoice_id);
  await tenant.stripe.refunds.create({ payment_intent: paid.payment_intent });
  await payOf(1039, 'paid', { currency: 'JPY', amount_due: 50000, customer: { name: 'Hedy Lamarr' } });
  await payOf(1040, 'delayed', { currency: 'EUR', amount_due: 480050, customer: { name: 'Grace Hopper' } });
  const voided = await finalize(1041, {
    currency: 'KWD',
    amount_due: 12340,
    customer: { name: 'Alan Turing' },
  });
  await tenant.api('POST', `/invoices/${voided.invoice_id}/void?confirm=true`);
  // The widest there is, and one with many digits on a line that is short anyway.
  await payOf(1043, 'paid', {
    currency: 'IDR',
    amount_due: 999_999_999_900,
    customer: { name: 'Mary Jackson' },
  });
  await finalize(1044, { currency: 'HUF', amount_due: 99_999_900, customer: { name: 'Annie Easley' } });
  await finalize(1042, {
    invoice_id: 'inv_open',
    customer: { name: 'Katherine Johnson', email: 'kj@example.com' },
  });
  await tenant.deliver(
    JSON.stringify({
      id: 'evt_unknown_invoice',
      object: 'event',
      type: 'payment_intent.succeeded',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      data: {
        object: {
          id: 'pi_unknown',
          object: 'payment_intent',
          amount: 129900,
          amount_received: 129900,
          currency: 'usd',
          metadata: { invoice_id: 'inv_nobody_knows', customer_id: 'cus_7' },
        },
      },
    }),
  );
  await eventually(async () => {
    expect((await tenant.invoice(paid.invoice_id)).attention).toEqual(['refunded']);
    expect((await tenant.events()).length).toBeGreaterThanOrEqual(6);
  });
  return paid.invoice_id;
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  ([1280, 360] as const).map((width) => ({ colorScheme, width })),
);

/**
 * Looks at a page in every way: takes a picture, and answers what axe finds, and what does not fit.
 * @see https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
 */
async function findings(page: Page, name: string): Promise<string[]> {
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const found: string[] = [];
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    // What lies over a page covers the window, and not what is below it.
    const fullPage = (await page.getByRole('dialog').count()) === 0;
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const where = `${colorScheme} ${width}`;
    for (const { id, nodes } of violations) found.push(`${where}: ${id} at ${nodes.map(({ html }) => html)}`);
    const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth');
    if (!fits) found.push(`${where}: wider than the window`);
    found.push(...(await cutOff(page)).map((text) => `${where}: cut off: ${text}`));
  }
  return found;
}

/** What does not fit into its cell, but for what is to end in an ellipsis. */
async function cutOff(page: Page): Promise<string[]> {
  return v.parse(
    v.array(v.string()),
    await page.evaluate(`
      [...document.querySelectorAll('td, th')]
        .filter((cell) => cell.scrollWidth > cell.clientWidth && getComputedStyle(cell).textOverflow !== 'ellipsis')
        .map((cell) => cell.innerText)
    `),
  );
}

describe('light and dark, wide and narrow, nothing is wrong', () => {
  it.each(screens)('at $name', async ({ name, of, path, shows, next }) => {
    const page = await visits.signIn(of().orgId, typeof path === 'string' ? path : path());
    await page.getByText(shows).filter({ visible: true }).first().waitFor();
    await next?.(page);
    expect(await findings(page, name)).toEqual([]);
  });

  it('at the sign-in page, and at the one after signing out', async () => {
    const page = await visits.newPage();
    await page.goto('/');
    await page.getByLabel('Organization').waitFor();
    expect(await findings(page, 'sign-in')).toEqual([]);
    await page.goto('/signed-out');
    await page.getByText('You are signed out').waitFor();
    expect(await findings(page, 'signed-out')).toEqual([]);
  });

  it('at the menu of a phone', async () => {
    const page = await visits.signIn(empty.orgId);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Invoices' }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.screenshot({ path: join(folder, 'menu-light-360.png') });
    await page.getByRole('dialog').getByRole('link', { name: 'Invoices' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Invoices' }).waitFor();
  });
});
