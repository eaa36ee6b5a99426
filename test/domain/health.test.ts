import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../functions/domain/connection.ts';
import { examine } from '../../functions/domain/health.ts';
import { HEALTH_CHECKS, type HealthCheck, type HealthFacts } from '../../functions/domain/health-check.ts';
import type { EndpointFound } from '../../functions/domain/webhook-endpoint.ts';
import { EVENT_TYPES } from '../../functions/domain/webhook-event.ts';
import { connection, secondsLater } from '../support/builders.ts';

const URL = 'https://api.example.com/api/v1/webhooks/stripe/tenant_org_1/prod';
const HOUR = 3600;
const at = (hours: number) => secondsLater(hours * HOUR).toISOString();

const endpoint = (changes: Partial<EndpointFound> = {}): EndpointFound => ({
  id: 'we_1',
  url: URL,
  events: EVENT_TYPES,
  apiVersion: null,
  isEnabled: true,
  metadata: {},
  ...changes,
});
const managed = (changes: Partial<Connection> = {}) =>
  connection({ webhookEndpoint: { id: 'we_1', managed: true }, ...changes });
const facts = (changes: Partial<HealthFacts> = {}): HealthFacts => ({
  connection: managed(),
  key: { kind: 'known', missing: [] },
  endpoints: [endpoint()],
  webhookUrl: URL,
  lastEventAt: at(99),
  now: secondsLater(100 * HOUR),
  ...changes,
});
const verdict = (check: HealthCheck['check'], changes: Partial<HealthFacts>) =>
  examine(facts(changes)).find((each) => each.check === check);

test('all checks, in their order, and all is well', () => {
  const checks = examine(facts());
  expect(checks.map(({ check }) => check)).toEqual(HEALTH_CHECKS);
  expect(checks.map(({ status }) => status)).toEqual(HEALTH_CHECKS.map(() => 'pass'));
});

test('every detail is sentences', () => {
  const worlds = [facts(), facts({ key: { kind: 'unknown' }, endpoints: null }), facts({ endpoints: [] })];
  for (const { detail } of worlds.flatMap(examine)) expect(detail).toMatch(/^[A-Z].*\.$/s);
});

test('a key that Stripe does not know fails, and what needs it waits', () => {
  const checks = examine(facts({ key: { kind: 'unknown' }, endpoints: null }));
  expect(checks.map(({ status }) => status)).toEqual([
    'fail',
    'pass',
    'warn',
    'warn',
    'warn',
    'pass',
    'pass',
  ]);
  expect(checks[0]?.detail).toContain('sk_test_…4242');
  for (const waiting of [2, 3, 4]) expect(checks[waiting]?.detail).toContain('until the key works');
});

test.each([
  [true, 'Live mode'],
  [false, 'Test mode'],
])('livemode %p is said', (livemode, said) => {
  expect(verdict('mode', { connection: managed({ livemode }) })?.detail).toContain(said);
});

describe('permissions', () => {
  test('that are missing are named', () => {
    const key = { kind: 'known', missing: ['Payment Links (write)', 'Events (read)'] } as const;
    expect(verdict('permissions', { key })).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('lacks Payment Links (write), Events (read).'),
    });
  });

  test.each([
    ['a managed endpoint', managed(), 'fail'],
    ['one made by hand', connection({ webhookEndpoint: { id: 'we_1', managed: false } }), 'warn'],
    ['none yet', connection(), 'warn'],
  ] as const)('for webhook endpoints are missed with %s', (_, stored, status) => {
    const key = { kind: 'known', missing: ['Webhook Endpoints (write)'] } as const;
    expect(verdict('permissions', { key, connection: stored })).toMatchObject({
      status,
      detail: expect.stringContaining('lacks Webhook Endpoints (write).'),
    });
  });

  test('for charges can be done without, and it is said what that means', () => {
    const charges = { kind: 'known', missing: ['Charges and Refunds (read)'] } as const;
    expect(verdict('permissions', { key: charges, connection: managed() })).toEqual({
      check: 'permissions',
      status: 'warn',
      detail: expect.stringMatching(
        /lacks Charges and Refunds \(read\)\..* Without it, a refund .* an hour later\.$/,
      ),
    });
    const both = {
      kind: 'known',
      missing: ['Charges and Refunds (read)', 'Webhook Endpoints (write)'],
    } as const;
    expect(verdict('permissions', { key: both, connection: connection() })).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/an hour later, and see to the webhook endpoint by hand\.$/),
    });
    expect(verdict('permissions', { key: both, connection: managed() })).toMatchObject({ status: 'fail' });
  });

  test('for webhook endpoints can be done without, the others cannot', () => {
    const key = { kind: 'known', missing: ['Events (read)', 'Webhook Endpoints (write)'] } as const;
    expect(verdict('permissions', { key, connection: connection() })).toMatchObject({ status: 'fail' });
  });
});

