import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { eventually, invoiceOf, type TenantOf } from '../system/running-system.ts';
import { Visits } from './support/visit.ts';

const visits = await Visits.start();
let tenant: TenantOf;

beforeEach(async () => {
  tenant = await visits.system.newTenant();
});

/** What has the focus: a tag, and the first line of its name. */
const focused = async (page: Page) =>
  String(
    await page.evaluate(`(({ id, tagName, innerText, ariaLabel, labels }) =>
      id === 'main' ? 'the page' : tagName.toLowerCase() + ' ' + (ariaLabel ?? labels?.[0]?.innerText ?? innerText)
    )(document.activeElement)`),
  ).replace(/\n.*/s, '');

/** It stays there, too: what takes the focus back does so a moment later. */
const expectFocus = async (page: Page, on: string) => {
  await eventually(async () => expect(await focused(page)).toBe(on));
  await page.waitForTimeout(300);
  expect(await focused(page)).toBe(on);
};

const press = async (locator: Locator, key = 'Enter') => {
  await locator.focus();
  await locator.press(key);
};

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true });

describe('whoever uses the keyboard goes on where they were, or at the page', () => {
  it('in a form with something wrong', async () => {
    const page = await visits.signIn(tenant.orgId);
    await press(button(page, 'Connect'));
    const form = page.getByRole('dialog');
    await press(button(form, 'Create Connection'));
    await expectFocus(page, 'input Connection Name *');
    await form.getByLabel('Connection Name').fill('Acme');
    await press(form.getByLabel('Connection Name'));
    await expectFocus(page, 'input Secret Key *');
  });

  it('in the set-up', async () => {
    await tenant.api('POST', '/integrations/stripe', { name: 'Acme', secret_key: tenant.secretKey });
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/stripe');
    await press(button(page, 'Configure automatically').first());
    await expectFocus(page, 'div Your Stripe integration is now fully configured.');
  });

  it('under Manage', async () => {
    await tenant.connect();
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/stripe');
    await press(button(page, 'Check again'));
    await expectFocus(page, 'button Check again');
    await press(page.getByRole('switch'), 'Space');
    await page.getByText('Switched off', { exact: true }).waitFor();
    await expectFocus(page, 'input The connection is switched off');

    await page.getByLabel('Connection Name').fill('European Stripe');
    await press(button(page, 'Save Changes'));
    await page.getByText('Changes saved.').waitFor();
    await expectFocus(page, 'button Save Changes');

    await page.getByLabel('Secret Key', { exact: true }).fill('sk_test_somebodyelse_9999');
    await press(button(page, 'Save Changes'));
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expectFocus(page, 'button Save Changes');

    await press(button(page, 'More actions'));
    await press(page.getByRole('menuitem', { name: 'Disconnect' }));
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expectFocus(page, 'button More actions');

    await press(button(page, 'More actions'));
    await press(page.getByRole('menuitem', { name: 'Disconnect' }));
    await press(button(page.getByRole('dialog'), 'Disconnect'));
    await page.getByText('Not connected').waitFor();
    await expectFocus(page, 'the page');
  });

  it('at a webhook event', async () => {
    await tenant.connect();
    const payload = { id: 'evt_1', object: 'event', type: 'charge.refunded', created: 1, livemode: false };
    await tenant.deliver(JSON.stringify({ ...payload, data: { object: {} } }));
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/webhook-events/evt_1');
    await press(button(page.getByRole('dialog'), 'Replay'));
    await page.getByText('Replayed:').waitFor();
    await expectFocus(page, 'button Replay');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectFocus(page, 'the page');
  });

  it('at an invoice, and in another environment', async () => {
    await tenant.connect();
    await tenant.api('POST', '/integrations/stripe/webhook-endpoint');
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    const { payment_intent } = await visits.system.pay(payment_link?.id ?? '');
    await tenant.paidInvoice(invoice_id);
    await tenant.stripe.refunds.create({ payment_intent });
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await press(button(page, 'Acknowledge: Refunded'));
    await button(page, 'Acknowledge: Refunded').waitFor({ state: 'detached' });
    await expectFocus(page, 'the page');

    const open = await tenant.finalize(invoiceOf());
    await page.goto(`/prod/invoices/${open.invoice_id}`);
    await press(button(page, 'Void'));
    await press(button(page.getByRole('dialog'), 'Void'));
    await page.getByText('The invoice is void.').waitFor();
    await expectFocus(page, 'the page');

    await press(button(page, 'Environment: prod'));
    await press(page.getByRole('menuitem', { name: 'Another environment…' }));
    await page.getByRole('dialog').getByLabel('Environment').fill('staging');
    await press(button(page, 'Go there'));
    await page.getByText('No invoice yet').waitFor();
    await expectFocus(page, 'the page');
    await press(button(page, 'Environment: staging'));
    await press(page.getByRole('menuitem', { name: 'prod' }));
    await page.getByRole('row', { name: /Void/ }).waitFor();
    await expectFocus(page, 'the page');
  });
});
