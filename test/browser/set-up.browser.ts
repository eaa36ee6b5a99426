import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import { EVENT_TYPES } from '../../functions/domain/webhook-event.ts';
import { EVENTS_TO_SELECT, type TenantOf } from '../system/running-system.ts';
import { Visits } from './support/visit.ts';

const visits = await Visits.start();

/** The seed's steps 1 and 2, as somebody new: from the first page to Create Connection. */
async function connect({ orgId, secretKey }: TenantOf): Promise<Page> {
  const page = await visits.signIn(orgId);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Connect Stripe' });
  await form.getByLabel('Connection Name').fill('Production Stripe');
  await form.getByLabel('Secret Key').fill(secretKey);
  await form.getByRole('button', { name: 'Create Connection' }).click();
  await page.getByRole('heading', { level: 1, name: 'Stripe' }).waitFor();
  return page;
}

/** Each step says that it is done by itself. */
const step = (page: Page, title: string, isDone: boolean) =>
  page.getByText(`${title} ${isDone ? '(done)' : '(to do)'}`).waitFor();

const goTo = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name }).click();

/** Finalizes the test invoice that the page offers, pays it on Stripe's page, and sees it paid without a reload. */
async function payTestInvoice(page: Page): Promise<void> {
  await page.getByText('Your Stripe integration is now fully configured.').waitFor();
  await page.getByRole('button', { name: 'Finalize a test invoice' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Finalize' }).click();
  await page.getByRole('link', { name: 'Open the payment page' }).waitFor();
  await goTo(page, 'Integrations');
  await page.getByRole('link', { name: 'Manage' }).click();
  await page.getByRole('link', { name: 'Open the one you finalized' }).click();
  const popup = page.waitForEvent('popup');
  await page.getByRole('link', { name: 'Open the payment page' }).click();
  const hosted = await popup;
  await hosted.getByLabel('E-mail').fill('ada@example.com');
  await hosted.getByLabel('Card number').fill('4242 4242 4242 4242');
  await hosted.getByRole('button', { name: /^Pay/ }).click();
  await hosted.getByRole('button', { name: /^Pay/ }).waitFor({ state: 'detached' });
  await hosted.close();

  await page.getByRole('main').getByText('Paid', { exact: true }).first().waitFor();
  await page.getByRole('table', { name: 'Payments' }).getByText('Applied').waitFor();
  await goTo(page, 'Webhook Events');
  // Whichever of the payment's two events came first.
  await page.getByRole('row', { name: /Applied.*20\.00/ }).waitFor();
  await goTo(page, 'Invoices');
  await page.getByRole('row', { name: /Paid.*TEST-.*20\.00/ }).waitFor();

  await goTo(page, 'Integrations');
  await page.getByRole('link', { name: 'Manage' }).click();
  await step(page, 'An invoice is paid', true);
  await step(page, 'Its event is seen', true);
  await page.getByRole('button', { name: 'Close the set-up' }).click();
  await page.getByRole('heading', { name: 'Webhook', exact: true }).waitFor();
}

/** Whether what has the focus is above what the header leaves of the window, or below it. */
const covered = `(() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  return top < document.querySelector('header').getBoundingClientRect().bottom || bottom > innerHeight;
})()`;

describe('the set-up, from the first click to the paid invoice', () => {
  it('by hand, as the documentation has it', async () => {
    const tenant = await visits.system.newTenant();
    const page = await connect(tenant);

    await step(page, 'Configure the webhook in Stripe', false);
    await page.getByRole('button', { name: 'Copy Webhook URL' }).click();
    const url = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(url).toBe(`${visits.system.url}/api/v1/webhooks/stripe/tenant_${tenant.orgId}/prod`);
    for (const event of EVENT_TYPES) await page.getByRole('button', { name: `Copy ${event}` }).waitFor();

    const endpoint = await tenant.stripe.webhookEndpoints.create({ url, enabled_events: EVENTS_TO_SELECT });
    await step(page, 'Configure the webhook in Stripe', true);
    // Whoever is reading them goes on reading.
    await page.getByText('Under Events to send').waitFor();

    await page.getByRole('link', { name: 'Webhook Secret' }).click();
    expect(await page.evaluate(covered)).toBe(false);
    await page.keyboard.type(endpoint.secret ?? '');
    await page.getByRole('button', { name: 'Save Changes' }).click();
    await step(page, 'Save the webhook secret', true);
    await page.waitForFunction("document.activeElement.innerText.includes('now fully configured')");
    expect(await page.evaluate(covered)).toBe(false);
    await payTestInvoice(page);
  });

  it('in one click', async () => {
    const page = await connect(await visits.system.newTenant());
    await page.getByRole('button', { name: 'Configure automatically' }).first().click();
    await step(page, 'Configure the webhook in Stripe', true);
    await step(page, 'Save the webhook secret', true);
    await payTestInvoice(page);
  });

  it('not by a secret alone: Stripe must have the endpoint', async () => {
    const tenant = await visits.system.newTenant();
    const { body } = await tenant.api('POST', '/integrations/stripe', {
      name: 'Acme',
      secret_key: tenant.secretKey,
      webhook_secret: 'whsec_OfAnotherEndpoint1234',
    });
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/stripe');
    await step(page, 'Configure the webhook in Stripe', false);
    await step(page, 'Save the webhook secret', true);
    expect(await page.getByText('now fully configured').count()).toBe(0);
    const { webhook_url: url } = v.parse(v.object({ webhook_url: v.string() }), body);
    await tenant.stripe.webhookEndpoints.create({ url, enabled_events: EVENTS_TO_SELECT });
    await step(page, 'Configure the webhook in Stripe', true);
    await page.getByText('now fully configured').waitFor();
  });
});

describe('the form tells while typing that it is', () => {
  it.each([
    ['Secret Key', 'pk_test_1234567890abcdef', 'This is a publishable key.'],
    ['Secret Key', 'https://dashboard.stripe.com/apikeys', 'This is a URL.'],
    ['Secret Key', 'whsec_1234567890abcdef', 'This is a webhook signing secret.'],
    ['Webhook Secret', 'https://api.fluxrate.co/api/v1/webhooks', 'This is a URL.'],
    ['Webhook Secret', 'sk_test_1234567890abcdef', 'This is an API key, or a part of one.'],
  ])('%s: %s', async (label, typed, problem) => {
    const { orgId } = await visits.system.newTenant();
    const page = await visits.signIn(orgId);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const field = page.getByRole('dialog').getByLabel(label);
    await field.fill(typed);
    await page.getByRole('dialog').getByText(problem).waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
  });

  it('nothing wrong, while a right key is typed; a part of one is not sent', async () => {
    const { orgId } = await visits.system.newTenant();
    const page = await visits.signIn(orgId);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const form = page.getByRole('dialog');
    const field = form.getByLabel('Secret Key');
    for (const letter of 'sk_test_4') {
      await field.press(letter);
      expect(await field.getAttribute('aria-invalid')).toBeNull();
    }
    await field.fill('sk_te');
    await form.getByRole('button', { name: 'Create Connection' }).click();
    await form.getByText('This is an API key, or a part of one.').waitFor();
    for (const letter of '-4') {
      await field.press(letter);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
    }
  });

  it('not the key but Stripe that is to blame', async () => {
    const { orgId, secretKey } = await visits.system.newTenant();
    await visits.system.post(`${visits.system.stripeUrl}/_test/faults`, {
      path: '/v1/payment_links',
      method: 'GET',
      kind: '500',
      times: 5,
      contains: secretKey,
    });
    const page = await visits.signIn(orgId);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Connect Stripe' });
    await form.getByLabel('Connection Name').fill('Live');
    await form.getByLabel('Secret Key').fill(secretKey);
    await form.getByRole('button', { name: 'Create Connection' }).click();
    expect(await form.getByRole('alert').textContent()).toContain(
      'Stripe or a service behind this did not answer. Nothing was lost; try again in a moment.',
    );
    expect(await page.getByRole('main').textContent()).not.toContain(secretKey);
  });
});
