import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import * as v from 'valibot';
import {
  type Answer,
  eventually,
  Invoice,
  invoiceOf,
  RunningSystem,
  type TenantOf,
} from './running-system.ts';

let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  system = await RunningSystem.start();
  tenant = await system.newTenant();
  await tenant.connect();
}, 120_000);

afterEach(async () => {
  for (const url of [system.stripeUrl, system.awsUrl])
    await fetch(`${url}/_test/faults`, { method: 'DELETE' });
});
afterAll(() => system.stop());

async function finalized(changes: Record<string, unknown> = {}) {
  const sent = invoiceOf(changes);
  const { payment_link: link } = await tenant.finalize(sent);
  if (!link) throw new Error('no link');
  const id = sent.invoice_id;
  return {
    id,
    link,
    mails: async () => (await system.emailsTo(sent.customer.email)).length,
    shown: () => tenant.invoice(id),
    call: (verb: string, body?: object) => tenant.api('POST', `/invoices/${id}/${verb}`, body),
  };
}

const invoiceIn = ({ status, body }: Answer): Invoice => {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return v.parse(Invoice, body);
};

/** A real event of a payment through another link of the account, for this invoice to be told of: another payment each time. */
async function eventFor(linkId: string, changes: { amount?: number } = {}): Promise<string> {
  const { metadata } = await tenant.stripe.paymentLinks.retrieve(linkId);
  const other = await finalized();
  const { event_ids } = await system.pay(other.link.id);
  const events = await Promise.all(event_ids.map((id) => tenant.stripe.events.retrieve(id)));
  const event = events.find((candidate) => candidate.type === 'payment_intent.succeeded');
  if (event?.type !== 'payment_intent.succeeded') throw new Error('no payment_intent.succeeded');
  const { object } = event.data;
  const amount = changes.amount ?? object.amount;
  const crafted: Stripe.PaymentIntentSucceededEvent = {
    ...event,
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    data: {
      ...event.data,
      object: {
        ...object,
        id: `pi_${randomUUID().replaceAll('-', '')}`,
        amount,
        amount_received: amount,
        metadata,
      },
    },
  };
  return JSON.stringify(crafted);
}

async function deliverPayment(linkId: string, amount?: number): Promise<void> {
  const payload = await eventFor(linkId, amount === undefined ? {} : { amount });
  expect(await tenant.deliver(payload)).toMatchObject({ status: 200, body: { status: 'applied' } });
}

describe('void', () => {
  test('the link shows that it is closed, the page that was open takes no card, finalize is refused', async () => {
    const { id, link, call, shown } = await finalized();
    const page = await (await fetch(link.url)).text();
    const session = /name="session" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(session).toMatch(/^cs_/);

    const answer = invoiceIn(await call('void'));
    expect(answer).toMatchObject({ status: 'VOID', payment_link: { active: false } });
    expect(await shown()).toEqual(answer);
    expect(await (await fetch(link.url)).text()).toContain('Link deactivated');
    expect((await tenant.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
    const card = { session, email: 'ada@example.com', method: 'card', card: '4242424242424242' };
    const paid = await fetch(link.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(card).toString(),
      redirect: 'manual',
    });
    expect(paid.status).toBe(409);
    expect(await tenant.invokeFinalize(invoiceOf({ invoice_id: id }))).toHaveProperty('errorType');
    expect((await shown()).payments).toEqual([]);
  });

  test('paid all the same: stays VOID, and a person must look, until they have, and until it happens again', async () => {
    const { link, call, shown } = await finalized();
    await call('void');
    await deliverPayment(link.id);
    expect(await shown()).toMatchObject({
      status: 'VOID',
      amount_paid: 0,
      attention: ['paid_after_void'],
      payments: [{ status: 'unexpected' }],
    });

    const seen = invoiceIn(await call('acknowledge', { attention: ['paid_after_void'] }));
    expect(seen.attention).toEqual([]);
    expect(await shown()).toEqual(seen);

    await deliverPayment(link.id);
    expect((await shown()).attention).toEqual(['paid_after_void']);
  });

  test('while Stripe is away: 503, VOID at once, and completed by calling it again', async () => {
    const { link, call, shown } = await finalized();
    const path = `/v1/payment_links/${link.id}`;
    await system.post(`${system.stripeUrl}/_test/faults`, { path, kind: 'before', times: 4 });
    expect(await call('void')).toMatchObject({ status: 503, body: { code: 'service_unavailable' } });
    expect((await shown()).status).toBe('VOID');

    const completed = await eventually(async () => invoiceIn(await call('void')));
    expect(completed.payment_link?.active).toBe(false);
    expect((await tenant.stripe.paymentLinks.retrieve(link.id)).active).toBe(false);
  });

  test('partly paid asks for confirmation', async () => {
    const { link, call, shown } = await finalized();
    await deliverPayment(link.id, 100);
    expect(await shown()).toMatchObject({ status: 'FINALIZED', amount_paid: 100, attention: ['underpaid'] });
    expect(await call('void')).toMatchObject({ status: 409, body: { code: 'payments_in_flight' } });
    expect(await call('void?confirm=yes')).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(invoiceIn(await call('void?confirm=true')).status).toBe('VOID');
  });

  test('with money on its way asks for confirmation; when it comes, it is unexpected', async () => {
    const { link, call, shown } = await finalized();
    const { payment_intent } = await system.pay(link.id, 'delayed');
    await eventually(async () => expect((await shown()).status).toBe('PAYMENT_PENDING'));
    expect(await call('email')).toMatchObject({ status: 409, body: { code: 'payments_in_flight' } });
    expect(await call('void')).toMatchObject({ status: 409, body: { code: 'payments_in_flight' } });
    expect(invoiceIn(await call('void?confirm=true')).status).toBe('VOID');
    const settle = `${system.stripeUrl}/_test/payment-intents/${payment_intent}/settle`;
    await system.post(settle, { outcome: 'succeeded' });
    await eventually(async () => expect((await shown()).attention).toEqual(['paid_after_void']));
    expect((await shown()).status).toBe('VOID');
  });

  test('at the same moment as a payment: one of the two, and Stripe agrees', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { link, call, shown } = await finalized();
      const [payment, answer] = await Promise.all([
        system.post(`${system.stripeUrl}/_test/payment-links/${link.id}/pay`, { outcome: 'paid' }),
        call('void'),
      ]);
      const expected = await eventually(async () => {
        const invoice = await shown();
        // A payment that Stripe took is told of, whichever came first.
        if (payment.status === 200) expect(invoice.payments).toHaveLength(1);
        return invoice;
      });
      if (answer.status === 200) {
        expect(expected).toMatchObject({ status: 'VOID', amount_paid: 0, payment_link: { active: false } });
        expect(expected.attention).toEqual(payment.status === 200 ? ['paid_after_void'] : []);
      } else {
        expect(answer).toMatchObject({ status: 409, body: { code: 'invoice_paid' } });
        expect(expected).toMatchObject({ status: 'PAID', attention: [] });
      }
    }
  });

  test('case 29: at the same moment as a finalize: no link is left that can be paid', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sent = invoiceOf();
      const finalizing = tenant.invokeFinalize(sent);
      const answer = await eventually(async () => {
        const tried = await tenant.api('POST', `/invoices/${sent.invoice_id}/void`);
        expect(tried.status).toBe(200);
        return tried;
      });
      expect(invoiceIn(answer).status).toBe('VOID');
      await finalizing;
      await eventually(async () => {
        const links = await tenant.stripe.paymentLinks.list({ limit: 100, active: true });
        expect(links.data.filter(({ metadata }) => metadata['invoice_id'] === sent.invoice_id)).toEqual([]);
      });
      expect((await tenant.invoice(sent.invoice_id)).status).toBe('VOID');
    }
  });
});

