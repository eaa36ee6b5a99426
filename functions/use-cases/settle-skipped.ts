import type { Connection } from '../domain/connection.ts';
import type { ReceivedEvent } from '../domain/webhook-event.ts';
import type { Clock, Page, Settlements, WebhookEvents } from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type SettleSkippedDeps = {
  readonly events: Pick<WebhookEvents, 'list'>;
  /** Settlements of recorded events, which count no delivery. */
  readonly replays: Settlements;
  readonly clock: Clock;
};

const PAGE = 100;

/**
 * Settles what came while the connection was switched off, once it is on again; may be repeated, and stopped anywhere.
 *
 * In: the connection, and until when to go on. Out: whether everything was looked at.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function settleSkipped(
  connection: Connection,
  until: Date,
  deps: SettleSkippedDeps,
): Promise<boolean> {
  let after: string | null = null;
  do {
    const page: Page<ReceivedEvent> = await deps.events.list(
      connection.tenant,
      { status: 'skipped' },
      { limit: PAGE, after },
    );
    for (const event of page.items) {
      if (deps.clock() >= until) return false;
      await settlePayment(event, connection, { settlements: deps.replays, clock: deps.clock });
    }
    after = page.next;
  } while (after !== null);
  return true;
}
