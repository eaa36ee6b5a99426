import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually, invoiceOf, type TenantOf } from '../system/running-system.ts';
import { Visits } from './support/visit.ts';

const visits = await Visits.start();
let tenant: TenantOf;
let page: Page;

beforeEach(async () => {
  const account = randomUUID().replaceAll('-', '');
  tenant = await visits.system.newTenant({ secretKey: `sk_test_${account}_first` });
  await tenant.connect();
  page = await visits.signIn(tenant.orgId);
  await page.getByRole('link', { name: 'Manage' }).click();
  await page.getByRole('heading', { level: 1, name: 'Stripe' }).waitFor();
});

const save = async () => {
  await page.getByRole('button', { name: 'Save Changes' }).click();
  await page.getByText('Changes saved.').waitFor();
};
const connection = async () => (await tenant.api('GET', '/integrations/stripe')).body;

describe('Manage', () => {
  it('renames', async () => {
    await page.getByLabel('Connection Name').fill('European Stripe');
    await save();
    expect(await connection()).toMatchObject({ name: 'European Stripe' });
    await page.goto('/prod/integrations');
    await page.getByText('European Stripe').waitFor();
  });

  it('rotates the secret key, and shows its hint alone', async () => {
    const next = tenant.secretKey.replace('_first', '_second');
    await page.getByLabel('Secret Key', { exact: true }).fill(next);
    await save();
    await page.getByText('Saved: sk_test_…cond').waitFor();
    expect(await page.content()).not.toContain(next);
  });

  it('asks before it changes to another Stripe account', async () => {
    await page.getByLabel('Secret Key', { exact: true }).fill('sk_test_somebodyelse_1234');
    await page.getByRole('button', { name: 'Save Changes' }).click();
    const dialog = page.getByRole('dialog', { name: 'This key is of another Stripe account' });
    await dialog.getByRole('button', { name: 'Change the account' }).click();
    await page.getByText('Changes saved.').waitFor();
    expect(await connection()).toMatchObject({ secret_key_hint: 'sk_test_…1234' });
  });

  it('begins the set-up anew at another Stripe account, whatever the one that was left has sent', async () => {
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '');
    await tenant.paidInvoice(invoice_id);
    await page.reload();
    await page.getByRole('button', { name: 'Close the set-up' }).click();
    const webhook = page.getByRole('region', { name: 'Webhook', exact: true });
    await webhook.getByText('Made by hand').waitFor();

    await page.getByLabel('Secret Key', { exact: true }).fill('sk_test_somebodyelse_5678');
    await page.getByRole('button', { name: 'Save Changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change the account' }).click();
    await page.getByText('Configure the webhook in Stripe (to do)').waitFor();
    await page.getByText('Save the webhook secret (to do)').waitFor();
    await webhook.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Configure automatically' }).first().click();
    await page.getByText('now fully configured').waitFor();
    await page.getByText('Its event is seen (to do)').waitFor();
  });

  it('rotates the webhook secret, and says how long the old one is taken', async () => {
    await page.getByLabel('Webhook Secret', { exact: true }).fill('whsec_TheNextOne1234567890');
    await save();
    const overlap = page
      .getByRole('status')
      .filter({ hasText: 'The previous webhook secret is still valid' });
    const until = await overlap.locator('time').getAttribute('datetime');
    const hours = (Date.parse(until ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    await page.reload();
    expect(await overlap.locator('time').getAttribute('datetime')).toBe(until);
    await overlap.getByRole('button', { name: 'Revoke it now' }).click();
    await page.getByText('The previous webhook secret is revoked.').waitFor();
    await overlap.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('TheNextOne');
  });

  it('revokes the previous webhook secret, whoever replaced it', async () => {
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '');
    await tenant.paidInvoice(invoice_id);
    await tenant.api('PATCH', '/integrations/stripe', { webhook_secret: 'whsec_TheNextOne1234567890' });
    await page.getByRole('button', { name: 'Close the set-up' }).click();
    const change = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Revoke the previous secret' }).click();
    expect((await change).postDataJSON()).toEqual({ revoke_previous: true });
    await page.getByText('The previous webhook secret is revoked.').waitFor();
  });

  it('shows what was renamed elsewhere, but for what is being typed', async () => {
    const name = page.getByLabel('Connection Name');
    const rename = (to: string) => tenant.api('PATCH', '/integrations/stripe', { name: to });
    await rename('Renamed elsewhere');
    await eventually(async () => expect(await name.inputValue()).toBe('Renamed elsewhere'));
    await name.fill('Typed here');
    await rename('Renamed once more');
    await page.getByText('Renamed once more · ').waitFor();
    expect(await name.inputValue()).toBe('Typed here');
  });

  it('switches off and on, when the server has done it', async () => {
    const toggle = page.getByRole('switch');
    await toggle.click();
    await page.getByText('Switched off', { exact: true }).waitFor();
    expect(await connection()).toMatchObject({ is_active: false });
    await toggle.click();
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await connection()).toMatchObject({ is_active: true });
  });

  it('checks health, and says what to do', async () => {
    const checks = page.getByRole('region', { name: 'Health checks' });
    await checks.getByText('Webhook endpoint (passed)').waitFor();
    const { data } = await tenant.stripe.webhookEndpoints.list();
    await Promise.all(data.map(({ id }) => tenant.stripe.webhookEndpoints.del(id)));
    await checks.getByRole('button', { name: 'Check again' }).click();
    await checks.getByText('Webhook endpoint (failed)').waitFor();
    await checks.getByRole('button', { name: 'Configure automatically' }).click();
    await checks.getByText('Webhook endpoint (passed)').waitFor();
  });

  it('disconnects after it has named the consequences', async () => {
    const { payment_link } = await tenant.finalize(invoiceOf());
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog', { name: /Disconnect/ });
    await dialog.getByText(/payment links are closed/).waitFor();
    await dialog.getByText(/destroyed within 10 minutes/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await connection()).toMatchObject({ is_active: true });

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Not connected').waitFor();
    expect(new URL(page.url()).pathname).toBe('/prod/integrations');
    await eventually(async () => {
      const link = await tenant.stripe.paymentLinks.retrieve(payment_link?.id ?? '');
      expect(link.active).toBe(false);
    });
  });

  it('disconnects nothing later that could not be asked for at once', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog', { name: /Disconnect/ });
    await page.context().setOffline(true);
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await dialog.getByText('Fluxrate cannot be reached').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('This may be out of date').waitFor();
    await page.context().setOffline(false);
    // Whatever was put off would have been sent before this.
    await page.getByText('This may be out of date').waitFor({ state: 'detached' });
    expect(await connection()).toMatchObject({ is_active: true });
  });

  it('asks once more while money is on its way', async () => {
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '', 'delayed');
    await eventually(async () => expect((await tenant.invoice(invoice_id)).status).toBe('PAYMENT_PENDING'));
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog', { name: /Disconnect/ });
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await dialog.getByText('Money is on its way').waitFor();
    await dialog.getByRole('button', { name: 'Disconnect anyway' }).click();
    await page.getByText('Not connected').waitFor();
  });
});
