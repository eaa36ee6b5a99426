import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { dump, TABLE_NAME } from '../support/dynamodb.ts';
import { unique } from '../support/samples.ts';
import { callRoute, problemOf, readAnswer, signed, startSystem, webhookEvent } from '../support/system.ts';
import { type ConnectedTenant, connect, deliver, idOf, pay } from '../support/tenant.ts';

const system = await startSystem();
const { aws, table } = system;
const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const handler = await system.start('stripe-webhook');

afterEach(async () => {
  jest.useRealTimers();
  await aws.clearFaults();
});

const customerCreated = () =>
  JSON.stringify({ id: unique('evt'), object: 'event', type: 'customer.created', data: { object: {} } });
const readInvoice = async (tenant: ConnectedTenant, invoiceId: string) =>
  (await callRoute(system, 'get-invoice', { ...tenant, path: { invoice_id: invoiceId } })).body;
const readEvent = async (tenant: ConnectedTenant, eventId: string) =>
  (await callRoute(system, 'get-webhook-event', { ...tenant, path: { event_id: eventId } })).body;
/** What the tenant's webhooks have left behind. */
const traces = async ({ orgId }: ConnectedTenant) =>
  (await dump(table, orgId)).filter(({ sk }) => sk === 'EVENT' || sk === 'PAYMENT');

const problem = (status: number, code: string, title: string, detail: unknown) => ({
  type: `urn:fluxrate:problem:${code}`,
  title,
  status,
  code,
  detail,
  answered: status,
  contentType: 'application/problem+json',
  hasRequestId: true,
});
const SIGNATURE_FAILED = problem(
  400,
  'signature_verification_failed',
  'The signature could not be verified',
  expect.stringContaining('whsec_'),
);
const INVALID_EVENT = problem(400, 'invalid_event', 'The body is not a Stripe event', expect.any(String));
const NOT_FOUND = problem(404, 'webhook_not_found', 'No such webhook', expect.any(String));
const TOO_LARGE = problem(413, 'payload_too_large', 'The body is too large', expect.any(String));
const UNAVAILABLE = problem(
  503,
  'service_unavailable',
  'A service behind this is not available',
  expect.any(String),
);

