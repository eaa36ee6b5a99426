import { describe, expect, test } from '@jest/globals';
import {
  type EndpointFound,
  type EndpointStored,
  planEndpoint,
  storedEndpoint,
  wantedEndpoint,
  withEndpoint,
} from '../../functions/domain/webhook-endpoint.ts';
import { connection, NOW, secondsLater, tenant } from '../support/builders.ts';

const VERSION = '2026-10-28.endive';
const wanted = wantedEndpoint(tenant, 'https://api.example.com');

const endpoint = (changes: Partial<EndpointFound> = {}): EndpointFound => ({
  id: 'we_1',
  url: wanted.url,
  events: wanted.events.toReversed(),
  apiVersion: VERSION,
  isEnabled: true,
  metadata: { ...wanted.metadata, theirs: 'too' },
  ...changes,
});
const byHand = endpoint({ id: 'we_hand', metadata: {} });
const held: EndpointStored = { id: 'we_1', isSecretHeld: true };
const plan = (found: readonly EndpointFound[], stored: EndpointStored | null = held) =>
  planEndpoint(found, wanted, stored, VERSION);

test('what is wanted: this tenant’s URL, the events that are known, and whose it is', () => {
  expect(wanted).toEqual({
    url: 'https://api.example.com/api/v1/webhooks/stripe/tenant_org_1/prod',
    events: expect.arrayContaining(['checkout.session.completed', 'charge.dispute.created']),
    metadata: { fluxrate_org_id: 'org_1', fluxrate_env_id: 'prod' },
  });
  expect(wanted.events).toHaveLength(9);
});

describe('the plan', () => {
  test('keeps what is as it should be', () => {
    expect(plan([byHand, endpoint()])).toEqual({ kind: 'keep', obsolete: [] });
  });

  test.each<[string, Partial<EndpointFound>]>([
    ['delivers elsewhere', { url: 'https://old.example.com' }],
    ['is disabled', { isEnabled: false }],
    ['lacks an event', { events: wanted.events.slice(1) }],
    ['is sent an event too many', { events: [...wanted.events, 'customer.created'] }],
    ['is sent every event', { events: ['*'] }],
    ['has another event instead', { events: [...wanted.events.slice(1), 'customer.created'] }],
  ])('mends ours in place where it %s', (_, changes) => {
    expect(plan([endpoint(changes)])).toEqual({ kind: 'update', id: 'we_1', obsolete: [] });
  });

  test('creates one where there is none, and leaves those of others alone', () => {
    expect(plan([], null)).toEqual({ kind: 'create', obsolete: [] });
    expect(plan([byHand], null)).toEqual({ kind: 'create', obsolete: [] });
    expect(plan([byHand])).toEqual({ kind: 'create', obsolete: [] });
  });

  test('replaces ours where its secret is not held', () => {
    expect(plan([endpoint()], { id: 'we_1', isSecretHeld: false })).toEqual({
      kind: 'create',
      obsolete: ['we_1'],
    });
    expect(plan([endpoint({ id: 'we_left' })], null)).toEqual({ kind: 'create', obsolete: ['we_left'] });
  });

  test.each([null, '2024-06-20'])(
    'replaces ours of API version %j, which can never be changed',
    (apiVersion) => {
      expect(plan([endpoint({ apiVersion })])).toEqual({ kind: 'create', obsolete: ['we_1'] });
    },
  );

  test('knows its own by id even where somebody emptied its metadata', () => {
    expect(plan([endpoint({ metadata: {}, isEnabled: false })])).toMatchObject({
      kind: 'update',
      id: 'we_1',
    });
  });

  test('keeps one, and lets go of others of ours', () => {
    expect(plan([endpoint({ id: 'we_2' }), endpoint(), endpoint({ id: 'we_3' })])).toEqual({
      kind: 'keep',
      obsolete: ['we_2', 'we_3'],
    });
  });

  test('leaves alone what another tenant, or this tenant’s other installation, made', () => {
    const others = [
      endpoint({ id: 'we_2', metadata: { fluxrate_org_id: 'org_2', fluxrate_env_id: 'prod' } }),
      endpoint({ id: 'we_3', url: 'https://other.example.com/api/v1/webhooks/stripe/tenant_org_1/prod' }),
    ];
    expect(plan([...others, endpoint()])).toEqual({ kind: 'keep', obsolete: [] });
  });
});

describe('the secret of the stored endpoint', () => {
  const managed = { webhookEndpoint: { id: 'we_1', managed: true } };
  const at = (seconds: number) => secondsLater(seconds).toISOString();
  const heldBy = (changes: Parameters<typeof connection>[0], lastEventAt: string | null = null) =>
    storedEndpoint(connection({ ...managed, ...changes }), lastEventAt, secondsLater(60))?.isSecretHeld;

  test('is held where one is saved, and nothing speaks against it', () => {
    expect(heldBy({})).toBe(true);
    expect(heldBy({ lastSignatureFailureAt: at(-10) })).toBe(true);
    expect(heldBy({ lastSignatureFailureAt: at(0) })).toBe(true);
    expect(heldBy({ lastSignatureFailureAt: at(10) }, at(20))).toBe(true);
  });

  test('is not held where none is saved, or it has ended', () => {
    expect(heldBy({ webhookSecrets: [] })).toBe(false);
    expect(heldBy({ webhookSecrets: [{ ciphertext: 'x', createdAt: at(0), expiresAt: at(30) }] })).toBe(
      false,
    );
  });

  test('is not held where signatures fail since it was saved, and no event comes', () => {
    expect(heldBy({ lastSignatureFailureAt: at(10) })).toBe(false);
    expect(heldBy({ lastSignatureFailureAt: at(10) }, at(5))).toBe(false);
  });

  test.each([null, { id: 'we_1', managed: false }])('is nobody’s of an endpoint %j', (webhookEndpoint) => {
    expect(storedEndpoint(connection({ webhookEndpoint }), null, NOW)).toBeNull();
  });
});

test('case 35: a new endpoint’s secret comes first, and the one before stays valid for a day', () => {
  const changed = withEndpoint(connection(), 'we_2', { ciphertext: 'new' }, secondsLater(60));
  expect(changed).toMatchObject({
    webhookEndpoint: { id: 'we_2', managed: true },
    updatedAt: secondsLater(60).toISOString(),
    webhookSecrets: [
      { ciphertext: 'new', expiresAt: null },
      { ciphertext: 'sealed secret', expiresAt: secondsLater(60 + 24 * 60 * 60).toISOString() },
    ],
  });
});
