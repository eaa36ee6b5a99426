import type { Connection } from '../domain/connection.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { Clock, Settlements, WaitingEvents, WebhookEvents } from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type SettleWaitingDeps = {
  readonly waitingEvents: WaitingEvents;
  readonly events: Pick<WebhookEvents, 'find'>;
  /** Settlements of recorded events, which count no delivery. */
  readonly replays: Settlements;
  readonly clock: Clock;
};

/**
 * Settles what came before the payments of an invoice were known: a dispute names nothing but its payment. May be repeated.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function settleWaiting(
  { tenant, payments }: Invoice,
  connection: Connection,
  { waitingEvents, events, replays, clock }: SettleWaitingDeps,
): Promise<void> {
  for (const [paymentId, { received }] of Object.entries(payments)) {
    if (!received) continue;
    for (const eventId of await waitingEvents.of(tenant, paymentId)) {
      const event = await events.find(tenant, eventId);
      // It may be about to be recorded.
      if (!event) continue;
      await settlePayment(event, connection, { settlements: replays, clock });
      await waitingEvents.end(tenant, paymentId, eventId);
    }
  }
}
