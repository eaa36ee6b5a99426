import { spawnSync } from 'node:child_process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isOpen } from '../../lib/local/ports.ts';
import { awsClient, eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  // Synthesized anew, as its users start it.
  system = await RunningSystem.start({ CLOUD_ASSEMBLY: '' });
  tenant = await system.newTenant();
  await tenant.connect();
}, 120_000);

afterAll(() => system.stop());

describe('connect, finalize, pay, PAID', () => {
  test.each([
    ['USD', 129900, '1299.00', 'USD 1,299.00'],
    ['JPY', 500, '500', 'JPY 500'],
    ['KWD', 12340, '12.340', 'KWD 12.340'],
  ])(
    '%s %i is charged, e-mailed and recorded as exactly that',
    async (currency, amount_due, major, shown) => {
      const invoice = invoiceOf({ currency, amount_due });
      const finalized = await tenant.finalize(invoice);
      expect(finalized).toMatchObject({ status: 'FINALIZED', currency, amount_due, amount_paid: 0 });
      const link = finalized.payment_link;
      if (!link) throw new Error('no link');

      const atStripe = await tenant.stripe.paymentLinks.retrieve(link.id, { expand: ['line_items'] });
      expect(atStripe.line_items?.data).toMatchObject([
        { amount_total: amount_due, currency: currency.toLowerCase() },
      ]);
      const ids = {
        invoice_id: invoice.invoice_id,
        customer_id: 'cus_1',
        org_id: tenant.orgId,
        env_id: 'prod',
      };
      expect(atStripe.metadata).toMatchObject(ids);
      expect(atStripe.payment_intent_data?.metadata).toMatchObject(ids);
      expect(atStripe.restrictions?.completed_sessions.limit).toBe(1);

      const [email, ...others] = await system.emailsTo(invoice.customer.email);
      expect(others).toEqual([]);
      expect(email?.subject).toContain(shown);
      expect(email?.text).toContain(link.url);
      expect(email?.html).toContain(link.url);

      const { payment_intent } = await system.pay(link.id);
      const paid = await tenant.paidInvoice(invoice.invoice_id);
      expect(paid).toMatchObject({ amount_paid: amount_due, attention: [] });
      expect(paid.payments).toMatchObject([
        { provider_payment_id: payment_intent, amount: amount_due, currency, status: 'applied' },
      ]);

      const events = await eventually(async () => {
        const found = (await tenant.events()).filter((event) => event.invoice_id === invoice.invoice_id);
        expect(found).toHaveLength(2);
        return found;
      });
      expect(events.map(({ status }) => status).sort()).toEqual(['applied', 'recorded']);
      expect(events.find(({ status }) => status === 'applied')).toMatchObject({
        invoice_id: invoice.invoice_id,
        customer_id: 'cus_1',
        amount: major,
        currency,
        provider_payment_id: payment_intent,
        deliveries: 1,
      });
    },
  );

  test('the page behind the link takes a card, in a form without script', async () => {
    const invoice = invoiceOf();
    const { payment_link: link } = await tenant.finalize(invoice);
    const page = await (await fetch(link?.url ?? '')).text();
    expect(page).toContain('1,299.00');
    expect(page).not.toContain('<script');
  });
});

