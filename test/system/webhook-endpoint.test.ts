import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  system = await RunningSystem.start();
}, 120_000);
afterAll(() => system.stop());

beforeEach(async () => {
  tenant = await system.newTenant();
});
afterEach(async () => {
  await fetch(`${system.awsUrl}/_test/faults`, { method: 'DELETE' });
});

const Connection = v.looseObject({
  webhook_secret_set: v.boolean(),
  webhook_endpoint: v.nullable(v.object({ id: v.string(), managed: v.boolean() })),
});
const Health = v.object({
  data: v.array(v.object({ check: v.string(), status: v.string(), detail: v.string() })),
});

const connect = (more: Record<string, unknown> = { configure_webhook: true }) =>
  tenant.api('POST', '/integrations/stripe', { name: 'Acme', secret_key: tenant.secretKey, ...more });
const configure = () => tenant.api('POST', '/integrations/stripe/webhook-endpoint');
const endpoints = async () => (await tenant.stripe.webhookEndpoints.list({ limit: 100 })).data;
const onlyEndpoint = async () => {
  const [endpoint, ...others] = await endpoints();
  expect(others).toEqual([]);
  return endpoint?.id ?? '';
};

/** How each check stands, and what it says. */
async function health(): Promise<Record<string, { readonly status: string; readonly detail: string }>> {
  const { status, body } = await tenant.api('GET', '/integrations/stripe/health');
  expect(status).toBe(200);
  return Object.fromEntries(v.parse(Health, body).data.map(({ check, ...rest }) => [check, rest]));
}

/** A finalize and a webhook, with no further step. */
async function proveThatItWorks(): Promise<void> {
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await system.pay(payment_link?.id ?? '');
  await tenant.paidInvoice(invoice.invoice_id);
  const events = (await tenant.events()).filter(({ invoice_id }) => invoice_id === invoice.invoice_id);
  expect(events.map(({ status }) => status)).toContain('applied');
}

test('configure_webhook on connect: a payment is PAID with no further step, and all is well', async () => {
  const connected = await connect();
  expect(connected.status).toBe(201);
  expect(v.parse(Connection, connected.body)).toMatchObject({
    webhook_secret_set: true,
    webhook_endpoint: { id: await onlyEndpoint(), managed: true },
  });
  await proveThatItWorks();
  const checks = await health();
  expect(Object.keys(checks)).toEqual([
    'key_works',
    'mode',
    'permissions',
    'webhook_endpoint',
    'events_subscribed',
    'last_event',
    'signature_failures',
  ]);
  expect(new Set(Object.values(checks).map(({ status }) => status))).toEqual(new Set(['pass']));
});

test('without it, POST webhook-endpoint does the same, and a second time nothing', async () => {
  await connect({});
  expect(await health()).toMatchObject({ webhook_endpoint: { status: 'fail' } });
  expect(await configure()).toMatchObject({ status: 200, body: { webhook_secret_set: true } });
  await proveThatItWorks();
  const before = [await tenant.api('GET', '/integrations/stripe'), await endpoints()];
  expect((await configure()).status).toBe(200);
  expect([await tenant.api('GET', '/integrations/stripe'), await endpoints()]).toEqual(before);
});

describe('health says so, and POST webhook-endpoint mends it', () => {
  test.each<[string, (id: string) => Promise<unknown>, string]>([
    ['deleted', (id) => tenant.stripe.webhookEndpoints.del(id), 'No webhook endpoint'],
    ['disabled', (id) => tenant.stripe.webhookEndpoints.update(id, { disabled: true }), 'disabled'],
    [
      'sent elsewhere',
      (id) => tenant.stripe.webhookEndpoints.update(id, { url: 'https://example.com' }),
      'elsewhere',
    ],
  ])('an endpoint that was %s at Stripe', async (_, spoil, said) => {
    await connect();
    await proveThatItWorks();
    await spoil(await onlyEndpoint());
    expect(await health()).toMatchObject({
      webhook_endpoint: { status: 'fail', detail: expect.stringContaining(said) },
    });
    expect((await configure()).status).toBe(200);
    expect(await health()).toMatchObject({ webhook_endpoint: { status: 'pass' } });
    await onlyEndpoint();
    await proveThatItWorks();
  });

  test('an endpoint whose secret was rolled at Stripe', async () => {
    await connect();
    const id = await onlyEndpoint();
    await system.post(`${system.stripeUrl}/_test/webhook-endpoints/${id}/roll`, {});
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    await system.pay(payment_link?.id ?? '');
    await eventually(async () =>
      expect(await health()).toMatchObject({ signature_failures: { status: 'fail' } }),
    );
    expect((await configure()).status).toBe(200);
    expect(await onlyEndpoint()).not.toBe(id);
    await proveThatItWorks();
  });
});

test('the 16th endpoint is the last: it is said what to do, and nothing is half connected', async () => {
  const others = Array.from({ length: 16 }, (_, count) =>
    tenant.stripe.webhookEndpoints.create({
      url: `https://example.com/${count}`,
      enabled_events: ['customer.created'],
    }),
  );
  const [any] = await Promise.all(others);
  expect(await connect()).toMatchObject({
    status: 422,
    body: { code: 'endpoint_limit_reached', detail: expect.stringContaining('Remove one') },
  });
  expect((await tenant.api('GET', '/integrations/stripe')).status).toBe(404);
  await tenant.stripe.webhookEndpoints.del(any?.id ?? '');
  expect((await connect()).status).toBe(201);
  await proveThatItWorks();
});

test('a stop between creating the endpoint and saving its secret: repeated, one endpoint, and its secret works', async () => {
  await connect({});
  await system.post(`${system.awsUrl}/_test/faults`, {
    service: 'dynamodb',
    operation: 'UpdateItem',
    kind: 'before',
    times: 10,
    contains: tenant.orgId,
  });
  expect((await configure()).status).toBe(503);
  const id = await onlyEndpoint();
  await fetch(`${system.awsUrl}/_test/faults`, { method: 'DELETE' });
  expect(await configure()).toMatchObject({ status: 200, body: { webhook_endpoint: { id, managed: true } } });
  expect(await onlyEndpoint()).toBe(id);
  await proveThatItWorks();
});

test('a permission that a restricted key lacks is named', async () => {
  const secret_key = tenant.secretKey.replace('sk_', 'rk_');
  await connect({ secret_key });
  expect(await health()).toMatchObject({ permissions: { status: 'pass' } });
  const lacks = ['rak_payment_link_write'];
  await system.post(`${system.stripeUrl}/_test/keys/restrict`, { key: secret_key, lacks });
  expect(await health()).toMatchObject({
    key_works: { status: 'pass' },
    permissions: { status: 'fail', detail: expect.stringContaining('lacks Payment Links (write).') },
  });
});
