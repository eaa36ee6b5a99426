import type { Connection } from '../domain/connection.ts';
import type { ReceivedEvent } from '../domain/webhook-event.ts';
import {
  type Clock,
  type Connections,
  type Log,
  type Page,
  type Settlements,
  Unavailable,
  type WebhookEvents,
} from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type SettleSkippedDeps = {
  readonly connections: Pick<Connections, 'saveUnsettledSince'>;
  readonly events: Pick<WebhookEvents, 'list'>;
  /** Settlements of recorded events, which count no delivery. */
  readonly replays: Settlements;
  readonly clock: Clock;
  readonly log: Log;
};

const PAGE = 100;
/** A webhook that was under way when the connection was switched on may still be skipped, under the time at which it came. */
export const SKIPPED_UNTIL_MS = 60_000;

/**
 * Settles what came while the connection was switched off, once it is on again; may be repeated, and stopped anywhere.
 *
 * In: the connection, and until when to go on. Out: whether everything was looked at, and nothing failed.
 * 1. Read what was skipped since it was switched off, a page at a time, oldest first.
 * 2. Settle a page in the order in which it happened.
 * 3. Save how far it came, so that the next call goes on there: a large account has more than one call can settle.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function settleSkipped(
  connection: Connection,
  until: Date,
  deps: SettleSkippedDeps,
): Promise<boolean> {
  const { tenant, unsettledSince } = connection;
  if (unsettledSince === null) return true;
  const skipped = { status: 'skipped', since: unsettledSince, oldestFirst: true } as const;
  let isDone = true;
  let after: string | null = null;
  do {
    const page: Page<ReceivedEvent> = await deps.events.list(tenant, skipped, { limit: PAGE, after });
    for (const event of page.items.toSorted(byTime)) {
      if (deps.clock() >= until) return false;
      if (!(await settle(event, connection, deps))) isDone = false;
    }
    after = page.next;
    const place = placeAfter(page.items, deps.clock());
    if (isDone && after !== null && place !== null && place > unsettledSince) {
      await deps.connections.saveUnsettledSince(connection, place);
    }
  } while (after !== null && deps.clock() < until);
  return isDone && after === null;
}

/** From where the next call goes on, if from anywhere else: not past what may still be written. */
function placeAfter(settled: readonly ReceivedEvent[], now: Date): string | null {
  const last = settled.at(-1);
  if (!last) return null;
  const place = Math.min(Date.parse(last.receivedAt), now.getTime() - SKIPPED_UNTIL_MS);
  return new Date(place).toISOString();
}

/** Whether it went as it should. One event that cannot be settled keeps none of the others from it. */
async function settle(
  event: ReceivedEvent,
  connection: Connection,
  { replays, clock, log }: SettleSkippedDeps,
): Promise<boolean> {
  try {
    await settlePayment(event, connection, { settlements: replays, clock });
    return true;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    const { orgId, envId } = connection.tenant;
    log.error('a skipped event was not settled', { org_id: orgId, env_id: envId, event_id: event.eventId });
    return false;
  }
}

function byTime(one: ReceivedEvent, other: ReceivedEvent): number {
  return one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0;
}
