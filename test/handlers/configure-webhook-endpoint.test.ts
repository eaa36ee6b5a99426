import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { stripeClients } from '../../functions/adapters/stripe/client.ts';
import { EVENT_TYPES } from '../../functions/domain/webhook-event.ts';
import { dump } from '../support/dynamodb.ts';
import { aTenant, unique } from '../support/samples.ts';
import { callRoute, PUBLIC_URL, problemOf, signed, startSystem, webhookEvent } from '../support/system.ts';

const system = await startSystem();
const { aws, stripe, table } = system;
const output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(async () => {
  await aws.clearFaults();
  await stripe.clearFaults();
});

const Connection = v.looseObject({
  webhook_secret_set: v.boolean(),
  webhook_endpoint: v.nullable(v.object({ id: v.string(), managed: v.boolean() })),
});

/** A tenant with an account of its own at Stripe; nothing is connected yet. */
function newcomer(kind = 'sk_test') {
  const tenant = aTenant();
  const secretKey = `${kind}_${unique('acct').replaceAll(/\W/g, '')}_1`;
  const client = stripeClients(stripe.url)(secretKey);
  const url = `${PUBLIC_URL}/api/v1/webhooks/stripe/tenant_${tenant.orgId}/prod`;
  const connect = (more: Readonly<Record<string, unknown>> = {}) =>
    callRoute(system, 'connect-stripe', {
      ...tenant,
      body: { name: 'Stripe', secret_key: secretKey, ...more },
    });
  const configure = () => callRoute(system, 'configure-webhook-endpoint', tenant);
  const read = async () => v.parse(Connection, (await callRoute(system, 'get-connection', tenant)).body);
  const endpoints = async () => (await client.webhookEndpoints.list({ limit: 100 })).data;
  const byHand = () => client.webhookEndpoints.create({ url: `${url}/other`, enabled_events: ['*'] });
  /** Whether what Stripe would sign with any of these secrets passes. */
  const takes = async (secret: string | undefined) => {
    const body = JSON.stringify({ id: unique('evt'), object: 'event', type: 'x.y', data: { object: {} } });
    const handler = await system.start('stripe-webhook');
    const answer = await handler(webhookEvent(tenant, { body, signature: signed(body, secret ?? '') }));
    return v.parse(v.object({ statusCode: v.number() }), answer).statusCode === 200;
  };
  return { tenant, secretKey, client, url, connect, configure, read, endpoints, byHand, takes };
}
type Newcomer = ReturnType<typeof newcomer>;

/** The secret that Stripe told of an endpoint: asked for again under every idempotency key that was used for its URL. */
async function secretOf({ client, tenant, url }: Newcomer, endpointId: string): Promise<string | undefined> {
  const Ours = v.looseObject({ url: v.literal(url), api_version: v.string() });
  const asked = (await stripe.requests()).filter(({ params }) => v.is(Ours, params));
  for (const { idempotency_key: idempotencyKey } of asked) {
    const again = client.webhookEndpoints.create(
      {
        url,
        enabled_events: [...EVENT_TYPES],
        api_version: '2026-10-28.endive',
        description: 'Fluxrate: marks invoices as paid',
        metadata: { fluxrate_org_id: tenant.orgId, fluxrate_env_id: tenant.envId },
      },
      { idempotencyKey: idempotencyKey ?? '' },
    );
    const told = await again.catch(() => undefined);
    if (told?.id === endpointId) return told.secret;
  }
  return undefined;
}

