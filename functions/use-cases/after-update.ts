import type { Connection } from '../domain/connection.ts';
import { type Closings, type Log, Unavailable } from '../ports.ts';
import { type CloseAccountDeps, closeAccount } from './close-account.ts';
import { type SettleSkippedDeps, settleSkipped } from './settle-skipped.ts';

export type AfterUpdateDeps = CloseAccountDeps &
  SettleSkippedDeps & { readonly closings: Pick<Closings, 'end' | 'of' | 'saveProgress'>; readonly log: Log };

/** How long the caller of an update is kept waiting for what follows from it. The sweeper does the rest. */
const FOLLOW_UP_MS = 8_000;

/**
 * What follows from an update that has been written: an account that was left is closed, and what came while the
 * connection was switched off is settled. Neither can undo the update, so that neither can fail it; the sweeper
 * repeats both until they are done.
 */
export async function afterUpdate(connection: Connection, deps: AfterUpdateDeps): Promise<void> {
  const until = new Date(deps.clock().getTime() + FOLLOW_UP_MS);
  const { tenant } = connection;
  try {
    for (const closing of await deps.closings.of(tenant)) await closeAccount(closing, until, deps);
    if (connection.isActive) await settleSkipped(connection, until, deps);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    deps.log.warn('left to the sweeper', {
      org_id: tenant.orgId,
      env_id: tenant.envId,
      service: error.service,
    });
  }
}
