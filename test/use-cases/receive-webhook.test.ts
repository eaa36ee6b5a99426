import { describe, expect, test } from '@jest/globals';
import { Stripe } from 'stripe';
import { stripeWebhooks } from '../../functions/adapters/stripe/webhooks.ts';
import type { Connection, SealedWebhookSecret } from '../../functions/domain/connection.ts';
import { Unavailable } from '../../functions/ports.ts';
import {
  MAX_WEBHOOK_BYTES,
  type ReceiveWebhookDeps,
  receiveWebhook,
  type WebhookDelivery,
} from '../../functions/use-cases/receive-webhook.ts';
import { connection, NOW, secondsLater, tenant } from '../support/builders.ts';

const EVENT = JSON.stringify({ id: 'evt_1', type: 'customer.created', data: { object: {} } });

/** A delivery, really signed. */
function delivery(body: string, secret = 'whsec_1'): WebhookDelivery {
  const timestamp = NOW.getTime() / 1000;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  return { tenant, signature, body: new TextEncoder().encode(body) };
}

/** As the vault below opens it. */
function sealed(secret: string, expiresAt: string | null = null): SealedWebhookSecret {
  return { ciphertext: `sealed ${secret}`, createdAt: NOW.toISOString(), expiresAt };
}

const withSecrets = (...webhookSecrets: readonly SealedWebhookSecret[]) => connection({ webhookSecrets });

type World = {
  /** What the cache has; it was read just now where `fresh`. */
  readonly cached?: Connection | null;
  readonly fresh?: boolean;
  readonly refreshed?: Connection | null | 'too_soon';
};

/** The ports, and the calls that they get, in order. Only events that concern no invoice get as far as settlement. */
function ports({
  cached = withSecrets(sealed('whsec_1')),
  fresh = false,
  refreshed = 'too_soon',
}: World = {}) {
  const calls: string[] = [];
  const unexpected = (): never => {
    throw new Error('not expected');
  };
  const deps: ReceiveWebhookDeps = {
    stripe: stripeWebhooks,
    connectionCache: {
      async get() {
        calls.push('get');
        return { connection: cached, fresh };
      },
      async refresh() {
        calls.push('refresh');
        return refreshed;
      },
    },
    connections: {
      async noteSignatureFailure({ orgId, envId }, at) {
        calls.push(`note ${orgId} ${envId} ${at.toISOString()}`);
      },
    },
    vault: {
      async open({ ciphertext }, _tenant, purpose) {
        calls.push(`open ${purpose} ${ciphertext}`);
        return ciphertext.replace('sealed ', '');
      },
    },
    settlements: {
      payInFull: unexpected,
      commit: unexpected,
      findInvoice: unexpected,
      findInvoiceIdByPayment: unexpected,
      keepWaiting: unexpected,
      async record(_tenant, { eventId }, { status }) {
        calls.push(`record ${eventId} ${status}`);
        return { kind: 'committed' };
      },
    },
    clock: () => NOW,
    log: { info: unexpected, warn: (message) => calls.push(`warn ${message}`), error: unexpected },
  };
  return { calls, deps };
}

const OPEN_1 = 'open webhook_secret sealed whsec_1';
const OPEN_2 = 'open webhook_secret sealed whsec_2';
const NOTED = ['warn a signature failed', `note org_1 prod ${NOW.toISOString()}`];

async function received(sent: WebhookDelivery, world?: World) {
  const { calls, deps } = ports(world);
  return { outcome: await receiveWebhook(sent, deps), calls };
}

test('a signed event is verified, then recorded', async () => {
  expect(await received(delivery(EVENT))).toEqual({
    outcome: { kind: 'received', status: 'ignored' },
    calls: ['get', OPEN_1, 'record evt_1 ignored'],
  });
});

describe('what the request alone shows', () => {
  const good = delivery(EVENT);

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['malformed', 'v1=x'],
    ['of another scheme only', good.signature?.replace('v1=', 'v0=')],
    ['stale', `t=${NOW.getTime() / 1000 - 301},v1=${'0'.repeat(64)}`],
    ['from the future', `t=${NOW.getTime() / 1000 + 301},v1=${'0'.repeat(64)}`],
  ])('case 6: a header that is %s is refused, and no port is called', async (_, signature) => {
    expect(await received({ ...good, signature })).toEqual({
      outcome: { kind: 'signature_failed' },
      calls: [],
    });
  });

  test('case 8: a body over 256 KB is refused, and no port is called', async () => {
    const padded = (size: number) => EVENT.padEnd(size, ' ');
    expect(MAX_WEBHOOK_BYTES).toBe(262_144);
    expect(await received(delivery(padded(262_145)))).toEqual({ outcome: { kind: 'too_large' }, calls: [] });
    expect((await received(delivery(padded(262_144)))).outcome.kind).toBe('received');
  });

  test('case 8: its size is that of its bytes, not of its characters', async () => {
    const body = JSON.stringify({ id: 'evt_1', type: 'x', text: 'é'.repeat(131_072) });
    expect((await received(delivery(body))).outcome.kind).toBe('too_large');
  });
});