describe('a signed event', () => {
  it.each([false, true])('pays its invoice, with the body as base64: %p (case 8)', async (asBase64) => {
    const tenant = await connect(system);
    const { invoiceId, paymentId, session } = await pay(system, tenant);
    const answer = await deliver(handler, tenant, session, { asBase64 });
    expect(answer).toMatchObject({ status: 200, body: { received: true, status: 'applied' } });
    expect(Object.keys(answer.body ?? {})).toEqual(['received', 'status']);
    expect(await readInvoice(tenant, invoiceId)).toMatchObject({
      status: 'PAID',
      amount_paid: 129_900,
      attention: [],
      payments: [{ provider_payment_id: paymentId, amount: 129_900, currency: 'USD', status: 'applied' }],
    });
    expect(await readEvent(tenant, idOf(session))).toMatchObject({
      event_id: idOf(session),
      type: 'checkout.session.completed',
      status: 'applied',
      invoice_id: invoiceId,
      customer_id: 'cus_1',
      amount: '1299.00',
      currency: 'USD',
      provider_payment_id: paymentId,
      deliveries: 1,
    });
  });

  it('is answered with what became of it', async () => {
    const tenant = await connect(system);
    const { invoiceId, session, intent } = await pay(system, tenant);
    const changed = (from: string, to: string) =>
      session.replaceAll(from, to).replaceAll(idOf(session), unique('evt'));
    const statusOf = async (body: string) => {
      const answer = await deliver(handler, tenant, body);
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
      return answer.body;
    };
    expect(await statusOf(customerCreated())).toEqual({ received: true, status: 'ignored' });
    expect(await statusOf(changed(invoiceId, 'inv_unknown'))).toEqual({
      received: true,
      status: 'unmatched',
    });
    expect(await statusOf(changed(tenant.orgId, 'another'))).toEqual({ received: true, status: 'rejected' });
    expect(await statusOf(session)).toEqual({ received: true, status: 'applied' });
    expect(await statusOf(intent)).toEqual({ received: true, status: 'recorded' });
    expect(await statusOf(session)).toEqual({ received: true, status: 'applied' });
    expect(await readEvent(tenant, idOf(session))).toMatchObject({ deliveries: 2 });
  });

  it('of a connection that is switched off is skipped, and settles when it comes again', async () => {
    const tenant = await connect(system);
    const { invoiceId, session } = await pay(system, tenant);
    const switchTo = (isActive: boolean) =>
      table.send(
        new UpdateCommand({
          TableName: TABLE_NAME,
          Key: keys.connection(tenant),
          UpdateExpression: 'SET isActive = :isActive',
          ExpressionAttributeValues: { ':isActive': isActive },
        }),
      );
    await switchTo(false);
    expect((await deliver(await system.start('stripe-webhook'), tenant, session)).body).toEqual({
      received: true,
      status: 'skipped',
    });
    await switchTo(true);
    expect((await deliver(await system.start('stripe-webhook'), tenant, session)).body).toEqual({
      received: true,
      status: 'applied',
    });
    expect(await readInvoice(tenant, invoiceId)).toMatchObject({ status: 'PAID' });
  });

  it('of the second version of Stripe’s events is ignored (case 9)', async () => {
    const thin = JSON.stringify({
      id: unique('evt'),
      object: 'v2.core.event',
      type: 'v1.billing.meter.error_report_triggered',
      created: '2026-03-01T12:00:00.000Z',
      related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
    });
    const answer = await deliver(handler, await connect(system), thin);
    expect(answer).toMatchObject({ status: 200, body: { received: true, status: 'ignored' } });
  });

  it('fifty times at once is applied once (case 2)', async () => {
    const tenant = await connect(system);
    const { invoiceId, session, intent } = await pay(system, tenant);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => deliver(handler, tenant, index % 2 ? session : intent)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await readInvoice(tenant, invoiceId)).toMatchObject({
      status: 'PAID',
      amount_paid: 129_900,
      attention: [],
      payments: [expect.anything()],
    });
    for (const event of [session, intent]) {
      expect(await readEvent(tenant, idOf(event))).toMatchObject({ deliveries: 25 });
    }
  });

  it('with several signatures, one of them good, is genuine (case 7)', async () => {
    const tenant = await connect(system);
    const body = customerCreated();
    const [time, good] = signed(body, tenant.webhookSecret).split(',');
    const signature = [time, `v1=${'0'.repeat(64)}`, 'v0=ignored', good].join(',');
    expect(await deliver(handler, tenant, body, { signature })).toMatchObject({ status: 200 });
  });

  it('is genuine by the secret before and the one after a rotation, which is learned of at once (case 35)', async () => {
    const tenant = await connect(system);
    expect(await deliver(handler, tenant, customerCreated())).toMatchObject({ status: 200 });
    const rotated = { ...tenant, webhookSecret: `${tenant.webhookSecret}_rotated` };
    const patched = await callRoute(system, 'update-connection', {
      ...tenant,
      body: { webhook_secret: rotated.webhookSecret },
    });
    expect(patched.status).toBe(200);
    expect(await deliver(handler, rotated, customerCreated())).toMatchObject({ status: 200 });
    expect(await deliver(handler, tenant, customerCreated())).toMatchObject({ status: 200 });

    jest.useFakeTimers({
      now: Date.now() + 24 * 60 * 60 * 1000 + 60_000,
      doNotFake: [
        'setTimeout',
        'setImmediate',
        'nextTick',
        'queueMicrotask',
        'clearTimeout',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'performance',
        'hrtime',
      ],
    });
    expect(await deliver(handler, rotated, customerCreated())).toMatchObject({ status: 200 });
    expect(problemOf(await deliver(handler, tenant, customerCreated()))).toEqual(SIGNATURE_FAILED);
  });
});

