import type { Tenant } from '../domain/tenant.ts';
import type { ReceivedEvent } from '../domain/webhook-event.ts';
import type { Clock, Connections, Settlements, WebhookEvents } from '../ports.ts';
import { notConnected } from './connection-refusals.ts';
import { settlePayment } from './settle-payment.ts';

export type ReplayEventInput = { readonly tenant: Tenant; readonly eventId: string };

export type ReplayEventOutcome =
  | { readonly kind: 'replayed'; readonly event: ReceivedEvent }
  | {
      readonly kind: 'refused';
      readonly code: 'connection_not_found' | 'webhook_event_not_found';
      readonly detail: string;
    };

export type ReplayEventDeps = {
  readonly connections: Pick<Connections, 'find'>;
  readonly events: Pick<WebhookEvents, 'find'>;
  /** Settlements of recorded events, which count no delivery. */
  readonly replays: Settlements;
  readonly clock: Clock;
};

/**
 * Applies a recorded event again, through the same settlement: what stood in its way may be gone.
 *
 * In: whose it is, and which event. Out: the event as it then stands, or why not.
 * 1. Find the event and the connection.
 * 2. Settle it. An event that changed an invoice once never does so again, however often it is delivered or replayed.
 *
 * @throws Unavailable where it could not be decided or stored; nothing is half written.
 */
export async function replayEvent(
  { tenant, eventId }: ReplayEventInput,
  { connections, events, replays, clock }: ReplayEventDeps,
): Promise<ReplayEventOutcome> {
  const [connection, recorded] = await Promise.all([connections.find(tenant), events.find(tenant, eventId)]);
  if (!connection) return notConnected;
  if (!recorded) return notReceived;

  // Nothing is decided while the connection is off: what was decided before stays as it is.
  if (recorded.status === 'applied' || !connection.isActive) return { kind: 'replayed', event: recorded };
  await settlePayment(recorded, connection, { settlements: replays, clock });
  const decided = await events.find(tenant, eventId);
  return decided ? { kind: 'replayed', event: decided } : notReceived;
}

const notReceived = {
  kind: 'refused',
  code: 'webhook_event_not_found',
  detail: 'No such event was received in this environment.',
} as const;
