import { inspect } from 'node:util';
import { afterEach, expect, it, jest } from '@jest/globals';
import type { RouteName } from '../../functions/http/routes.ts';
import { dump } from '../support/dynamodb.ts';
import { aTenant, unique } from '../support/samples.ts';
import { stubServer } from '../support/stub-server.ts';
import { callRoute, signed, startSystem, webhookEvent } from '../support/system.ts';
import { finalizePayload, invoiceBody } from '../support/tenant.ts';

const system = await startSystem();
const { aws, stripe, table } = system;
afterEach(async () => {
  await aws.clearFaults();
  await stripe.clearFaults();
});

const CANARY = 'QzX7CANARYpWm3';
/** The stand-in calls the account by what stands before the last underscore. */
const SECRET_KEY = `sk_test_shop_${CANARY}key1`;
const WEBHOOK_SECRET = `whsec_${CANARY}hook`;

/** Everything that leaves a function: what it logs, answers and throws. */
const seen: string[] = [];
for (const stream of [process.stdout, process.stderr]) {
  jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    seen.push(String(chunk));
    return true;
  });
}
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  jest.spyOn(console, method).mockImplementation((...given) => {
    seen.push(
      given.map((value) => (value instanceof Error ? String(value.stack) : JSON.stringify(value))).join(),
    );
  });
}

const tenant = aTenant();
const call = async (name: RouteName, more: Partial<Parameters<typeof callRoute>[2]> = {}) => {
  const answer = await callRoute(system, name, { ...tenant, ...more });
  seen.push(answer.text, JSON.stringify(answer.headers));
  return answer.status;
};
const finalize = async (with_: (event: unknown) => Promise<unknown>, payload: unknown) => {
  const outcome = await with_(payload).catch((error: unknown) => error);
  seen.push(inspect(outcome, { depth: null, showHidden: true }));
};
const deliver = async (
  with_: (event: unknown) => Promise<unknown>,
  delivery: Parameters<typeof webhookEvent>[1],
) => {
  seen.push(JSON.stringify(await with_(webhookEvent(tenant, delivery))));
};
const body = (changes: object = {}) => ({
  name: 'Stripe',
  secret_key: SECRET_KEY,
  webhook_secret: WEBHOOK_SECRET,
  ...changes,
});