describe('the endpoint', () => {
  const disabled = endpoint({ isEnabled: false });
  test.each<[string, Partial<HealthFacts>, string, string]>([
    ['is missing', { endpoints: [] }, 'fail', URL],
    [
      'is another system’s',
      { connection: connection(), endpoints: [endpoint({ url: 'https://example.com' })] },
      'fail',
      `No webhook endpoint at Stripe has the URL ${URL}.`,
    ],
    ['delivers elsewhere', { endpoints: [endpoint({ url: `${URL}/` })] }, 'fail', 'elsewhere'],
    ['is disabled', { endpoints: [disabled] }, 'fail', 'disabled'],
    ['has no secret here', { connection: managed({ webhookSecrets: [] }) }, 'fail', 'whsec_'],
    [
      'is not alone',
      {
        endpoints: [
          endpoint(),
          endpoint({ id: 'we_2' }),
          endpoint({ id: 'we_3' }),
          endpoint({ id: 'we_4', url: 'https://example.com' }),
        ],
      },
      'warn',
      'besides we_1 also we_2, we_3.',
    ],
    ['cannot be seen', { endpoints: null }, 'warn', 'Webhook Endpoints (write)'],
  ])('%s', (_, changes, status, said) => {
    expect(verdict('webhook_endpoint', changes)).toMatchObject({
      status,
      detail: expect.stringContaining(said),
    });
  });

  test('made by hand is found by its URL, the enabled one of two', () => {
    const endpoints = [endpoint({ id: 'we_off', isEnabled: false }), endpoint({ id: 'we_on' })];
    const found = verdict('webhook_endpoint', { connection: connection(), endpoints: endpoints.slice(1) });
    expect(found).toMatchObject({ status: 'pass', detail: expect.stringContaining('we_on') });
    expect(verdict('webhook_endpoint', { connection: connection(), endpoints })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('besides we_on also we_off'),
    });
  });

  test('that was made for the connection and is gone is not missed where another delivers', () => {
    expect(verdict('webhook_endpoint', { endpoints: [endpoint({ id: 'we_hand' })] })).toMatchObject({
      status: 'pass',
    });
  });
});

describe('events', () => {
  const without = (...types: readonly string[]) => [
    endpoint({ events: EVENT_TYPES.filter((type) => !types.includes(type)) }),
  ];
  test.each([
    'checkout.session.completed',
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'invoice.payment_succeeded',
    'invoice.payment_failed',
  ])('%s is essential', (type) => {
    expect(verdict('events_subscribed', { endpoints: without(type) })).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(type),
    });
  });

  test('case 13: the four others are missed, and named', () => {
    const types = [
      'checkout.session.async_payment_succeeded',
      'checkout.session.async_payment_failed',
      'charge.refunded',
      'charge.dispute.created',
    ];
    expect(verdict('events_subscribed', { endpoints: without(...types) })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(types.join(', ')),
    });
  });

  test('of which one is essential and one is not are as missing as the essential one', () => {
    const endpoints = without('charge.refunded', 'payment_intent.succeeded');
    expect(verdict('events_subscribed', { endpoints })).toMatchObject({ status: 'fail' });
  });

  test.each([
    ['all events', [endpoint({ events: ['*'] })], 'pass'],
    ['more than is needed', [endpoint({ events: [...EVENT_TYPES, 'customer.created'] })], 'pass'],
    ['no endpoint', [], 'fail'],
    ['endpoints that cannot be seen', null, 'warn'],
  ] as const)('%s', (_, endpoints, status) => {
    expect(verdict('events_subscribed', { endpoints })).toMatchObject({ status });
  });
});

describe('traffic', () => {
  test.each([
    [null, 'warn', 'No event has been received yet. If a payment was made since'],
    [at(100 - 8 * 24), 'warn', `${at(100 - 8 * 24)}. If a payment was made since`],
    [at(100 - 7 * 24), 'pass', at(100 - 7 * 24)],
  ])('last event at %j: %s', (lastEventAt, status, said) => {
    expect(verdict('last_event', { lastEventAt })).toMatchObject({
      status,
      detail: expect.stringContaining(said),
    });
  });

  test('of a connection that is switched off is only recorded', () => {
    expect(verdict('last_event', { connection: managed({ isActive: false }) })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('skipped'),
    });
  });

  test.each<[string, string | null, string | null, string, string]>([
    ['never', null, null, 'pass', 'No webhook signature verification has failed.'],
    ['with no event ever', at(50), null, 'fail', `${at(50)}, and no event was received since. Make sure`],
    ['after the last event', at(99), at(98), 'fail', `${at(99)}, and no event was received since. Make sure`],
    ['with the last event', at(98), at(98), 'warn', 'events have been received since.'],
    ['today, before the last event', at(98), at(99), 'warn', 'since. If it goes on: Make sure'],
    ['a day ago', at(76), at(99), 'pass', `${at(76)}; events have been received since.`],
  ])('signatures failed %s', (_, lastSignatureFailureAt, lastEventAt, status, said) => {
    const stored = managed({ lastSignatureFailureAt });
    expect(verdict('signature_failures', { connection: stored, lastEventAt })).toMatchObject({
      status,
      detail: expect.stringContaining(said),
    });
  });

  test('signatures failed, and the secret was taken away', () => {
    const stored = managed({ lastSignatureFailureAt: at(50), webhookSecrets: [] });
    expect(verdict('signature_failures', { connection: stored, lastEventAt: null })).toMatchObject({
      status: 'fail',
    });
  });

  test('signatures failed, and another secret was saved since', () => {
    const webhookSecrets = [{ ciphertext: 'new', createdAt: at(50), expiresAt: null }];
    const stored = managed({ lastSignatureFailureAt: at(50), webhookSecrets });
    expect(verdict('signature_failures', { connection: stored, lastEventAt: null })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('Another secret was saved since'),
    });
  });
});