describe('connect with configure_webhook', () => {
  it('creates the endpoint, and takes what it signs', async () => {
    const one = newcomer();
    const answer = await one.connect({ configure_webhook: true });
    const [endpoint, ...others] = await one.endpoints();
    expect(others).toEqual([]);
    expect(endpoint).toMatchObject({
      url: one.url,
      status: 'enabled',
      api_version: '2026-10-28.endive',
      enabled_events: EVENT_TYPES,
      metadata: { fluxrate_org_id: one.tenant.orgId, fluxrate_env_id: 'prod' },
    });
    expect(answer).toMatchObject({
      status: 201,
      body: { webhook_secret_set: true, webhook_endpoint: { id: endpoint?.id, managed: true } },
    });
    expect(await one.takes(await secretOf(one, endpoint?.id ?? ''))).toBe(true);
    expect(await one.takes('whsec_other')).toBe(false);
  });

  it.each([
    ['webhook_url_not_public', 'PUBLIC_URL', newcomer('sk_live'), 'http://localhost:4000'],
    ['endpoint_limit_reached', '16', newcomer(), PUBLIC_URL],
    ['stripe_key_rejected', 'Webhook Endpoints', newcomer('rk_test'), PUBLIC_URL],
  ])('refused with %s stores nothing, and can be repeated', async (code, said, one, publicUrl) => {
    if (code === 'endpoint_limit_reached') for (let count = 0; count < 16; count += 1) await one.byHand();
    if (code === 'stripe_key_rejected') await stripe.restrict(one.secretKey, ['rak_webhook_write']);
    process.env['PUBLIC_URL'] = publicUrl;
    const answer = await one.connect({ configure_webhook: true });
    process.env['PUBLIC_URL'] = PUBLIC_URL;
    expect(problemOf(answer)).toMatchObject({ code, status: 422, detail: expect.stringContaining(said) });
    expect(await dump(table, one.tenant.orgId)).toEqual([]);

    if (code === 'endpoint_limit_reached')
      await one.client.webhookEndpoints.del((await one.endpoints())[0]?.id ?? '');
    if (code === 'stripe_key_rejected') await stripe.restrict(one.secretKey, []);
    expect(await one.connect({ configure_webhook: true })).toMatchObject({ status: 201 });
  });

  it.each([
    ['kms', 'Encrypt'],
    ['dynamodb', 'TransactWriteItems'],
  ] as const)(
    'broken off at %s %s is repeated: one endpoint, whose secret works',
    async (service, operation) => {
      const one = newcomer();
      await aws.fault({ service, operation, kind: '500', times: 20 });
      expect(await one.connect({ configure_webhook: true })).toMatchObject({ status: 503 });
      await aws.clearFaults();
      expect(await one.connect({ configure_webhook: true })).toMatchObject({ status: 201 });
      const [endpoint, ...others] = await one.endpoints();
      expect(others).toEqual([]);
      expect((await one.read()).webhook_endpoint).toEqual({ id: endpoint?.id, managed: true });
      expect(await one.takes(await secretOf(one, endpoint?.id ?? ''))).toBe(true);
    },
  );

  it('case 36: of two at once one connects, and one endpoint stays', async () => {
    const one = newcomer();
    const answers = await Promise.all([1, 2].map(() => one.connect({ configure_webhook: true })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { webhook_endpoint } = await one.read();
    expect((await one.endpoints()).map(({ id }) => id)).toEqual([webhook_endpoint?.id]);
  });
});

describe('POST webhook-endpoint', () => {
  it('configures what was connected without, and changes nothing the second time', async () => {
    const one = newcomer();
    await one.connect();
    const first = await one.configure();
    const [endpoint] = await one.endpoints();
    expect(first).toMatchObject({
      status: 200,
      body: { webhook_secret_set: true, webhook_endpoint: { id: endpoint?.id, managed: true } },
    });
    expect(await one.takes(await secretOf(one, endpoint?.id ?? ''))).toBe(true);
    const before = await dump(table, one.tenant.orgId);
    const calls = await aws.callsOf(async () => {
      const second = await one.configure();
      expect(second.status).toBe(200);
      expect(v.parse(Connection, second.body).webhook_endpoint?.id).toBe(endpoint?.id);
    });
    expect(calls.filter((call) => /Put|Update|Encrypt/.test(call))).toEqual([]);
    expect(await dump(table, one.tenant.orgId)).toEqual(before);
    expect(await one.endpoints()).toEqual([endpoint]);
  });

  it('mends what was changed at Stripe, in place', async () => {
    const one = newcomer();
    await one.connect({ configure_webhook: true });
    const [made] = await one.endpoints();
    await one.client.webhookEndpoints.update(made?.id ?? '', {
      url: 'https://elsewhere.example.com',
      enabled_events: ['charge.refunded'],
      disabled: true,
    });
    expect(await one.configure()).toMatchObject({ status: 200 });
    expect(await one.endpoints()).toEqual([made]);
  });

  it('replaces what was deleted, and the old secret stays valid beside the new', async () => {
    const one = newcomer();
    await one.connect({ configure_webhook: true });
    const [made] = await one.endpoints();
    const old = await secretOf(one, made?.id ?? '');
    await one.client.webhookEndpoints.del(made?.id ?? '');
    expect(await one.configure()).toMatchObject({ status: 200 });
    const [another, ...others] = await one.endpoints();
    expect(others).toEqual([]);
    expect((await one.read()).webhook_endpoint).toEqual({ id: another?.id, managed: true });
    expect(await one.takes(await secretOf(one, another?.id ?? ''))).toBe(true);
    expect(await one.takes(old)).toBe(true);
  });

  it('leaves alone what a person made by hand', async () => {
    const one = newcomer();
    await one.connect();
    const byHand = await one.client.webhookEndpoints.create({ url: one.url, enabled_events: ['*'] });
    await one.configure();
    expect((await one.endpoints()).map(({ id }) => id)).toContain(byHand.id);
    expect(await one.endpoints()).toHaveLength(2);
  });

  it('broken off before the secret is saved gets the same endpoint again, and its secret', async () => {
    const one = newcomer();
    await one.connect();
    await aws.fault({ service: 'dynamodb', operation: 'UpdateItem', kind: 'before', times: 20 });
    expect(await one.configure()).toMatchObject({ status: 503 });
    await aws.clearFaults();
    const [made] = await one.endpoints();
    expect(await one.configure()).toMatchObject({ status: 200 });
    expect((await one.endpoints()).map(({ id }) => id)).toEqual([made?.id]);
    expect((await one.read()).webhook_endpoint?.id).toBe(made?.id);
    expect(await one.takes(await secretOf(one, made?.id ?? ''))).toBe(true);
  });

  it('whose write was answered into the void keeps what it wrote', async () => {
    const one = newcomer();
    await one.connect();
    await aws.fault({ service: 'dynamodb', operation: 'UpdateItem', kind: 'after', times: 1 });
    expect(await one.configure()).toMatchObject({ status: 200 });
    expect((await one.endpoints()).map(({ id }) => id)).toEqual([(await one.read()).webhook_endpoint?.id]);
  });

  it('at the limit makes room by what is obsolete', async () => {
    const one = newcomer();
    await one.connect({ configure_webhook: true });
    for (let count = 0; count < 15; count += 1) await one.byHand();
    const [made] = (await one.endpoints()).filter(({ url }) => url === one.url);
    const { webhook_endpoint } = await one.read();
    expect(webhook_endpoint?.id).toBe(made?.id);

    // Somebody rolled its secret: nothing that it signs passes.
    await one.takes('whsec_rolled');
    expect(await one.configure()).toMatchObject({ status: 200 });
    const [another, ...others] = (await one.endpoints()).filter(({ url }) => url === one.url);
    expect(others).toEqual([]);
    expect(another?.id).not.toBe(made?.id);
    expect(await one.takes(await secretOf(one, another?.id ?? ''))).toBe(true);
  });

  it('case 36: of many at once all end with one endpoint', async () => {
    const one = newcomer();
    await one.connect();
    const answers = await Promise.all([1, 2, 3, 4].map(() => one.configure()));
    for (const { status } of answers) expect([200, 409, 503]).toContain(status);
    expect(await one.configure()).toMatchObject({ status: 200 });
    expect((await one.endpoints()).map(({ id }) => id)).toEqual([(await one.read()).webhook_endpoint?.id]);
  });

  it('without a connection says so', async () => {
    expect(problemOf(await newcomer().configure())).toMatchObject({ code: 'connection_not_found' });
  });

  it('with Stripe away is to be repeated', async () => {
    const one = newcomer();
    await one.connect();
    await stripe.fault({ path: '/v1/webhook_endpoints', method: 'GET', kind: '500', times: 4 });
    expect(await one.configure()).toMatchObject({ status: 503 });
  });
});

it('case 38: no secret is logged or stored in clear', async () => {
  const one = newcomer();
  await one.connect({ configure_webhook: true });
  await one.configure();
  const [endpoint] = await one.endpoints();
  const secret = await secretOf(one, endpoint?.id ?? '');
  const seen = JSON.stringify([output.mock.calls, await dump(table), await stripe.requests()]);
  expect(secret).toMatch(/^whsec_/);
  expect(seen).toContain(one.tenant.orgId);
  expect(seen).not.toContain(secret);
  expect(seen).not.toContain(one.secretKey);
});