describe('finalize', () => {
  test('case 26: called 20 times at once and again later: one link, one e-mail', async () => {
    const invoice = invoiceOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tenant.finalize(invoice)));
    const later = await tenant.finalize(invoice);
    expect(new Set([...answers, later].map(({ payment_link }) => payment_link?.id)).size).toBe(1);
    const links = await tenant.stripe.paymentLinks.list({ limit: 100 });
    expect(links.data.filter(({ metadata }) => metadata['invoice_id'] === invoice.invoice_id)).toHaveLength(
      1,
    );
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(1);
  });

  test('case 29: other content under the same id is refused, and nothing touched', async () => {
    const invoice = invoiceOf();
    const first = await tenant.finalize(invoice);
    expect(await tenant.invokeFinalize({ ...invoice, amount_due: 1 + invoice.amount_due })).toMatchObject({
      errorType: 'invoice_changed',
    });
    expect(await tenant.invoice(invoice.invoice_id)).toEqual(first);
  });

  test.each([
    ['amount_due', { amount_due: '129900' }],
    ['amount_due', { amount_due: 12.5 }],
    ['amount_due', { amount_due: -1 }],
    ['amount_due', { amount_due: 2 ** 53 }],
    ['currency', { currency: 'usd' }],
    ['currency', { currency: 'XXX' }],
    ['due_date', { due_date: '2026-02-30' }],
    ['customer.email', { customer: { name: 'Ada', email: 'ada@' } }],
    ['status', { status: 'PAID' }],
  ])('case 22: %s that is wrong is named, and nothing is stored', async (field, wrong) => {
    const invoice = invoiceOf(wrong);
    const answer = await tenant.invokeFinalize(invoice);
    expect(answer).toMatchObject({
      errorType: 'invalid_invoice',
      errorMessage: expect.stringContaining(field),
    });
    expect((await tenant.api('GET', `/invoices/${invoice.invoice_id}`)).status).toBe(404);
  });

  test('case 27: an answer of Stripe that was lost is asked for again: the original link', async () => {
    const invoice = invoiceOf();
    await system.post(`${system.stripeUrl}/_test/faults`, {
      path: '/v1/payment_links',
      kind: 'after',
      times: 2,
      contains: invoice.invoice_id,
    });
    const finalized = await eventually(() => tenant.finalize(invoice));
    const links = await tenant.stripe.paymentLinks.list({ limit: 100 });
    const ours = links.data.filter(({ metadata }) => metadata['invoice_id'] === invoice.invoice_id);
    expect(ours.map(({ id }) => id)).toEqual([finalized.payment_link?.id]);
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(1);
  });

  test.each([
    ['kms', 'Decrypt'],
    ['dynamodb', 'PutItem'],
    ['dynamodb', 'UpdateItem'],
    ['ses', 'SendEmail'],
  ])('%s away at %s: a repeated call completes it', async (service, operation) => {
    const other = await system.newTenant();
    await other.connect();
    const invoice = invoiceOf();
    await system.post(`${system.awsUrl}/_test/faults`, { service, operation, kind: 'throttle', times: 3 });
    await other.invokeFinalize(invoice);
    const finalized = await eventually(async () => {
      const answer = await other.finalize(invoice);
      expect(answer.email.status).toBe('sent');
      return answer;
    }, 40_000);
    expect(finalized.status).toBe('FINALIZED');
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(1);
    await fetch(`${system.awsUrl}/_test/faults`, { method: 'DELETE' });
  });
});

describe('webhook', () => {
  /** A real event of a payment, as Stripe keeps it; its own deliveries are not awaited. */
  async function eventOf(type: string) {
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    const { event_ids } = await system.pay(payment_link?.id ?? '');
    const events = await Promise.all(event_ids.map((id) => tenant.stripe.events.retrieve(id)));
    const event = events.find((candidate) => candidate.type === type);
    if (!event) throw new Error(`no ${type}`);
    return { invoice, event, payload: JSON.stringify(event, null, 2) };
  }

  test('case 2: 50 copies of one event at once: every answer 200, one payment', async () => {
    const { invoice, event, payload } = await eventOf('payment_intent.succeeded');
    const answers = await Promise.all(Array.from({ length: 50 }, () => tenant.deliver(payload)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const paid = await tenant.paidInvoice(invoice.invoice_id);
    expect(paid.payments).toHaveLength(1);
    expect(paid.amount_paid).toBe(invoice.amount_due);
    await eventually(async () => {
      const recorded = (await tenant.events()).find(({ event_id }) => event_id === event.id);
      expect(recorded?.deliveries).toBe(51);
    });
  });

  test('case 3: both events of one payment at once: one payment, one PAID', async () => {
    const { invoice } = await eventOf('checkout.session.completed');
    const paid = await tenant.paidInvoice(invoice.invoice_id);
    await eventually(async () => {
      const ours = (await tenant.events()).filter(({ invoice_id }) => invoice_id === invoice.invoice_id);
      expect(ours.map(({ status }) => status).sort()).toEqual(['applied', 'recorded']);
    });
    expect((await tenant.invoice(invoice.invoice_id)).payments).toEqual(paid.payments);
  });

  test('case 6: wrong, stale, future, unsigned and re-serialised: the same 400 each', async () => {
    const { payload } = await eventOf('payment_intent.succeeded');
    const now = Math.floor(Date.now() / 1000);
    const unsigned = await system.post(tenant.webhookUrl, JSON.parse(payload));
    const answers = [
      unsigned,
      await tenant.deliver(payload, { secret: 'whsec_wrong' }),
      await tenant.deliver(payload, { timestamp: now - 302 }),
      await tenant.deliver(payload, { timestamp: now + 310 }),
      await tenant.deliver(payload, { sent: JSON.stringify(JSON.parse(payload)) }),
    ];
    const { request_id: _, ...expected } = Object(unsigned.body);
    expect(expected.code).toBe('signature_verification_failed');
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toMatchObject(expected);
    }
  });

  test('case 11: a tenant’s signed event at another’s URL is refused', async () => {
    const other = await system.newTenant();
    await other.connect();
    const { payload } = await eventOf('payment_intent.succeeded');
    const header = tenant.stripe.webhooks.generateTestHeaderString({ payload, secret: tenant.webhookSecret });
    const response = await fetch(other.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body: payload,
    });
    expect(response.status).toBe(400);
  });

  test('case 13: money on its way is pending; where it fails, there is a new link and a new e-mail', async () => {
    const invoice = invoiceOf();
    const { payment_link: first } = await tenant.finalize(invoice);
    const { payment_intent } = await system.pay(first?.id ?? '', 'delayed');
    await eventually(async () => {
      expect((await tenant.invoice(invoice.invoice_id)).status).toBe('PAYMENT_PENDING');
    });
    // Within one second the events' times do not say which came last.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await system.post(`${system.stripeUrl}/_test/payment-intents/${payment_intent}/settle`, {
      outcome: 'failed',
    });
    const renewed = await eventually(async () => {
      const found = await tenant.invoice(invoice.invoice_id);
      expect(found).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
      expect(found.payment_link?.id).not.toBe(first?.id);
      return found;
    }, 40_000);
    expect(renewed.payments).toMatchObject([{ provider_payment_id: payment_intent, status: 'failed' }]);
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(2);
    expect((await tenant.stripe.paymentLinks.retrieve(first?.id ?? '')).active).toBe(false);

    await system.pay(renewed.payment_link?.id ?? '');
    expect((await tenant.paidInvoice(invoice.invoice_id)).payments).toHaveLength(2);
  });

  test('case 5: the database away: 503, and Stripe’s own retry settles it', async () => {
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    await system.post(`${system.awsUrl}/_test/faults`, {
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      kind: 'before',
      times: 4,
      contains: invoice.invoice_id,
    });
    await system.pay(payment_link?.id ?? '');
    expect((await tenant.paidInvoice(invoice.invoice_id)).payments).toHaveLength(1);
  });
});

