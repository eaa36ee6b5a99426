import { describe, expect, test } from '@jest/globals';
import { change, type ProvenKey } from '../../functions/domain/connection-change.ts';
import { connection, NOW, secondsLater } from '../support/builders.ts';

const LATER = secondsLater(60);
const stored = connection({
  version: 7,
  webhookEndpoint: { id: 'we_1', managed: true },
  lastSignatureFailureAt: NOW.toISOString(),
});
const changed = { ...stored, version: 8, updatedAt: LATER.toISOString() };

const key = (changes: Partial<ProvenKey> = {}): ProvenKey => ({
  sealed: { ciphertext: 'another key', hint: 'sk_test_…0001' },
  livemode: false,
  accountId: 'acct_1',
  businessName: 'Acme',
  isSameAccount: true,
  ...changes,
});

test('without anything to change, only the version is another', () => {
  expect(change(stored, { revokePrevious: false }, LATER)).toEqual(changed);
});

test('name and switch are changed, and nothing else', () => {
  expect(change(stored, { name: 'Other', isActive: false, revokePrevious: false }, LATER)).toEqual({
    ...changed,
    name: 'Other',
    isActive: false,
    inactiveSince: LATER.toISOString(),
  });
});

describe('the switch', () => {
  const turn = (from: typeof stored, isActive: boolean | undefined, seconds: number) =>
    change(from, { isActive, revokePrevious: false }, secondsLater(seconds));
  const at = (seconds: number) => secondsLater(seconds).toISOString();

  test('remembers since when it is off, however often it is switched off', () => {
    const off = turn(turn(turn(stored, false, 1), false, 2), undefined, 3);
    expect(off).toMatchObject({ isActive: false, inactiveSince: at(1), unsettledSince: null });
  });

  test('switched on, leaves what came since then to be settled', () => {
    const on = turn(turn(stored, false, 1), true, 2);
    expect(on).toMatchObject({ isActive: true, inactiveSince: null, unsettledSince: at(1) });
  });

  test('to and fro leaves everything since the first time, until that is settled', () => {
    const on = turn(turn(turn(turn(stored, false, 1), true, 2), false, 3), true, 4);
    expect(on).toMatchObject({ isActive: true, inactiveSince: null, unsettledSince: at(1) });
  });

  test('that was on all the time leaves nothing to be settled', () => {
    expect(turn(stored, true, 1)).toMatchObject({ inactiveSince: null, unsettledSince: null });
  });
});

describe('another key', () => {
  const withKey = (proven: ProvenKey) => change(stored, { key: proven, revokePrevious: false }, LATER);

  test('of the same account replaces the key alone', () => {
    expect(withKey(key())).toEqual({ ...changed, secretKey: key().sealed });
  });

  test('of the same account that may not say whose it is keeps what is known', () => {
    expect(withKey(key({ accountId: null, businessName: null }))).toMatchObject({
      stripeAccountId: 'acct_1',
      businessName: 'Acme',
    });
  });

  test('tells whose it is where that was not known', () => {
    const unknown = connection({ stripeAccountId: null, businessName: null });
    const known = change(unknown, { key: key(), revokePrevious: false }, LATER);
    expect(known).toMatchObject({ stripeAccountId: 'acct_1', businessName: 'Acme' });
  });

  test('of another account leaves nothing that says otherwise', () => {
    const other = { accountId: null, businessName: null, isSameAccount: false };
    expect(withKey(key(other))).toMatchObject({
      stripeAccountId: null,
      businessName: null,
      webhookEndpoint: null,
    });
  });

  test('of the other mode leaves the endpoint, too, though it is of the same account', () => {
    const live = withKey(key({ livemode: true, isSameAccount: false }));
    expect(live).toMatchObject({ livemode: true, stripeAccountId: 'acct_1', webhookEndpoint: null });
  });

  const other = key({ accountId: 'acct_2', isSameAccount: false });

  test('of another account keeps the webhook secrets for a day: what was paid at the old one is on its way', () => {
    expect(withKey(other).webhookSecrets).toEqual([
      { ...stored.webhookSecrets[0], expiresAt: secondsLater(60 + 24 * 60 * 60).toISOString() },
    ]);
    expect(change(stored, { key: other, revokePrevious: true }, LATER).webhookSecrets).toEqual([]);
  });

  test('of another account with a webhook secret of its own has both for a day', () => {
    const webhookSecret = { ciphertext: 'another secret' };
    const ofBoth = change(stored, { key: other, webhookSecret, revokePrevious: false }, LATER);
    expect(ofBoth.webhookSecrets.map(({ ciphertext }) => ciphertext)).toEqual([
      'another secret',
      'sealed secret',
    ]);
  });

  test('tells what is made for one account from what is made for another, also for the same one again', () => {
    const first = withKey(other);
    const again = change(first, { key: key({ isSameAccount: false }), revokePrevious: false }, LATER);
    expect(new Set([stored, first, again].map(({ attachment }) => attachment)).size).toBe(3);
    expect(withKey(key()).attachment).toBe(stored.attachment);
  });
});

describe('another webhook secret (case 35)', () => {
  const webhookSecret = { ciphertext: 'another secret' };

  test('is added before the one it replaces, which ends a day later', () => {
    const { webhookSecrets } = change(stored, { webhookSecret, revokePrevious: false }, LATER);
    expect(webhookSecrets).toEqual([
      { ...webhookSecret, createdAt: LATER.toISOString(), expiresAt: null },
      { ...stored.webhookSecrets[0], expiresAt: secondsLater(60 + 24 * 60 * 60).toISOString() },
    ]);
  });

  test('is the only one where the previous ones are revoked', () => {
    const { webhookSecrets } = change(stored, { webhookSecret, revokePrevious: true }, LATER);
    expect(webhookSecrets).toEqual([{ ...webhookSecret, createdAt: LATER.toISOString(), expiresAt: null }]);
  });

  test('revoking without another one keeps the newest', () => {
    const { webhookSecrets } = change(stored, { webhookSecret, revokePrevious: false }, LATER);
    const two = { ...stored, webhookSecrets };
    expect(change(two, { revokePrevious: true }, LATER).webhookSecrets).toEqual(webhookSecrets.slice(0, 1));
  });

  test('revoking leaves none where there is none', () => {
    const without = connection({ webhookSecrets: [] });
    expect(change(without, { revokePrevious: true }, LATER).webhookSecrets).toEqual([]);
  });
});