describe('a header that cannot be genuine', () => {
  const body = customerCreated();
  const good = 'a'.repeat(64);
  const now = () => Math.floor(Date.now() / 1000);
  const headers: ReadonlyArray<[string, (secret: string) => string | null]> = [
    ['is missing', () => null],
    ['is empty', () => ''],
    ['is no header of Stripe’s', () => 'nonsense'],
    ['has no time', () => `v1=${good}`],
    ['has no signature', () => `t=${now()}`],
    ['has only a signature of another scheme', () => `t=${now()},v0=${good}`],
    ['has two times', (secret) => `t=${now()},${signed(body, secret)}`],
    ['has a time that is no number', () => `t=${now()}abc,v1=${good}`],
    ['has a signature that is no HMAC', () => `t=${now()},v1=zz`],
    ['is 301 seconds old', (secret) => signed(body, secret, -301)],
    ['is from the future', (secret) => signed(body, secret, 302)],
    ['came twice', (secret) => `${signed(body, secret)},${signed(body, secret)}`],
  ];
  it.each(headers)('since it %s is 400, without a call to DynamoDB or KMS (case 6)', async (_, header) => {
    const tenant = await connect(system);
    const calls = await aws.callsOf(async () => {
      const answer = await deliver(handler, tenant, body, { signature: header(tenant.webhookSecret) });
      expect(problemOf(answer)).toEqual(SIGNATURE_FAILED);
    });
    expect(calls).toEqual([]);
  });

  it('is genuine up to 300 seconds to either side', async () => {
    const tenant = await connect(system);
    for (const seconds of [-298, 300]) {
      const signature = signed(body, tenant.webhookSecret, seconds);
      expect(await deliver(handler, tenant, body, { signature })).toMatchObject({ status: 200 });
    }
  });
});