describe('e-mail', () => {
  test('five times, then 429 with the time to wait', async () => {
    const { call, mails } = await finalized();
    for (let count = 0; count < 5; count += 1) {
      expect(await call('email')).toMatchObject({ status: 202, body: { email: { status: 'sent' } } });
    }
    expect(await call('email')).toMatchObject({ status: 429, body: { code: 'too_many_emails' } });
    expect(await mails()).toBe(6);
  });

  test('ten at once are five', async () => {
    const { call, mails } = await finalized();
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('email')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array(5).fill(202),
      ...Array(5).fill(429),
    ]);
    expect(await mails()).toBe(6);
  });

  test('after the first one did not reach SES makes it sent', async () => {
    const sent = invoiceOf();
    const fault = {
      service: 'ses',
      operation: 'SendEmail',
      kind: '500',
      times: 1,
      contains: sent.invoice_id,
    };
    await system.post(`${system.awsUrl}/_test/faults`, fault);
    expect((await tenant.finalize(sent)).email.status).toBe('pending');
    expect(await tenant.api('POST', `/invoices/${sent.invoice_id}/email`)).toMatchObject({
      status: 202,
      body: { email: { status: 'sent' } },
    });
  });

  test('of a paid or void invoice is refused', async () => {
    const paid = await finalized();
    await system.pay(paid.link.id);
    await tenant.paidInvoice(paid.id);
    expect(await paid.call('email')).toMatchObject({ status: 409, body: { code: 'invoice_paid' } });
    const other = await finalized();
    await other.call('void');
    expect(await other.call('email')).toMatchObject({ status: 409, body: { code: 'invoice_void' } });
  });
});

describe('acknowledge', () => {
  test('more than due, and twice: each goes by itself', async () => {
    const { link, call, shown } = await finalized();
    await deliverPayment(link.id, 200_000);
    await deliverPayment(link.id);
    expect(await shown()).toMatchObject({ status: 'PAID', attention: ['overpaid', 'paid_twice'] });
    expect(invoiceIn(await call('acknowledge', { attention: ['overpaid'] })).attention).toEqual([
      'paid_twice',
    ]);
    expect(invoiceIn(await call('acknowledge', { attention: ['paid_twice'] })).attention).toEqual([]);
    await deliverPayment(link.id);
    expect((await shown()).attention).toEqual(['paid_twice']);
  });

  test('an unknown word, or none, is refused', async () => {
    const { call } = await finalized();
    for (const attention of [['late'], []]) {
      expect(await call('acknowledge', { attention })).toMatchObject({
        status: 422,
        body: { code: 'invalid_request' },
      });
    }
  });
});

test('case 40: what is another tenant’s is not there', async () => {
  const { id, shown } = await finalized();
  const before = await shown();
  const other = await system.newTenant();
  await other.connect();
  for (const [verb, body] of [['void'], ['email'], ['acknowledge', { attention: ['underpaid'] }]] as const) {
    expect(await other.api('POST', `/invoices/${id}/${verb}`, body)).toMatchObject({
      status: 404,
      body: { code: 'invoice_not_found' },
    });
  }
  expect(await shown()).toEqual(before);
});
