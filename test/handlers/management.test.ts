import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import type { RouteName } from '../../functions/http/routes.ts';
import { dump } from '../support/dynamodb.ts';
import { aTenant, unique } from '../support/samples.ts';
import { callRoute, type HttpAnswer, PUBLIC_URL, problemOf, startSystem } from '../support/system.ts';
import { connect, deliver, finalizePayload, idOf, invoiceBody, pay } from '../support/tenant.ts';

const system = await startSystem();
const { aws, stripe, table } = system;
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(async () => {
  await aws.clearFaults();
  await stripe.clearFaults();
});

const List = v.object({ data: v.array(v.looseObject({})), next_cursor: v.nullable(v.string()) });
const listOf = ({ body }: HttpAnswer) => v.parse(List, body);
const secrets = (changes: object = {}) => ({
  name: 'Stripe',
  secret_key: 'sk_test_acme_4242',
  webhook_secret: 'whsec_abc',
  ...changes,
});
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const problem = (status: number, code: string, more: object = {}) => ({
  type: `urn:fluxrate:problem:${code}`,
  title: expect.any(String),
  status,
  code,
  detail: expect.stringMatching(/\.$/),
  answered: status,
  contentType: 'application/problem+json',
  hasRequestId: true,
  ...more,
});

describe('every route', () => {
  const everyRoute: ReadonlyArray<{
    readonly name: RouteName;
    readonly path?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  }> = [
    { name: 'connect-stripe', body: secrets() },
    { name: 'update-connection', body: { name: 'x' } },
    { name: 'get-connection' },
    { name: 'list-connections' },
    { name: 'list-webhook-events' },
    { name: 'get-webhook-event', path: { event_id: 'evt_1' } },
    { name: 'list-invoices' },
    { name: 'get-invoice', path: { invoice_id: 'inv_1' } },
    { name: 'finalize-invoice-route', path: { invoice_id: 'inv_1' }, body: invoiceBody() },
    { name: 'void-invoice', path: { invoice_id: 'inv_1' } },
    { name: 'email-invoice', path: { invoice_id: 'inv_1' } },
    { name: 'acknowledge-invoice', path: { invoice_id: 'inv_1' }, body: { attention: ['disputed'] } },
  ];

  it.each(everyRoute)('$name asks for a tenant in the token', async ({ name, ...call }) => {
    for (const orgId of [null, '', 'a b', 'x'.repeat(65), 'a#E#b']) {
      expect(problemOf(await callRoute(system, name, { ...call, orgId }))).toEqual(
        problem(403, 'tenant_missing'),
      );
    }
  });

  it.each(everyRoute)('$name refuses an environment that has no id’s form', async ({ name, ...call }) => {
    const answer = await callRoute(system, name, { ...call, envId: 'prod#1' });
    expect(problemOf(answer)).toEqual(
      problem(422, 'invalid_request', {
        errors: [{ field: 'env_id', message: expect.stringContaining('letters') }],
      }),
    );
  });

  it.each(everyRoute)('$name refuses a query that it does not know', async ({ name, ...call }) => {
    const answer = await callRoute(system, name, { ...call, query: { org_id: 'other' } });
    expect(problemOf(answer)).toEqual(
      problem(422, 'invalid_request', { errors: [{ field: 'org_id', message: 'is not a known field' }] }),
    );
  });

  it.each(everyRoute)(
    '$name is 503 while DynamoDB is away, and says nothing of it (case 5)',
    async ({ name, ...call }) => {
      await aws.fault({ service: 'dynamodb', operation: 'GetItem', kind: 'before', times: 100 });
      await aws.fault({ service: 'dynamodb', operation: 'Query', kind: 'before', times: 100 });
      const answer = await callRoute(system, name, call);
      expect(problemOf(answer)).toEqual(problem(503, 'service_unavailable'));
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.text).not.toMatch(/dynamo|ECONN|socket/i);
    },
  );
});

