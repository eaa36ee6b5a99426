import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  system = await RunningSystem.start();
  tenant = await system.newTenant();
  await tenant.connect();
}, 120_000);
afterAll(() => system.stop());

const Told = v.object({ detail: v.object({ mail: v.object({ messageId: v.string() }) }) });

async function finalized(address = `${randomUUID()}@example.com`) {
  const sent = invoiceOf({ customer: { name: 'Ada', email: address } });
  await tenant.finalize(sent);
  const { invoice_id } = sent;
  return {
    order: (type: string, which: object = {}) =>
      system.post(`${system.awsUrl}/_test/email-events`, { type, to: address, invoice_id, ...which }),
    status: async () => (await tenant.invoice(invoice_id)).email.status,
    resend: () => tenant.api('POST', `/invoices/${invoice_id}/email`),
    finalize: () => tenant.finalize(sent),
    mails: async () => (await system.emailsTo(address)).length,
  };
}

describe('case 31: what becomes of an e-mail', () => {
  test('shows on its invoice; sent again, it starts afresh, and a late word on the first says nothing', async () => {
    const { order, status, resend, finalize, mails } = await finalized();
    expect(await status()).toBe('sent');
    const bounced = await order('bounce');
    expect(bounced).toMatchObject({ status: 200, body: { 'detail-type': 'Email Bounced' } });
    const first = v.parse(Told, bounced.body).detail.mail.messageId;
    expect(await status()).toBe('bounced');
    await order('bounce');
    await order('delivery');
    expect(await status()).toBe('bounced');
    expect((await finalize()).email.status).toBe('bounced');
    expect(await mails()).toBe(1);

    expect(await resend()).toMatchObject({ status: 202, body: { email: { status: 'sent' } } });
    await order('bounce', { message_id: first });
    await order('complaint', { message_id: first });
    expect(await status()).toBe('sent');
    expect(await mails()).toBe(2);

    await order('complaint');
    expect(await status()).toBe('complained');
  });

  test('is no bounce where the mail server only asks for time, or somebody is out of office', async () => {
    const { order, status } = await finalized();
    expect((await order('bounce', { bounce_type: 'Transient' })).status).toBe(200);
    expect(await status()).toBe('sent');
  });

  test('is heard although the table was away at first', async () => {
    const { order, status } = await finalized();
    const fault = { service: 'dynamodb', operation: 'GetItem', kind: 'throttle', times: 3 };
    await system.post(`${system.awsUrl}/_test/faults`, fault);
    await order('bounce');
    await eventually(async () => expect(await status()).toBe('bounced'));
  });

  test('is the answer of SES that was lost: no second e-mail is sent', async () => {
    const sent = invoiceOf();
    const fault = {
      service: 'ses',
      operation: 'SendEmail',
      kind: 'after',
      times: 1,
      contains: sent.invoice_id,
    };
    await system.post(`${system.awsUrl}/_test/faults`, fault);
    expect((await tenant.finalize(sent)).email.status).toBe('pending');
    await system.post(`${system.awsUrl}/_test/email-events`, {
      type: 'delivery',
      invoice_id: sent.invoice_id,
    });
    expect((await tenant.finalize(sent)).email.status).toBe('sent');
    expect(await system.emailsTo(sent.customer.email)).toHaveLength(1);
  });

  test.each([
    ['bounce', 'bounced'],
    ['complaint', 'complained'],
    ['suppressionlist', 'bounced'],
  ])('to %s@ of SES’s mailbox simulator comes by itself: %s', async (mailbox, expected) => {
    const { status } = await finalized(`${mailbox}+${randomUUID()}@simulator.amazonses.com`);
    await eventually(async () => expect(await status()).toBe(expected));
  });

  test('cannot be told of an e-mail that was not sent', async () => {
    const url = `${system.awsUrl}/_test/email-events`;
    expect((await system.post(url, { type: 'bounce', to: 'nobody@example.com' })).status).toBe(404);
  });
});