describe('a signature that is wrong', () => {
  it('is the same 400 as any other, and changes nothing but a note on the connection', async () => {
    const tenant = await connect(system);
    const { session } = await pay(system, tenant);
    const failures = [
      { secret: 'whsec_other' },
      { secret: '' },
      { signature: signed(`${session} `, tenant.webhookSecret) },
      {
        signature: signed(session, tenant.webhookSecret).replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      },
    ];
    const answers = [];
    for (const failure of failures) answers.push(await deliver(handler, tenant, session, failure));
    for (const answer of answers) expect(problemOf(answer)).toEqual(SIGNATURE_FAILED);
    const withoutId = answers.map(({ text }) => text.replace(/"request_id":"[^"]*"/, ''));
    const missing = await deliver(handler, tenant, session, { signature: null });
    expect(new Set([...withoutId, missing.text.replace(/"request_id":"[^"]*"/, '')]).size).toBe(1);
    expect(await traces(tenant)).toEqual([]);

    const { body } = await callRoute(system, 'get-connection', tenant);
    expect(body).toMatchObject({ last_signature_failure_at: expect.stringMatching(/^\d{4}-/) });
  });

  it('for another tenant’s event, correctly signed by that tenant (case 11)', async () => {
    const [tenant, other] = [await connect(system), await connect(system)];
    const { session } = await pay(system, tenant);
    const answer = await deliver(handler, { ...other, webhookSecret: tenant.webhookSecret }, session);
    expect(problemOf(answer)).toEqual(SIGNATURE_FAILED);
    expect(await traces(other)).toEqual([]);
  });

  it('costs no KMS call once the function is warm, and two of DynamoDB however many there are (case 12)', async () => {
    const tenant = await connect(system);
    await deliver(handler, tenant, customerCreated());
    const calls = await aws.callsOf(async () => {
      for (let index = 0; index < 5; index += 1) {
        await deliver(handler, tenant, customerCreated(), { secret: 'whsec_other' });
      }
    });
    // One fresh look at the connection in 30 seconds, and one note on it in a minute.
    expect(calls).toEqual(['dynamodb GetItem', 'dynamodb UpdateItem']);
    expect(await traces(tenant)).toHaveLength(1);
  });

  it('is 400, also where the note cannot be stored', async () => {
    const tenant = await connect(system);
    await deliver(handler, tenant, customerCreated());
    await aws.fault({ service: 'dynamodb', operation: 'UpdateItem', kind: 'before', times: 100 });
    expect(problemOf(await deliver(handler, tenant, customerCreated(), { secret: 'whsec_other' }))).toEqual(
      SIGNATURE_FAILED,
    );
  });
});

describe('a body that is no event', () => {
  const bodies: ReadonlyArray<[string, string | Buffer]> = [
    ['null', 'null'],
    ['an array', '[]'],
    ['a text', '"evt_1"'],
    ['no JSON', '{'],
    ['empty', ''],
    ['an object without type', '{"id":"evt_1"}'],
    ['an object without id', '{"type":"customer.created"}'],
    ['an object with a number for its id', '{"id":1,"type":"customer.created"}'],
    ['after a byte order mark', Buffer.from('\ufeff{"id":"evt_1","type":"customer.created"}')],
    ['not UTF-8', Buffer.from('{"id":"evt_\xff","type":"customer.created"}', 'latin1')],
  ];
  it.each(bodies)('since it is %s is 400, and nothing is stored (case 8)', async (_, body) => {
    const tenant = await connect(system);
    const answer = await deliver(handler, tenant, body, { asBase64: Buffer.isBuffer(body) });
    expect(problemOf(answer)).toEqual(INVALID_EVENT);
    expect(await traces(tenant)).toEqual([]);
  });

  it('is verified to the byte, whatever a parser would make of it (case 8)', async () => {
    const tenant = await connect(system);
    const strange = `{ "id" : "${unique('evt')}",\r\n"type":"customer.created", "__proto__":{"id":"x"}, "ü":"\\u00fc" }`;
    expect(await deliver(handler, tenant, strange)).toMatchObject({ status: 200 });
    const reserialised = JSON.stringify(JSON.parse(strange));
    const signature = signed(strange, tenant.webhookSecret);
    expect(problemOf(await deliver(handler, tenant, reserialised, { signature }))).toEqual(SIGNATURE_FAILED);
  });
});

describe('an address', () => {
  it('that leads nowhere is one and the same 404 (case 10)', async () => {
    const tenant = await connect(system);
    const body = customerCreated();
    const unset = await connect(system, { withWebhookSecret: false });
    const without: ReadonlyArray<Partial<Parameters<typeof webhookEvent>[1]>> = [
      { segment: tenant.orgId },
      { segment: 'tenant_' },
      { segment: `Tenant_${tenant.orgId}` },
      { segment: `tenant_${tenant.orgId}/x` },
      { segment: `tenant_${'a'.repeat(65)}` },
      { segment: 'tenant_a b' },
      { segment: `tenant_${tenant.orgId}\n` },
      { envId: 'a#b' },
      { envId: '' },
    ];
    const texts: string[] = [];
    const look = async (of: ConnectedTenant, more: Partial<Parameters<typeof webhookEvent>[1]>) => {
      const answer = await deliver(handler, of, body, more);
      expect(problemOf(answer)).toEqual(NOT_FOUND);
      texts.push(answer.text.replace(/"request_id":"[^"]*"/, ''));
    };
    const calls = await aws.callsOf(async () => {
      for (const more of without) await look(tenant, more);
    });
    expect(calls).toEqual([]);

    await look({ ...tenant, orgId: 'nobody' }, {});
    await look({ ...tenant, envId: 'dev' }, {});
    await look(unset, {});
    expect(new Set(texts).size).toBe(1);
  });
});

describe('a body of', () => {
  const ofSize = (bytes: number) => {
    const event = { id: unique('evt'), type: 'customer.created', filler: '' };
    const filler = 'x'.repeat(bytes - JSON.stringify(event).length);
    return JSON.stringify({ ...event, filler });
  };

  it('257 KB is 413, without a call', async () => {
    const tenant = await connect(system);
    const calls = await aws.callsOf(async () => {
      for (const bytes of [257 * 1024, 256 * 1024 + 1]) {
        expect(problemOf(await deliver(handler, tenant, ofSize(bytes)))).toEqual(TOO_LARGE);
        expect(problemOf(await deliver(handler, tenant, ofSize(bytes), { asBase64: true }))).toEqual(
          TOO_LARGE,
        );
      }
    });
    expect(calls).toEqual([]);
  });

  it('256 KB is taken', async () => {
    expect(await deliver(handler, await connect(system), ofSize(256 * 1024))).toMatchObject({ status: 200 });
  });
});

describe('calls to AWS', () => {
  it('are one for a payment once the function is warm, and KMS is not among them', async () => {
    const tenant = await connect(system);
    await deliver(handler, tenant, customerCreated());
    const { session } = await pay(system, tenant);
    expect(await aws.callsOf(() => deliver(handler, tenant, session))).toEqual([
      'dynamodb TransactWriteItems',
    ]);
    expect(await aws.callsOf(() => deliver(handler, tenant, customerCreated()))).toEqual([
      'dynamodb UpdateItem',
    ]);
  });

  it('are two and one of KMS for the first payment of a function that has just started', async () => {
    const tenant = await connect(system);
    const { session } = await pay(system, tenant);
    const cold = await system.start('stripe-webhook');
    expect(await aws.callsOf(() => deliver(cold, tenant, session))).toEqual([
      'dynamodb GetItem',
      'kms Decrypt',
      'dynamodb TransactWriteItems',
    ]);
  });
});

describe('while', () => {
  it.each([
    ['DynamoDB is away', { service: 'dynamodb', operation: 'GetItem', kind: 'before' }],
    ['DynamoDB is throttled', { service: 'dynamodb', operation: 'TransactWriteItems', kind: 'throttle' }],
    ['DynamoDB is broken', { service: 'dynamodb', operation: 'TransactWriteItems', kind: '500' }],
    ['DynamoDB’s answers are lost', { service: 'dynamodb', operation: '*', kind: 'after' }],
    ['KMS is away', { service: 'kms', operation: 'Decrypt', kind: 'before' }],
    ['KMS is throttled', { service: 'kms', operation: 'Decrypt', kind: 'throttle' }],
  ] as const)('%s, an event is 503, and its repetition is applied once (cases 4, 5)', async (_, fault) => {
    const tenant = await connect(system);
    const { invoiceId, session } = await pay(system, tenant);
    const cold = await system.start('stripe-webhook');
    await aws.fault({ ...fault, times: 100 });
    const answer = await deliver(cold, tenant, session);
    expect(problemOf(answer)).toEqual(UNAVAILABLE);
    expect(answer.headers['retry-after']).toBe('5');
    await aws.clearFaults();

    expect((await deliver(cold, tenant, session)).body).toEqual({ received: true, status: 'applied' });
    expect(await readInvoice(tenant, invoiceId)).toMatchObject({
      status: 'PAID',
      amount_paid: 129_900,
      payments: [expect.anything()],
    });
  });

  it('DynamoDB is away for a look at a rotated secret, an event is 503 and not 400 (case 5)', async () => {
    const tenant = await connect(system);
    await deliver(handler, tenant, customerCreated());
    const rotated = { ...tenant, webhookSecret: `${tenant.webhookSecret}_rotated` };
    await callRoute(system, 'update-connection', {
      ...tenant,
      body: { webhook_secret: rotated.webhookSecret },
    });
    await aws.fault({ service: 'dynamodb', operation: 'GetItem', kind: 'before', times: 100 });
    expect(problemOf(await deliver(handler, rotated, customerCreated()))).toEqual(UNAVAILABLE);
    await aws.clearFaults();
    expect(await deliver(handler, rotated, customerCreated())).toMatchObject({ status: 200 });
  });
});

it('what is no event of the gateway is a 500 that says nothing', async () => {
  for (const event of [null, {}, { requestContext: {} }, 'text']) {
    const answer = readAnswer(await handler(event));
    expect(problemOf(answer)).toEqual(
      problem(500, 'internal_error', 'Something went wrong', expect.stringContaining('request_id')),
    );
  }
});

it('a line is logged for each, with the request’s id, and with nothing of the event', async () => {
  const tenant = await connect(system);
  log.mockClear();
  const body = customerCreated();
  const event = webhookEvent(tenant, { body, secret: tenant.webhookSecret });
  readAnswer(await handler(event));
  const lines = log.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'INFO',
    message: 'answered',
    request_id: expect.any(String),
    route: 'POST /api/v1/webhooks/stripe/{tenant}/{env_id}',
    status: 200,
  });
});
