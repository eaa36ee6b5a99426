import type { Connection } from '../domain/connection.ts';
import type { EventCheck, EventPass } from '../domain/event-check.ts';
import {
  afterPage,
  beginEventCheck,
  EVENT_CHECK_EVERY_MS,
  mayConcernInvoice,
  passOf,
} from '../domain/event-check.ts';
import type { WebhookEvent } from '../domain/webhook-event.ts';
import {
  type Clock,
  type Connections,
  type EventChecks,
  type Log,
  type ProviderEvents,
  type Settlements,
  Unavailable,
  type Vault,
} from '../ports.ts';
import { settlePayment } from './settle-payment.ts';

export type CheckEventsDeps = {
  readonly connections: Pick<Connections, 'find'>;
  readonly eventChecks: Pick<EventChecks, 'save'>;
  readonly providerEvents: ProviderEvents;
  /** Settlements of events that were fetched, which counts as no delivery. */
  readonly fetched: Settlements;
  readonly vault: Pick<Vault, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Fetches the events of a tenant's account that never arrived here, and settles them as if they had; may be stopped anywhere and
 * repeated. An endpoint that was wrong, disabled, or away for longer than Stripe's three days costs an hour, not money.
 *
 * In: how far it came, and until when to go on. Out: nothing; how far it came is saved.
 * 1. Ask Stripe what happened since, page by page.
 * 2. Settle what may concern an invoice. What is known already changes nothing.
 * 3. Save each page's end, and when to look again.
 *
 * @throws Unavailable where a service was away.
 */
export async function checkEvents(check: EventCheck, until: Date, deps: CheckEventsDeps): Promise<void> {
  const { tenant } = check;
  const connection = await deps.connections.find(tenant);
  if (!connection?.isActive) return deps.eventChecks.save(check, nextCheck(deps));

  // Whatever it meets, it goes behind the others that are due.
  await deps.eventChecks.save(check, later(RETRIED_AFTER_MS, deps));
  const secretKey = await deps.vault.open(connection.secretKey, tenant, 'secret_key');
  let current = isOf(check, connection) ? check : beginEventCheck(connection, new Date(connection.createdAt));
  do {
    const pass = passOf(current, deps.clock());
    const page = await deps.providerEvents.list(secretKey, pass, deps.clock());
    switch (page.kind) {
      case 'key_rejected':
        return deps.eventChecks.save(current, nextCheck(deps));
      case 'place_lost':
        return deps.eventChecks.save({ ...current, pass: null }, deps.clock());
      case 'listed':
        current = afterPage(current, await settlePage(page.events, pass, connection, deps), page.next);
        await deps.eventChecks.save(current, current.pass ? deps.clock() : nextCheck(deps));
    }
  } while (current.pass && deps.clock() < until);
}

/** Settles what may be ours. One event that cannot be settled keeps none of the others from it. */
async function settlePage(
  events: readonly WebhookEvent[],
  pass: EventPass,
  connection: Connection,
  { fetched, clock, log }: CheckEventsDeps,
): Promise<EventPass> {
  let settled = pass;
  for (const event of events.filter(mayConcernInvoice)) {
    try {
      await settlePayment(event, connection, { settlements: fetched, clock });
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      const { orgId, envId } = connection.tenant;
      log.error('a fetched event was not settled', { org_id: orgId, env_id: envId, event_id: event.eventId });
      settled = { ...settled, isIncomplete: true };
    }
  }
  return settled;
}

/** Where a check breaks off. */
const RETRIED_AFTER_MS = 60_000;

function isOf({ attachment }: EventCheck, connection: Connection): boolean {
  return attachment === connection.attachment;
}

function nextCheck(deps: CheckEventsDeps): Date {
  return later(EVENT_CHECK_EVERY_MS, deps);
}

function later(milliseconds: number, { clock }: CheckEventsDeps): Date {
  return new Date(clock().getTime() + milliseconds);
}