describe('tenants', () => {
  test('case 39: no token, a foreign one, and a read scope for a write', async () => {
    const url = `${system.url}/api/v1/environments/prod/integrations`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401);
    const { body } = await system.post(`${system.url}/_local/token`, {
      org_id: tenant.orgId,
      scope: 'fluxrate/read',
    });
    const authorization = `Bearer ${Object(body).access_token}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
    const write = await tenant.api('PATCH', '/integrations/stripe', { name: 'X' }, { authorization });
    expect(write.status).toBe(403);
  });

  test('case 40: what is another tenant’s is not there', async () => {
    const invoice = invoiceOf();
    await tenant.finalize(invoice);
    const other = await system.newTenant();
    expect(await other.api('GET', `/invoices/${invoice.invoice_id}`)).toMatchObject({
      status: 404,
      body: { code: 'invoice_not_found' },
    });
    expect(await other.api('GET', '/integrations/stripe')).toMatchObject({
      status: 404,
      body: { code: 'connection_not_found' },
    });
    const page = await tenant.api('GET', '/invoices?limit=1');
    const cursor = Object(page.body).next_cursor;
    expect((await other.api('GET', `/invoices?limit=1&cursor=${cursor}`)).status).toBe(404);
  });
});

describe('the table', () => {
  test('case 38: holds no secret in clear', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient(system)));
    const { Items } = await client.send(new ScanCommand({ TableName: 'fluxrate-local' }));
    const dump = JSON.stringify(Items);
    expect(dump).toContain(tenant.orgId);
    expect(dump).not.toContain(tenant.secretKey);
    expect(dump).not.toContain(tenant.webhookSecret);
  });
});

test('SIGTERM ends every process and frees every port within 5 seconds', async () => {
  const another = await RunningSystem.start({}, ['--demo']);
  await eventually(async () => expect(another.output.at(-1)).toMatch(/^demo: invoice \w+ PAID$/), 60_000);
  expect(await another.stop()).toBeLessThan(5_000);
  const open = await Promise.all([0, 1, 2].map((offset) => isOpen(another.port + offset)));
  expect(open).toEqual([false, false, false]);
}, 120_000);

test('a port in use is said in a sentence', () => {
  const env = { ...process.env, PORT: String(system.port) };
  const { status, stderr } = spawnSync('sh', ['bin/run', 'bin/start.ts'], { env, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/in use/);
  expect(stderr).not.toMatch(/\n\s+at /);
}, 120_000);
