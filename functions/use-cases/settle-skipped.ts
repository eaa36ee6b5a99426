import type { Connection } from '../domain/connection.ts';
import type { ReceivedEvent } from '../domain/webhook-event.ts';
import {
  type Clock,
  type Log,
  type Page,
  type Settlements,
  Unavailable,
  type WebhookEvents,
} from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type SettleSkippedDeps = {
  readonly events: Pick<WebhookEvents, 'list'>;
  /** Settlements of recorded events, which count no delivery. */
  readonly replays: Settlements;
  readonly clock: Clock;
  readonly log: Log;
};

const PAGE = 100;

/**
 * Settles what came while the connection was switched off, once it is on again; may be repeated, and stopped anywhere.
 *
 * In: the connection, and until when to go on. Out: whether everything was looked at, and nothing failed.
 * 1. Read what was skipped since it was switched off.
 * 2. Settle it in the order in which it happened.
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
  const { events, isComplete } = await readSkipped(connection, unsettledSince, until, deps);
  let isDone = isComplete;
  for (const event of events.toSorted(byTime)) {
    if (deps.clock() >= until) return false;
    try {
      await settlePayment(event, connection, { settlements: deps.replays, clock: deps.clock });
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      isDone = false;
      deps.log.error('a skipped event was not settled', {
        org_id: tenant.orgId,
        env_id: tenant.envId,
        event_id: event.eventId,
      });
    }
  }
  return isDone;
}

async function readSkipped(
  { tenant }: Connection,
  since: string,
  until: Date,
  { events, clock }: SettleSkippedDeps,
): Promise<{ readonly events: readonly ReceivedEvent[]; readonly isComplete: boolean }> {
  const found: ReceivedEvent[] = [];
  let after: string | null = null;
  do {
    const page: Page<ReceivedEvent> = await events.list(
      tenant,
      { status: 'skipped', since },
      { limit: PAGE, after },
    );
    found.push(...page.items);
    after = page.next;
  } while (after !== null && clock() < until);
  return { events: found, isComplete: after === null };
}

function byTime(one: ReceivedEvent, other: ReceivedEvent): number {
  return one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0;
}
