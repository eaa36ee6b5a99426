import { describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { stripeClients } from '../../functions/adapters/stripe/client.ts';
import { aTenant, unique } from '../support/samples.ts';
import { callRoute, problemOf, startSystem } from '../support/system.ts';

const system = await startSystem();
const { stripe } = system;
jest.spyOn(process.stdout, 'write').mockReturnValue(true);

const Health = v.strictObject({
  data: v.array(v.strictObject({ check: v.string(), status: v.string(), detail: v.string() })),
  next_cursor: v.null(),
});

async function connected(
  kind = 'sk_test',
  more: Readonly<Record<string, unknown>> = { configure_webhook: true },
) {
  const tenant = aTenant();
  const secretKey = `${kind}_${unique('acct').replaceAll(/\W/g, '')}_1`;
  const body = { name: 'Stripe', secret_key: secretKey, ...more };
  const { status, text } = await callRoute(system, 'connect-stripe', { ...tenant, body });
  if (status !== 201) throw new Error(`not connected: ${text}`);
  const { webhookEndpoints } = stripeClients(stripe.url)(secretKey);
  const health = async () => {
    const { data } = v.parse(Health, (await callRoute(system, 'check-health', tenant)).body);
    return Object.fromEntries(data.map(({ check, status: how, detail }) => [check, { status: how, detail }]));
  };
  const endpointId = async () => (await webhookEndpoints.list()).data[0]?.id ?? '';
  return { tenant, secretKey, webhookEndpoints, endpointId, health };
}

const passed = { status: 'pass' };

it('looks at all, in order; a connection that is new waits only for its first event', async () => {
  const { tenant } = await connected();
  const { status, body } = await callRoute(system, 'check-health', tenant);
  expect(status).toBe(200);
  expect(v.parse(Health, body).data.map(({ check, status: how }) => [check, how])).toEqual([
    ['key_works', 'pass'],
    ['mode', 'pass'],
    ['permissions', 'pass'],
    ['webhook_endpoint', 'pass'],
    ['events_subscribed', 'pass'],
    ['last_event', 'warn'],
    ['signature_failures', 'pass'],
  ]);
});

it('asks without leaving a trace at Stripe', async () => {
  const { health, webhookEndpoints } = await connected('rk_test');
  const before = await webhookEndpoints.list();
  expect(await health()).toMatchObject({ key_works: passed, permissions: passed });
  expect((await webhookEndpoints.list()).data).toEqual(before.data);
});

describe('an endpoint', () => {
  it('that was deleted, or never made', async () => {
    const { health, webhookEndpoints, endpointId } = await connected();
    await webhookEndpoints.del(await endpointId());
    const none = { webhook_endpoint: { status: 'fail' }, events_subscribed: { status: 'fail' } };
    expect(await health()).toMatchObject(none);
    expect(await (await connected('sk_test', {})).health()).toMatchObject(none);
  });

  it('that is disabled, delivers elsewhere, or lacks events', async () => {
    const { health, webhookEndpoints, endpointId } = await connected();
    const id = await endpointId();
    await webhookEndpoints.update(id, { disabled: true, enabled_events: ['charge.refunded'] });
    expect(await health()).toMatchObject({
      webhook_endpoint: { status: 'fail', detail: expect.stringContaining('disabled') },
      events_subscribed: { status: 'fail', detail: expect.stringContaining('checkout.session.completed') },
    });
    await webhookEndpoints.update(id, { url: 'https://elsewhere.example.com' });
    expect(await health()).toMatchObject({
      webhook_endpoint: { status: 'fail', detail: expect.stringContaining('elsewhere') },
    });
  });
});

describe('a key', () => {
  it.each([
    ['rak_payment_link_write', 'Payment Links (write)', 'fail'],
    ['rak_checkout_session_write', 'Checkout Sessions (write)', 'fail'],
    ['rak_event_read', 'Events (read)', 'fail'],
    ['rak_payment_intent_read', 'PaymentIntents (read)', 'fail'],
    ['rak_charge_read', 'Charges and Refunds (read)', 'warn'],
    ['rak_webhook_write', 'Webhook Endpoints (write)', 'warn'],
  ])('without %s: %s is named', async (lacks, named, status) => {
    const { health, secretKey } = await connected('rk_test', {});
    await stripe.restrict(secretKey, [lacks]);
    expect(await health()).toMatchObject({
      key_works: passed,
      permissions: { status, detail: expect.stringContaining(`lacks ${named}.`) },
    });
  });

  it('that may not see endpoints leaves them to a person', async () => {
    const { health, secretKey } = await connected('rk_test');
    await stripe.restrict(secretKey, ['rak_webhook_read']);
    expect(await health()).toMatchObject({
      permissions: { status: 'fail' },
      webhook_endpoint: { status: 'warn' },
      events_subscribed: { status: 'warn' },
    });
  });
});

it('without a connection there is nothing to look at', async () => {
  expect(problemOf(await callRoute(system, 'check-health', aTenant()))).toMatchObject({
    code: 'connection_not_found',
    status: 404,
  });
});

it('with Stripe away is to be repeated', async () => {
  const { tenant } = await connected();
  await stripe.fault({ path: '/v1/events', method: 'GET', kind: '500', times: 4 });
  expect(await callRoute(system, 'check-health', tenant)).toMatchObject({ status: 503 });
  await stripe.clearFaults();
});