it('a secret sent through everything is found nowhere (case 38)', async () => {
  const echoing = await stubServer((response, { request }) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end(
        JSON.stringify({ error: { type: 'invalid_request_error', message: request.headers.authorization } }),
      ),
  );

  // Into the wrong fields, into broken bodies, and while everything is away.
  for (const wrong of [
    body({ secret_key: WEBHOOK_SECRET }),
    body({ webhook_secret: SECRET_KEY }),
    body({ secret_key: `pk_${CANARY}` }),
    body({ secret_key: ` ${SECRET_KEY}?` }),
    body({ secret_key: { [SECRET_KEY]: SECRET_KEY } }),
    body({ secretKey: SECRET_KEY }),
    body({ name: `${SECRET_KEY}`.repeat(10) }),
    `{"secret_key":"${SECRET_KEY}"`,
    SECRET_KEY,
  ]) {
    expect(await call('connect-stripe', { body: wrong })).toBeGreaterThanOrEqual(400);
  }
  expect(await call('get-connection', { envId: `${SECRET_KEY}#` })).toBe(422);
  expect(await call('list-invoices', { query: { cursor: SECRET_KEY, status: SECRET_KEY } })).toBe(422);
  expect(await call('get-invoice', { path: { invoice_id: `${SECRET_KEY}#` } })).toBe(422);

  process.env['STRIPE_API_BASE'] = echoing.url;
  expect(await call('connect-stripe', { body: body() })).toBe(422);
  process.env['STRIPE_API_BASE'] = stripe.url;
  for (const kind of ['500', '429', 'before'] as const) {
    await stripe.fault({ path: '/v1/payment_links', method: 'GET', kind, times: 3 });
    expect(await call('connect-stripe', { body: body() })).toBe(503);
    await stripe.clearFaults();
  }
  for (const [service, operation] of [
    ['kms', 'Encrypt'],
    ['dynamodb', 'TransactWriteItems'],
  ] as const) {
    await aws.fault({ service, operation, kind: '500', times: 10 });
    expect(await call('connect-stripe', { body: body() })).toBe(503);
    await aws.clearFaults();
  }

  // Where it belongs.
  expect(await call('connect-stripe', { body: body() })).toBe(201);
  expect(await call('connect-stripe', { body: body() })).toBe(409);
  expect(await call('update-connection', { body: { webhook_secret: `${WEBHOOK_SECRET}2` } })).toBe(200);
  expect(await call('update-connection', { body: { webhook_secret: SECRET_KEY } })).toBe(422);
  expect(await call('update-connection', { body: { secret: WEBHOOK_SECRET } })).toBe(422);
  await aws.fault({ service: 'kms', operation: 'Encrypt', kind: 'throttle', times: 10 });
  expect(await call('update-connection', { body: { webhook_secret: WEBHOOK_SECRET } })).toBe(503);
  await aws.clearFaults();
  expect(await call('get-connection')).toBe(200);
  expect(await call('list-connections')).toBe(200);

  // Finalize, well and badly.
  process.env['STRIPE_API_BASE'] = echoing.url;
  const rejected = await system.start('finalize-invoice');
  process.env['STRIPE_API_BASE'] = stripe.url;
  await finalize(rejected, finalizePayload(tenant));
  const finalizer = await system.start('finalize-invoice');
  await aws.fault({ service: 'kms', operation: 'Decrypt', kind: '500', times: 10 });
  await finalize(finalizer, finalizePayload(tenant));
  await aws.clearFaults();
  await stripe.fault({ path: '/v1/payment_links', kind: 'after', times: 10 });
  await finalize(finalizer, finalizePayload(tenant));
  await stripe.clearFaults();
  await finalize(finalizer, SECRET_KEY);
  await finalize(finalizer, finalizePayload(tenant, { currency: SECRET_KEY, customer_id: `${SECRET_KEY} ` }));
  await finalize(finalizer, finalizePayload(tenant));
  expect(await call('finalize-invoice-route', { path: { invoice_id: 'inv_1' }, body: invoiceBody() })).toBe(
    200,
  );

  // The webhook, well and badly.
  const webhook = await system.start('stripe-webhook');
  const event = JSON.stringify({ id: unique('evt'), type: 'customer.created' });
  await aws.fault({ service: 'kms', operation: 'Decrypt', kind: '500', times: 3 });
  await deliver(webhook, { body: event, secret: WEBHOOK_SECRET });
  await aws.clearFaults();
  await aws.fault({ service: 'dynamodb', operation: 'UpdateItem', kind: '500', times: 3 });
  await deliver(webhook, { body: event, secret: WEBHOOK_SECRET });
  await aws.clearFaults();
  for (const delivery of [
    { body: event, secret: WEBHOOK_SECRET },
    { body: `[${CANARY}]`, secret: WEBHOOK_SECRET },
    { body: event, secret: 'whsec_wrong' },
    { body: event, signature: WEBHOOK_SECRET },
    { body: event, signature: `${signed(event, WEBHOOK_SECRET)},${CANARY}=1` },
    { body: event, secret: WEBHOOK_SECRET, segment: WEBHOOK_SECRET },
    { body: `{"id":"${CANARY}`.padEnd(300_000), secret: WEBHOOK_SECRET },
  ]) {
    await deliver(webhook, delivery);
  }
  seen.push(JSON.stringify(await webhook({ body: SECRET_KEY, requestContext: SECRET_KEY })));

  expect(await call('list-webhook-events')).toBe(200);
  expect(await call('list-invoices')).toBe(200);

  const stored = await dump(table);
  const everything = [
    ...seen,
    JSON.stringify(stored),
    JSON.stringify(aws.emails()),
    JSON.stringify((await stripe.requests()).map(({ params }) => params)),
  ];
  expect(everything.length).toBeGreaterThan(80);
  expect(stored.length).toBeGreaterThan(4);
  const leaks = everything.filter(
    (text) => text.includes(CANARY) || text.includes(btoa(SECRET_KEY).slice(0, 20)),
  );
  expect(leaks).toEqual([]);
});
