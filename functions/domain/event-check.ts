import type { Connection } from './connection.ts';
import type { Tenant } from './tenant.ts';
import type { WebhookEvent } from './webhook-event.ts';

/** How far the events of a tenant's account have been compared with those that arrived. */
export type EventCheck = {
  readonly tenant: Tenant;
  /** Whose events they are: another account begins anew. */
  readonly attachment: string;
  /** All that happened before has arrived or was fetched. */
  readonly readUntil: string;
  /** The reading that is under way, where one broke off. */
  readonly pass: EventPass | null;
};

/** Some of an account's events, which Stripe lists newest first. */
export type EventPass = {
  readonly since: string;
  readonly until: string;
  readonly onlyUndelivered: boolean;
  /** The event after which it goes on. */
  readonly after: string | null;
};

/** How often an account's events are compared. */
export const EVENT_CHECK_EVERY_MS = 60 * 60_000;
/** What is younger may still be on its way here. */
const UNDER_WAY_MS = 60_000;
/** Stripe remembers its events for 30 days. https://docs.stripe.com/api/events */
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;
/** Whoever has not compared for so long was away, or is a copy from then: what Stripe delivered meanwhile may be lost. */
const GAP_MS = 1.5 * EVENT_CHECK_EVERY_MS;

/** The first check of a connection: nothing of ours can have happened before it. */
export function beginEventCheck({ tenant, attachment }: Connection, now: Date): EventCheck {
  return { tenant, attachment, readUntil: now.toISOString(), pass: null };
}

/**
 * What is to be read now. Where nothing was read for longer than it should be, delivered events too: a table that was restored from a backup
 * has forgotten them.
 */
export function passOf({ readUntil, pass }: EventCheck, now: Date): EventPass {
  if (pass) return pass;
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
  const oldest = before(REMEMBERED_MS);
  return {
    since: readUntil > oldest ? readUntil : oldest,
    until: before(UNDER_WAY_MS),
    onlyUndelivered: readUntil > before(GAP_MS),
    after: null,
  };
}

/** The check after a page of its pass: `next` is where it goes on, null at its end. */
export function afterPage(check: EventCheck, pass: EventPass, next: string | null): EventCheck {
  if (next !== null) return { ...check, pass: { ...pass, after: next } };
  return { ...check, pass: null, readUntil: pass.until };
}

/** Whether it can be one of ours: a dispute names none, and all the tenant's other sales are none of our business. */
export function mayConcernInvoice({ payment, invoiceId }: WebhookEvent): boolean {
  return payment !== null && (invoiceId !== null || payment.notice.fact.kind === 'disputed');
}