describe('case 10: not found, one like the other', () => {
  const old = sealed('whsec_1', secondsLater(0).toISOString());

  test.each<[string, World]>([
    ['no connection', { cached: null, fresh: true }],
    ['a connection without a webhook secret', { cached: withSecrets(), fresh: true }],
    ['a connection whose webhook secrets have all expired', { cached: withSecrets(old), fresh: true }],
  ])('%s', async (_, world) => {
    expect(await received(delivery(EVENT), world)).toEqual({
      outcome: { kind: 'not_found' },
      calls: ['get'],
    });
  });

  test('a connection that was removed since it was cached', async () => {
    const { outcome } = await received(delivery(EVENT, 'whsec_2'), { refreshed: null });
    expect(outcome).toEqual({ kind: 'not_found' });
  });
});

describe('case 35: secrets', () => {
  const both = withSecrets(sealed('whsec_2'), sealed('whsec_1', secondsLater(1).toISOString()));
  const overlapEnded = withSecrets(sealed('whsec_2'), sealed('whsec_1', secondsLater(0).toISOString()));

  test.each([
    ['the new one', 'whsec_2', ['get', OPEN_2, 'record evt_1 ignored']],
    ['the old one', 'whsec_1', ['get', OPEN_2, OPEN_1, 'record evt_1 ignored']],
  ])('while both are valid, %s passes', async (_, secret, calls) => {
    expect(await received(delivery(EVENT, secret), { cached: both })).toMatchObject({
      outcome: { kind: 'received' },
      calls,
    });
  });

  test('after the overlap the old one does not, and is not even opened', async () => {
    expect(await received(delivery(EVENT, 'whsec_1'), { cached: overlapEnded })).toEqual({
      outcome: { kind: 'signature_failed' },
      calls: ['get', OPEN_2, 'refresh', ...NOTED],
    });
  });

  test('a warm function learns of a rotation at the first mismatch', async () => {
    expect(await received(delivery(EVENT, 'whsec_2'), { refreshed: both })).toEqual({
      outcome: { kind: 'received', status: 'ignored' },
      calls: ['get', OPEN_1, 'refresh', OPEN_2, 'record evt_1 ignored'],
    });
  });

  test('case 12: but looks again only so often', async () => {
    expect(await received(delivery(EVENT, 'whsec_2'), { refreshed: 'too_soon' })).toEqual({
      outcome: { kind: 'signature_failed' },
      calls: ['get', OPEN_1, 'refresh', ...NOTED],
    });
  });

  test('case 12: and not at all where the connection was read just now', async () => {
    expect(await received(delivery(EVENT, 'whsec_2'), { fresh: true, refreshed: both })).toEqual({
      outcome: { kind: 'signature_failed' },
      calls: ['get', OPEN_1, ...NOTED],
    });
  });

  test('the connection that was read again is the one that decides', async () => {
    const { outcome } = await received(delivery(EVENT, 'whsec_2'), {
      refreshed: { ...both, isActive: false },
    });
    expect(outcome).toEqual({ kind: 'received', status: 'skipped' });
  });
});

describe('case 8: signed, but no event', () => {
  test.each(['null', '[]', '{}', 'id=evt_1', '', '{"id":"evt_1"}', `\ufeff${EVENT}`])(
    '%j touches nothing',
    async (body) => {
      expect(await received(delivery(body))).toEqual({
        outcome: { kind: 'invalid_event' },
        calls: ['get', OPEN_1],
      });
    },
  );

  test('what is neither signed nor an event is told the former', async () => {
    expect((await received(delivery('null', 'whsec_2'))).outcome).toEqual({ kind: 'signature_failed' });
  });
});

describe('case 5: what is away', () => {
  const away = () => Promise.reject(new Unavailable('aws'));

  test.each<[string, (deps: ReceiveWebhookDeps) => ReceiveWebhookDeps, string]>([
    [
      'the database, for the connection',
      (deps) => ({ ...deps, connectionCache: { ...deps.connectionCache, get: away } }),
      'whsec_1',
    ],
    [
      'the database, for the connection again',
      (deps) => ({ ...deps, connectionCache: { ...deps.connectionCache, refresh: away } }),
      'whsec_2',
    ],
    ['the vault', (deps) => ({ ...deps, vault: { open: away } }), 'whsec_1'],
    [
      'the database, for the event',
      (deps) => ({ ...deps, settlements: { ...deps.settlements, record: away } }),
      'whsec_1',
    ],
  ])('%s: Stripe is to deliver it again, and no failed signature is noted', async (_, broken, secret) => {
    const { calls, deps } = ports();
    await expect(receiveWebhook(delivery(EVENT, secret), broken(deps))).rejects.toThrow(Unavailable);
    expect(calls.join()).not.toMatch(/note|record/);
  });

  test('case 6: that a failed signature could not be noted changes no answer', async () => {
    const { calls, deps } = ports();
    const broken = { ...deps, connections: { noteSignatureFailure: away } };
    expect(await receiveWebhook(delivery(EVENT, 'whsec_2'), broken)).toEqual({ kind: 'signature_failed' });
    expect(calls).toContain('warn a signature failure was not noted');
  });
});

test('case 11: another tenant’s signed event at this URL fails', async () => {
  const { outcome, calls } = await received(delivery(EVENT, 'whsec_of_tenant_a'));
  expect(outcome).toEqual({ kind: 'signature_failed' });
  expect(calls.join()).not.toContain('record');
});
