import { describe, expect, test } from '@jest/globals';
import type { Closing } from '../../functions/domain/closing.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { type KeyProof, Unavailable } from '../../functions/ports.ts';
import {
  type UpdateConnectionDeps,
  type UpdateConnectionInput,
  updateConnection,
} from '../../functions/use-cases/update-connection.ts';
import { connection, generation, invoice, NOW, secondsLater, tenant } from '../support/builders.ts';

const LATER = secondsLater(60);
const SIGNING_SECRET = 'whsec_QzCanarySecret';
const KEY = 'sk_test_QzCanaryKey1234';

const stored = connection({
  version: 7,
  webhookEndpoint: { id: 'we_1', managed: true },
});

type World = {
  readonly connection?: Connection | null;
  /** Of the new key. */
  readonly proof?: KeyProof;
  readonly invoices?: readonly Invoice[];
  readonly seesLink?: boolean;
};

const proven = (accountId: string | null): KeyProof => ({ kind: 'proven', accountId, businessName: 'Acme' });

/** The ports over one stored connection, and the calls that they get, in order. */
function ports(world: World = {}) {
  const calls: string[] = [];
  const kept: { connection: Connection | null; closing: Closing | null } = {
    connection: world.connection === undefined ? stored : world.connection,
    closing: null,
  };
  const write = (changed: Connection, readVersion: number) => {
    if (kept.connection?.version !== readVersion) return 'conflict';
    kept.connection = changed;
    return 'updated';
  };
  const deps: UpdateConnectionDeps = {
    connections: {
      async find() {
        calls.push('find');
        return kept.connection;
      },
      async update(changed, readVersion) {
        calls.push(`update of ${readVersion}`);
        return write(changed, readVersion);
      },
      async replaceAccount(changed, readVersion, closing) {
        calls.push(`replace account of ${readVersion}`);
        kept.closing = closing;
        return write(changed, readVersion);
      },
    },
    invoices: {
      async list() {
        calls.push('list invoices');
        return { items: world.invoices ?? [], next: null };
      },
    },
    provider: {
      async proveKey(secretKey) {
        calls.push(`prove ${secretKey}`);
        return world.proof ?? proven('acct_1');
      },
      async seesPaymentLink(secretKey, linkId) {
        calls.push(`look for ${linkId} with ${secretKey}`);
        return world.seesLink ?? false;
      },
    },
    vault: {
      async seal(secret, _tenant, purpose) {
        calls.push(`seal ${purpose} ${secret}`);
        return { ciphertext: `new ${purpose}` };
      },
    },
    clock: () => LATER,
  };
  return { calls, deps, kept };
}

async function updated(input: Omit<UpdateConnectionInput, 'tenant'>, world?: World) {
  const { calls, deps, kept } = ports(world);
  const outcome = await updateConnection({ tenant, ...input }, deps);
  expect(JSON.stringify(outcome)).not.toContain('QzCanary');
  if (outcome.kind === 'updated') {
    expect(outcome).toEqual({ kind: 'updated', connection: kept.connection });
    expect(kept.connection).toMatchObject({ version: 8, updatedAt: LATER.toISOString() });
  } else {
    expect(kept).toEqual({
      connection: world?.connection === undefined ? stored : world.connection,
      closing: null,
    });
  }
  return { calls, outcome, ...kept };
}

describe('a change', () => {
  test.each([
    ['the name', { name: 'Renamed' }, {}],
    ['the switch', { isActive: false }, { inactiveSince: LATER.toISOString() }],
  ])('of %s leaves everything else alone', async (_, changes, consequence) => {
    const { calls, connection: kept } = await updated(changes);
    expect(kept).toEqual({
      ...stored,
      ...changes,
      ...consequence,
      version: 8,
      updatedAt: LATER.toISOString(),
    });
    expect(calls).toEqual(['find', 'update of 7']);
  });

  test('case 35: of the webhook secret keeps the old one for 24 hours', async () => {
    const { calls, connection: kept } = await updated({ webhookSecret: ` ${SIGNING_SECRET}\n` });
    expect(calls).toEqual(['find', `seal webhook_secret ${SIGNING_SECRET}`, 'update of 7']);
    expect(kept?.webhookSecrets).toEqual([
      { ciphertext: 'new webhook_secret', createdAt: LATER.toISOString(), expiresAt: null },
      {
        ciphertext: 'sealed secret',
        createdAt: NOW.toISOString(),
        expiresAt: secondsLater(60 + 24 * 60 * 60).toISOString(),
      },
    ]);
  });

  test('case 35: with revoke_previous the old one ends at once', async () => {
    const { connection: kept } = await updated({ webhookSecret: SIGNING_SECRET, revokePrevious: true });
    expect(kept?.webhookSecrets.map(({ ciphertext }) => ciphertext)).toEqual(['new webhook_secret']);
  });

  test('revoke_previous alone keeps the newest', async () => {
    const { connection: kept } = await updated({ revokePrevious: true });
    expect(kept?.webhookSecrets).toEqual(stored.webhookSecrets);
  });
});

