import { describe, expect, it } from '@jest/globals';
import { connectionCache } from '../../functions/adapters/connection-cache.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Tenant } from '../../functions/domain/tenant.ts';
import { Unavailable } from '../../functions/ports.ts';
import { NOW } from '../support/builders.ts';
import { aTenant, connectionOf, later } from '../support/samples.ts';

/** A cache over one stored connection, whose reads are counted, at a time that is set. */
function scene(stored: Connection | null) {
  const state = { stored, now: NOW, reads: 0, isAway: false };
  const cache = connectionCache(
    {
      async find({ orgId, envId }: Tenant) {
        state.reads += 1;
        if (state.isAway) throw new Unavailable('DynamoDB');
        const { tenant } = state.stored ?? {};
        return tenant?.orgId === orgId && tenant.envId === envId ? state.stored : null;
      },
    },
    () => state.now,
  );
  return { cache, state };
}

describe('a connection', () => {
  it('is read once in 30 seconds', async () => {
    const stored = connectionOf(aTenant());
    const { cache, state } = scene(stored);
    expect(await cache.get(stored.tenant)).toEqual({ connection: stored, fresh: true });
    state.now = later(29_999);
    expect(await cache.get(stored.tenant)).toEqual({ connection: stored, fresh: false });
    expect(state.reads).toBe(1);

    const changed = { ...stored, isActive: false };
    state.stored = changed;
    state.now = later(30_000);
    expect(await cache.get(stored.tenant)).toEqual({ connection: changed, fresh: true });
    expect(state.reads).toBe(2);
  });

  it('is kept for its own tenant and environment alone', async () => {
    const stored = connectionOf(aTenant());
    const { cache } = scene(stored);
    await cache.get(stored.tenant);
    expect((await cache.get({ ...stored.tenant, envId: 'dev' })).connection).toBeNull();
    expect((await cache.get(aTenant())).connection).toBeNull();
  });

  it.each<[string, Partial<Connection> | null]>([
    ['absent', null],
    ['without a webhook secret', { webhookSecrets: [] }],
    ['that is switched off', { isActive: false }],
    [
      'whose only webhook secret has expired',
      {
        webhookSecrets: [{ ciphertext: 'old', createdAt: NOW.toISOString(), expiresAt: NOW.toISOString() }],
      },
    ],
  ])('%s is always looked up: it may have been made just now', async (_, changes) => {
    const tenant = aTenant();
    const { cache, state } = scene(changes && connectionOf(tenant, changes));
    await cache.get(tenant);
    await cache.get(tenant);
    expect(state.reads).toBe(2);
    state.stored = connectionOf(tenant);
    expect(await cache.get(tenant)).toEqual({ connection: state.stored, fresh: true });
  });

  it('that is away stays away for nobody', async () => {
    const stored = connectionOf(aTenant());
    const { cache, state } = scene(stored);
    state.isAway = true;
    await expect(cache.get(stored.tenant)).rejects.toThrow(Unavailable);
    state.isAway = false;
    expect((await cache.get(stored.tenant)).connection).toEqual(stored);
  });
});

describe('a refresh', () => {
  it('reads again, at most every 30 seconds for a tenant, and what it read is kept', async () => {
    const stored = connectionOf(aTenant());
    const { cache, state } = scene(stored);
    await cache.get(stored.tenant);
    const rotated = { ...stored, version: 2 };
    state.stored = rotated;
    expect(await cache.refresh(stored.tenant)).toEqual(rotated);
    expect(await cache.get(stored.tenant)).toEqual({ connection: rotated, fresh: false });
    state.now = later(29_999);
    expect(await cache.refresh(stored.tenant)).toBe('too_soon');
    expect(state.reads).toBe(2);
    state.now = later(30_000);
    expect(await cache.refresh(stored.tenant)).toEqual(rotated);
  });

  it('of one tenant does not hold up another', async () => {
    const stored = connectionOf(aTenant());
    const { cache } = scene(stored);
    await cache.refresh(aTenant());
    expect(await cache.refresh(stored.tenant)).toEqual(stored);
  });

  it('forgets a connection that is gone', async () => {
    const stored = connectionOf(aTenant());
    const { cache, state } = scene(stored);
    await cache.get(stored.tenant);
    state.stored = null;
    expect(await cache.refresh(stored.tenant)).toBeNull();
    expect((await cache.get(stored.tenant)).connection).toBeNull();
  });

  it('that failed may be repeated at once: a genuine event must not be refused for it (case 5)', async () => {
    const stored = connectionOf(aTenant());
    const { cache, state } = scene(stored);
    await cache.get(stored.tenant);
    state.isAway = true;
    await expect(cache.refresh(stored.tenant)).rejects.toThrow(Unavailable);
    state.isAway = false;
    expect(await cache.refresh(stored.tenant)).toEqual(stored);
  });
});