describe('a body', () => {
  const connectWith = (body: unknown) => callRoute(system, 'connect-stripe', { ...aTenant(), body });

  it.each(['', '{', 'name=Stripe', '{"name":"x"'])(
    'that is not JSON (%p) is malformed_json',
    async (body) => {
      expect(problemOf(await connectWith(body))).toEqual(problem(400, 'malformed_json'));
    },
  );

  it.each(['null', '[]', '"text"', '1'])('that is no object (%s) is invalid_request', async (body) => {
    expect(problemOf(await connectWith(body))).toEqual(
      problem(422, 'invalid_request', { errors: expect.arrayContaining([expect.anything()]) }),
    );
  });

  it('names every field that is wrong, and none of what was sent', async () => {
    const answer = await connectWith({ name: '', webhook_secret: 1, org_id: 'CANARY', status: 'CANARY' });
    expect(problemOf(answer)).toEqual(
      problem(422, 'invalid_request', {
        errors: expect.arrayContaining([
          { field: 'name', message: 'must not be empty' },
          { field: 'secret_key', message: 'is required' },
          { field: 'webhook_secret', message: expect.stringMatching(/^must be /) },
        ]),
      }),
    );
    expect(answer.text).not.toContain('CANARY');
  });

  it.each(['org_id', 'env_id', 'is_active', 'livemode'])(
    'with the unknown field %s is refused (case 40)',
    async (field) => {
      const tenant = aTenant();
      const answer = await callRoute(system, 'connect-stripe', {
        ...tenant,
        body: secrets({ [field]: 'CANARY' }),
      });
      expect(problemOf(answer)).toEqual(
        problem(422, 'invalid_request', { errors: [{ field, message: 'is not a known field' }] }),
      );
      expect(await dump(table, tenant.orgId)).toEqual([]);
    },
  );

  it.each(['org_id', 'status', 'amount_paid', 'invoice_id', 'payment_link'])(
    'of an invoice with %s is refused (case 40)',
    async (field) => {
      const answer = await callRoute(system, 'finalize-invoice-route', {
        ...(await connect(system)),
        path: { invoice_id: 'inv_1' },
        body: invoiceBody({ [field]: 'PAID' }),
      });
      expect(problemOf(answer)).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
    },
  );

  it.each([
    ['amount_due', 0],
    ['amount_due', -1],
    ['amount_due', 12.5],
    ['amount_due', '129900'],
    ['amount_due', 2 ** 53],
    ['amount_due', null],
    ['currency', 'usd'],
    ['currency', 'XXX'],
    ['due_date', '2026-02-30'],
    ['customer_id', 'a b'],
  ])('of an invoice whose %s is %p is refused (case 22)', async (field, value) => {
    const answer = await callRoute(system, 'finalize-invoice-route', {
      ...(await connect(system)),
      path: { invoice_id: 'inv_1' },
      body: invoiceBody({ [field]: value }),
    });
    expect(problemOf(answer)).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });

  it('of an invoice whose lines do not add up is refused', async () => {
    const answer = await callRoute(system, 'finalize-invoice-route', {
      ...(await connect(system)),
      path: { invoice_id: 'inv_1' },
      body: invoiceBody({ line_items: [{ description: 'x', quantity: 1, amount: 129_899 }] }),
    });
    expect(problemOf(answer)).toMatchObject({ code: 'invalid_request', errors: [{ field: 'amount_due' }] });
  });
});