describe('another key', () => {
  const sealed = { ciphertext: 'new secret_key', hint: 'sk_test_…1234' };

  test('of the same account takes over, and nothing is closed', async () => {
    const { calls, connection: kept, closing } = await updated({ secretKey: ` ${KEY}\n` });
    expect(calls).toEqual(['find', `prove ${KEY}`, `seal secret_key ${KEY}`, 'update of 7']);
    expect(kept).toMatchObject({
      secretKey: sealed,
      stripeAccountId: 'acct_1',
      webhookEndpoint: { id: 'we_1' },
    });
    expect(closing).toBeNull();
  });

  const links = [
    invoice({ current: generation(1, { link: null }) }),
    invoice({ current: generation(2) }),
    invoice({ current: generation(3) }),
  ];

  test.each<[string, World, string[]]>([
    ['that sees a link of ours', { seesLink: true, invoices: links }, [`look for plink_2 with ${KEY}`]],
    ['where there is no link yet', { invoices: [] }, []],
  ])('that may not say whose it is, %s, is of the same account', async (_, world, looked) => {
    const { calls, connection: kept } = await updated({ secretKey: KEY }, { ...world, proof: proven(null) });
    expect(calls.slice(3)).toEqual(['list invoices', ...looked, 'update of 7']);
    expect(kept).toMatchObject({ secretKey: sealed, stripeAccountId: 'acct_1' });
  });

  const others: [string, Omit<UpdateConnectionInput, 'tenant'>, World][] = [
    ['of another account', { secretKey: KEY }, { proof: proven('acct_2') }],
    ['of the other mode', { secretKey: 'sk_live_QzCanaryKey1234' }, {}],
    [
      'that may not say whose it is, and does not see our link',
      { secretKey: KEY },
      { proof: proven(null), invoices: links, seesLink: false },
    ],
  ];

  test.each(others)('%s is refused unless that is confirmed', async (_, input, world) => {
    const { calls, outcome } = await updated(input, world);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'stripe_account_changed' });
    expect(calls.join()).not.toMatch(/update|replace/);
  });

  test.each(others)(
    '%s, confirmed, takes over, and the old key is kept to close what is open',
    async (_, input, world) => {
      const {
        calls,
        connection: kept,
        closing,
      } = await updated({ ...input, confirmAccountChange: true }, world);
      expect(calls.at(-1)).toBe('replace account of 7');
      expect(kept).toMatchObject({
        secretKey: { ciphertext: 'new secret_key' },
        attachment: 'conn_1_8',
        webhookEndpoint: null,
      });
      expect(kept?.webhookSecrets.every(({ expiresAt }) => expiresAt !== null)).toBe(true);
      expect(closing).toMatchObject({
        tenant,
        secretKey: { ciphertext: 'sealed key' },
        attachment: 'conn_1',
        managedEndpointId: 'we_1',
      });
    },
  );
});

describe('refused, and nothing has changed', () => {
  test.each<[string, Omit<UpdateConnectionInput, 'tenant'>, string]>([
    ['a key as webhook secret', { webhookSecret: KEY }, 'not_a_webhook_secret'],
    ['a URL as webhook secret', { webhookSecret: 'https://example.com/QzCanary' }, 'not_a_webhook_secret'],
    ['an empty webhook secret', { webhookSecret: '' }, 'not_a_webhook_secret'],
    ['a webhook secret as key', { secretKey: SIGNING_SECRET }, 'not_a_secret_key'],
    ['a publishable key', { secretKey: 'pk_test_QzCanary' }, 'not_a_secret_key'],
  ])('case 34: %s, before anything is called', async (_, input, code) => {
    const { calls, outcome } = await updated({ name: 'Renamed', ...input });
    expect(outcome).toMatchObject({ kind: 'refused', code });
    expect(calls).toEqual([]);
  });

  test('where nothing is connected, before anything is proven or encrypted', async () => {
    const { calls, outcome } = await updated(
      { secretKey: KEY, webhookSecret: SIGNING_SECRET },
      { connection: null },
    );
    expect(outcome).toMatchObject({ kind: 'refused', code: 'connection_not_found' });
    expect(calls).toEqual(['find']);
  });

  test('a key that Stripe rejects, before anything is encrypted', async () => {
    const proof: KeyProof = { kind: 'rejected', detail: 'Stripe does not know this key.' };
    const { calls, outcome } = await updated({ secretKey: KEY }, { proof });
    expect(outcome).toEqual({ kind: 'refused', code: 'stripe_key_rejected', detail: proof.detail });
    expect(calls).toEqual(['find', `prove ${KEY}`]);
  });

  test('case 36: of two at once, one wins and the other is told of the conflict', async () => {
    const { deps, kept } = ports();
    const outcomes = await Promise.all(
      ['One', 'Other'].map((name) => updateConnection({ tenant, name }, deps)),
    );
    const winners = outcomes.flatMap((outcome) => (outcome.kind === 'updated' ? [outcome.connection] : []));
    expect(winners).toEqual([kept.connection]);
    expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'refused', code: 'write_conflict' }));
  });
});

test('case 36: a stop while encrypting leaves the old set as it was', async () => {
  const { calls, deps, kept } = ports();
  const stopped = { seal: () => Promise.reject(new Unavailable('kms')) };
  for (const input of [{ webhookSecret: SIGNING_SECRET }, { secretKey: KEY }]) {
    const attempt = updateConnection({ tenant, ...input }, { ...deps, vault: stopped });
    await expect(attempt).rejects.toThrow(Unavailable);
  }
  expect(kept).toEqual({ connection: stored, closing: null });
  expect(calls.join()).not.toMatch(/update|replace/);
});
