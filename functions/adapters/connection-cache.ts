import QuickLRU from 'quick-lru';
import { type Connection, validWebhookSecrets } from '../domain/connection.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Clock, ConnectionCache, Connections } from '../ports.ts';

/** How long a running function may go on with a connection that was switched off or changed. */
const CACHED_FOR_MS = 30_000;
const REFRESHED_EVERY_MS = 30_000;
const CACHED_AT_MOST = 1_000;

/** Connections kept in a running function's memory. */
export function connectionCache(connections: Pick<Connections, 'find'>, clock: Clock): ConnectionCache {
  const cached = new QuickLRU<string, { readonly connection: Connection; readonly readAt: number }>({
    maxSize: CACHED_AT_MOST,
  });
  const refreshed = new QuickLRU<string, number>({ maxSize: CACHED_AT_MOST });

  return {
    async get(tenant) {
      const hit = cached.get(keyOf(tenant));
      if (hit && clock().getTime() - hit.readAt < CACHED_FOR_MS)
        return { connection: hit.connection, fresh: false };
      return { connection: await read(tenant), fresh: true };
    },

    async refresh(tenant) {
      const now = clock().getTime();
      const last = refreshed.get(keyOf(tenant));
      if (last !== undefined && now - last < REFRESHED_EVERY_MS) return 'too_soon';
      refreshed.set(keyOf(tenant), now);
      return read(tenant).catch((error: unknown) => {
        refreshed.delete(keyOf(tenant));
        throw error;
      });
    },
  };

  async function read(tenant: Tenant): Promise<Connection | null> {
    const connection = await connections.find(tenant);
    if (connection && isWorthKeeping(connection, clock()))
      cached.set(keyOf(tenant), { connection, readAt: clock().getTime() });
    else cached.delete(keyOf(tenant));
    return connection;
  }
}

/** One that is switched off, or has no webhook secret yet, is expected to change any moment. */
function isWorthKeeping(connection: Connection, now: Date): boolean {
  return connection.isActive && validWebhookSecrets(connection, now).length > 0;
}

function keyOf({ orgId, envId }: Tenant): string {
  return `${orgId}/${envId}`;
}