describe('a connection', () => {
  it('is made, shown, listed, and changed', async () => {
    const tenant = aTenant();
    const made = await callRoute(system, 'connect-stripe', {
      ...tenant,
      body: secrets({ name: ' Stripe ' }),
    });
    expect(made.status).toBe(201);
    expect(made.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(made.body).toEqual({
      id: expect.stringMatching(/^conn_/),
      provider: 'stripe',
      name: 'Stripe',
      is_active: true,
      livemode: false,
      stripe_account_id: expect.stringMatching(/^acct_/),
      secret_key_hint: 'sk_test_…4242',
      webhook_secret_set: true,
      webhook_url: `${PUBLIC_URL}/api/v1/webhooks/stripe/tenant_${tenant.orgId}/prod`,
      webhook_endpoint: null,
      last_event_at: null,
      last_signature_failure_at: null,
      created_at: TIME,
      updated_at: TIME,
    });
    expect((await callRoute(system, 'get-connection', tenant)).body).toEqual(made.body);
    expect((await callRoute(system, 'list-connections', tenant)).body).toEqual({
      data: [made.body],
      next_cursor: null,
    });

    const changed = await callRoute(system, 'update-connection', { ...tenant, body: { name: 'Renamed' } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Renamed', webhook_secret_set: true } });
    expect((await callRoute(system, 'get-connection', tenant)).body).toEqual(changed.body);
  });

  it('is there once', async () => {
    const tenant = await connect(system);
    const again = await callRoute(system, 'connect-stripe', { ...tenant, body: secrets() });
    expect(problemOf(again)).toEqual(problem(409, 'connection_exists'));
    expect((await callRoute(system, 'get-connection', tenant)).body).toMatchObject({ name: 'Stripe' });
  });

  it('of many made at once is one', async () => {
    const tenant = aTenant();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => callRoute(system, 'connect-stripe', { ...tenant, body: secrets() })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  });

  it('that is not there is 404, also to another tenant and in another environment (case 40)', async () => {
    const tenant = await connect(system);
    for (const other of [aTenant(), { ...tenant, envId: 'dev' }]) {
      expect(problemOf(await callRoute(system, 'get-connection', other))).toEqual(
        problem(404, 'connection_not_found'),
      );
      expect(
        problemOf(await callRoute(system, 'update-connection', { ...other, body: { name: 'x' } })),
      ).toEqual(problem(404, 'connection_not_found'));
      expect(listOf(await callRoute(system, 'list-connections', other))).toEqual({
        data: [],
        next_cursor: null,
      });
    }
  });

  it.each([
    [{ secret_key: 'pk_test_CANARY' }, 'not_a_secret_key', 'publishable'],
    [{ secret_key: 'whsec_CANARY' }, 'not_a_secret_key', 'webhook signing secret'],
    [{ secret_key: '' }, 'not_a_secret_key', 'Nothing'],
    [{ webhook_secret: 'sk_test_CANARY' }, 'not_a_webhook_secret', 'API key'],
  ])('with %j is refused, and told why (case 34)', async (changes, code, word) => {
    const tenant = aTenant();
    const answer = await callRoute(system, 'connect-stripe', { ...tenant, body: secrets(changes) });
    expect(problemOf(answer)).toEqual(problem(422, code, { detail: expect.stringContaining(word) }));
    expect(answer.text).not.toContain('CANARY');
    expect(await dump(table, tenant.orgId)).toEqual([]);
  });

  it('takes secrets with white space around them, and restricted keys (case 34)', async () => {
    const body = secrets({ secret_key: ' rk_test_acme_9999\n', webhook_secret: '\twhsec_abc ' });
    expect(await callRoute(system, 'connect-stripe', { ...aTenant(), body })).toMatchObject({
      status: 201,
      body: { secret_key_hint: 'rk_test_…9999', stripe_account_id: null },
    });
  });

  it('is not made where Stripe, KMS or DynamoDB is away, and is made by a repetition (case 5)', async () => {
    const tenant = aTenant();
    const attempt = () => callRoute(system, 'connect-stripe', { ...tenant, body: secrets() });
    await stripe.fault({ path: '/v1/payment_links', method: 'GET', kind: '500', times: 10 });
    expect(problemOf(await attempt())).toEqual(problem(503, 'service_unavailable'));
    await stripe.clearFaults();
    await aws.fault({ service: 'kms', operation: 'Encrypt', kind: '500', times: 10 });
    expect(problemOf(await attempt())).toEqual(problem(503, 'service_unavailable'));
    await aws.clearFaults();
    await aws.fault({ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'before', times: 10 });
    expect(problemOf(await attempt())).toEqual(problem(503, 'service_unavailable'));
    await aws.clearFaults();
    expect(await dump(table, tenant.orgId)).toEqual([]);
    expect((await attempt()).status).toBe(201);
  });

  it('whose answer was lost once is still made', async () => {
    await aws.fault({ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'after', times: 1 });
    const answer = await callRoute(system, 'connect-stripe', { ...aTenant(), body: secrets() });
    expect(answer.status).toBe(201);
  });

  it('shows when the last event came', async () => {
    const tenant = await connect(system);
    const webhook = await system.start('stripe-webhook');
    await deliver(webhook, tenant, JSON.stringify({ id: unique('evt'), type: 'customer.created' }));
    expect((await callRoute(system, 'get-connection', tenant)).body).toMatchObject({ last_event_at: TIME });
  });
});

describe('an invoice', () => {
  const finalizeAs = (tenant: Awaited<ReturnType<typeof connect>>, body: unknown, invoiceId = 'inv_1') =>
    callRoute(system, 'finalize-invoice-route', { ...tenant, path: { invoice_id: invoiceId }, body });

  it('is finalized, and shown', async () => {
    const tenant = await connect(system);
    const answer = await finalizeAs(tenant, invoiceBody({ memo: 'Thanks' }));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      invoice_id: 'inv_1',
      invoice_number: 'INV-1',
      customer_id: 'cus_1',
      customer: { name: 'Jane Doe', email: 'jane@example.com' },
      currency: 'USD',
      amount_due: 129_900,
      amount_paid: 0,
      status: 'FINALIZED',
      attention: [],
      payment_link: { id: expect.stringMatching(/^plink_/), url: expect.any(String), active: true },
      email: { status: 'sent', to: 'jane@example.com', sent_at: TIME },
      payments: [],
      due_date: '2026-04-01',
      memo: 'Thanks',
      finalized_at: TIME,
      paid_at: null,
      created_at: TIME,
      updated_at: TIME,
    });
    const shown = await callRoute(system, 'get-invoice', { ...tenant, path: { invoice_id: 'inv_1' } });
    expect(shown).toMatchObject({ status: 200, body: answer.body });
    expect((await finalizeAs(tenant, invoiceBody({ memo: 'Thanks' }))).body).toEqual(answer.body);
  });

  it('that cannot be finalized says why', async () => {
    const tenant = await connect(system);
    await finalizeAs(tenant, invoiceBody());
    expect(problemOf(await finalizeAs(tenant, invoiceBody({ memo: 'other' })))).toEqual(
      problem(409, 'invoice_changed'),
    );
    expect(problemOf(await finalizeAs(tenant, invoiceBody({ amount_due: 49 }), 'inv_2'))).toEqual(
      problem(422, 'amount_not_chargeable'),
    );
    expect(problemOf(await finalizeAs({ ...tenant, orgId: 'nobody' }, invoiceBody()))).toEqual(
      problem(404, 'connection_not_found'),
    );
  });

  it('that is not there is 404, also to another tenant (case 40)', async () => {
    const tenant = await connect(system);
    await finalizeAs(tenant, invoiceBody());
    for (const call of [
      { ...tenant, path: { invoice_id: 'inv_2' } },
      { ...aTenant(), path: { invoice_id: 'inv_1' } },
      { ...tenant, envId: 'dev', path: { invoice_id: 'inv_1' } },
    ]) {
      expect(problemOf(await callRoute(system, 'get-invoice', call))).toEqual(
        problem(404, 'invoice_not_found'),
      );
    }
  });
});

describe('a list', () => {
  const tenantWithInvoices = async (count: number) => {
    const tenant = await connect(system);
    const finalize = await system.start('finalize-invoice');
    for (let index = 0; index < count; index += 1) {
      await finalize(finalizePayload(tenant, { invoice_id: `inv_${index}` }));
    }
    return tenant;
  };
  const ids = (answer: HttpAnswer) => listOf(answer).data.map((item) => item['invoice_id']);

  it('is newest first, in pages', async () => {
    const tenant = await tenantWithInvoices(3);
    const first = await callRoute(system, 'list-invoices', { ...tenant, query: { limit: '2' } });
    expect(ids(first)).toEqual(['inv_2', 'inv_1']);
    const cursor = listOf(first).next_cursor ?? '';
    const second = await callRoute(system, 'list-invoices', { ...tenant, query: { limit: '2', cursor } });
    expect(ids(second)).toEqual(['inv_0']);
    expect(listOf(second).next_cursor).toBeNull();
  });

  it('is filtered, and may have a short page with a next one', async () => {
    const tenant = await tenantWithInvoices(2);
    const answer = await callRoute(system, 'list-invoices', {
      ...tenant,
      query: { limit: '1', status: 'PAID' },
    });
    expect(ids(answer)).toEqual([]);
    expect(listOf(answer).next_cursor).toEqual(expect.any(String));
  });

  it('takes no cursor of another tenant, environment or query (case 40)', async () => {
    const tenant = await tenantWithInvoices(2);
    const { next_cursor } = listOf(
      await callRoute(system, 'list-invoices', { ...tenant, query: { limit: '1' } }),
    );
    const cursor = next_cursor ?? '';
    const calls = [
      ['list-invoices', { ...(await connect(system)), query: { cursor } }],
      ['list-invoices', { ...tenant, envId: 'dev', query: { cursor } }],
      ['list-invoices', { ...tenant, query: { cursor, status: 'FINALIZED' } }],
      ['list-invoices', { ...tenant, query: { cursor: `AAAA${cursor.slice(4)}` } }],
      ['list-invoices', { ...tenant, query: { cursor: '' } }],
      ['list-webhook-events', { ...tenant, query: { cursor } }],
      ['list-connections', { ...tenant, query: { cursor } }],
    ] as const;
    for (const [name, call] of calls) {
      expect([name, problemOf(await callRoute(system, name, call))]).toEqual([
        name,
        problem(404, 'cursor_not_found'),
      ]);
    }
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: '1e1' }, { limit: '' }, { status: 'paid' }])(
    'with %j is refused',
    async (query) => {
      const answer = await callRoute(system, 'list-invoices', { ...aTenant(), query });
      expect(problemOf(answer)).toMatchObject({
        code: 'invalid_request',
        errors: [{ field: Object.keys(query)[0] }],
      });
    },
  );

  it('of webhook events is an inbox, and shows each by itself', async () => {
    const tenant = await connect(system);
    const { invoiceId, paymentId, session, intent } = await pay(system, tenant);
    const webhook = await system.start('stripe-webhook');
    for (const event of [session, intent]) await deliver(webhook, tenant, event);

    const all = await callRoute(system, 'list-webhook-events', tenant);
    expect(listOf(all).data.map((event) => [event['event_id'], event['status']])).toEqual([
      [idOf(intent), 'recorded'],
      [idOf(session), 'applied'],
    ]);
    const applied = await callRoute(system, 'list-webhook-events', {
      ...tenant,
      query: { status: 'applied', type: 'checkout.session.completed', invoice_id: invoiceId },
    });
    const one = {
      event_id: idOf(session),
      type: 'checkout.session.completed',
      status: 'applied',
      reason: null,
      invoice_id: invoiceId,
      customer_id: 'cus_1',
      amount: '1299.00',
      currency: 'USD',
      provider_payment_id: paymentId,
      livemode: false,
      created_at: TIME,
      received_at: TIME,
      processed_at: TIME,
      deliveries: 1,
    };
    expect(applied.body).toEqual({ data: [one], next_cursor: null });
    const path = { event_id: idOf(session) };
    expect((await callRoute(system, 'get-webhook-event', { ...tenant, path })).body).toEqual(one);
    expect(problemOf(await callRoute(system, 'get-webhook-event', { ...aTenant(), path }))).toEqual(
      problem(404, 'webhook_event_not_found'),
    );
  });
});
