import { beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, invoiceOf, type TenantOf } from '../system/running-system.ts';
import { Visits } from './support/visit.ts';

const visits = await Visits.start();
let tenant: TenantOf;

beforeEach(async () => {
  tenant = await visits.system.newTenant();
  await tenant.connect();
});

describe('Webhook Events', () => {
  it('shows new ones without a reload, and each in detail', async () => {
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/webhook-events');
    await page.getByText('No event yet').waitFor();
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '');
    // Whichever of the payment's two events came first.
    await page
      .getByRole('row', { name: /Applied/ })
      .getByRole('link')
      .click();
    const detail = page.getByRole('dialog', { name: 'Webhook event' });
    await detail.getByText('Applied', { exact: true }).waitFor();
    await detail.getByRole('link', { name: invoice_id }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/prod\/integrations\/webhook-events\/evt_/);
    await page.reload();
    await detail.getByRole('link', { name: invoice_id }).click();
    await page.getByRole('heading', { level: 1, name: 'INV-0001' }).waitFor();
  });

  it('filters, in its address as well', async () => {
    const { payment_link } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '');
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/webhook-events');
    const rows = page.getByRole('table').getByRole('row');
    await rows.filter({ hasText: 'payment_intent.succeeded' }).waitFor();
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Applied' }).click();
    await rows.filter({ hasText: 'Recorded' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('status')).toBe('applied');
    await page.reload();
    await rows.filter({ hasText: 'Applied' }).first().waitFor();
  });

  it('finds nothing by what cannot be an id, and says why', async () => {
    const { payment_link } = await tenant.finalize(invoiceOf());
    await visits.system.pay(payment_link?.id ?? '');
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/webhook-events');
    await page.getByRole('row', { name: /Applied/ }).waitFor();
    await page.getByRole('combobox', { name: 'Invoice' }).fill('inv 12/3');
    await page.getByText('An id has letters, digits, _ and -').waitFor();
    await page.getByText('No event fits').waitFor();
    await page.getByRole('link', { name: 'Remove the filters' }).click();
    await page.getByRole('row', { name: /Applied/ }).waitFor();
  });

  it('says why an event changed nothing, and what to do, and replays it', async () => {
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
            amount: 100,
            amount_received: 100,
            currency: 'usd',
            metadata: { invoice_id: 'inv_nobody_knows' },
          },
        },
      }),
    );
    const page = await visits.signIn(
      tenant.orgId,
      '/prod/integrations/webhook-events/evt_unknown_invoice?status=unmatched',
    );
    const detail = page.getByRole('dialog', { name: 'Webhook event' });
    await detail.getByText('What to do:').waitFor();
    await detail.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Replayed: unmatched.').waitFor();
    await page.goto('/prod/integrations/webhook-events/evt_nobody_sent');
    await detail.getByRole('link', { name: 'Back to Webhook Events' }).click();
    await detail.waitFor({ state: 'detached' });
  });

  it('says what to do about an event that was skipped, and stays so', async () => {
    await tenant.api('PATCH', '/integrations/stripe', { is_active: false });
    const page = await visits.signIn(tenant.orgId, '/prod/integrations/webhook-events');
    await eventually(async () => {
      const id = `evt_${Date.now()}`;
      await tenant.deliver(JSON.stringify({ id, type: 'charge.refunded', data: { object: {} } }));
      expect(await tenant.events()).toContainEqual(expect.objectContaining({ status: 'skipped' }));
    }, 45_000);
    await page
      .getByRole('row', { name: /Skipped/ })
      .first()
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Still skipped: the connection is switched off.').waitFor();
  });
});

describe('an invoice', () => {
  it('turns paid without a reload, in its own currency', async () => {
    const { payment_link, invoice_id } = await tenant.finalize(
      invoiceOf({ currency: 'JPY', amount_due: 50000 }),
    );
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.getByText('Finalized', { exact: true }).first().waitFor();
    await page
      .getByText(/¥\s?50,000(?!\.)/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Copy Payment link' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(payment_link?.url);
    await visits.system.pay(payment_link?.id ?? '');
    await page.getByRole('table', { name: 'Payments' }).getByText('Applied').waitFor();
    await page.getByRole('button', { name: 'Void' }).waitFor({ state: 'detached' });
  });

  it('is sent again', async () => {
    const content = invoiceOf();
    const { invoice_id } = await tenant.finalize(content);
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('The e-mail is sent again.').waitFor();
    expect(await visits.system.emailsTo(content.customer.email)).toHaveLength(2);
  });

  it('is not sent again while its link is closed', async () => {
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.route(`**/invoices/${invoice_id}`, async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({ response, json: { ...json, payment_link: { ...payment_link, active: false } } });
    });
    await page.getByText('The link is being renewed').waitFor();
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
  });

  it('that does not exist leads back to the others', async () => {
    const page = await visits.signIn(tenant.orgId, '/prod/invoices/inv_nobody_knows');
    await page.getByRole('link', { name: 'Back to Invoices' }).click();
    await page.getByText('No invoice yet').waitFor();
  });

  it('is voided after it was asked', async () => {
    const { invoice_id } = await tenant.finalize(invoiceOf());
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.getByRole('button', { name: 'Void' }).click();
    const dialog = page.getByRole('dialog', { name: /^Void/ });
    await dialog.getByText('This cannot be undone:').waitFor();
    await dialog.getByRole('button', { name: 'Void' }).click();
    await page.getByText('The invoice is void.').waitFor();
    await page.getByRole('region', { name: 'Payments' }).getByText('None.', { exact: true }).waitFor();
    expect((await tenant.invoice(invoice_id)).status).toBe('VOID');
  });

  it('says what a person must look at, until somebody has', async () => {
    // Selects the events of refunds, too.
    await tenant.api('POST', '/integrations/stripe/webhook-endpoint');
    const { payment_link, invoice_id } = await tenant.finalize(invoiceOf());
    const { payment_intent } = await visits.system.pay(payment_link?.id ?? '');
    await tenant.paidInvoice(invoice_id);
    await tenant.stripe.refunds.create({ payment_intent });
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.getByRole('button', { name: 'Acknowledge: Refunded' }).click();
    await page.getByRole('button', { name: 'Acknowledge: Refunded' }).waitFor({ state: 'detached' });
    await eventually(async () => expect((await tenant.invoice(invoice_id)).attention).toEqual([]));
  });

  it('of another environment is not in this one, and the environment can be changed', async () => {
    const { invoice_id } = await tenant.finalize(invoiceOf({ invoice_number: 'INV-PROD' }));
    const page = await visits.signIn(tenant.orgId, `/prod/invoices/${invoice_id}`);
    await page.getByRole('heading', { level: 1, name: 'INV-PROD' }).waitFor();
    await page.getByRole('button', { name: 'Environment: prod' }).click();
    await page.getByRole('menuitem', { name: 'Another environment…' }).click();
    await page.getByRole('dialog').getByLabel('Environment').fill('staging');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.getByText('No invoice yet').waitFor();
    expect(new URL(page.url()).pathname).toBe('/staging/invoices');
  });
});
