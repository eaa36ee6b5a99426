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
  readonly scope: EventScope;
  /** The event after which it goes on. */
  readonly after: string | null;
  /** Whether an event of it could not be settled: then it is read once more. */
  readonly isIncomplete?: boolean;
};

/**
 * Of each sale there are several events: those that Stripe could not deliver are enough, since what is paid is found with its
 * link as well. The others are few, and read whether Stripe delivered them or not: nothing is delivered, and nothing counts
 * as undelivered, while an endpoint is disabled; and a table that was restored has forgotten what was.
 */
export const EVENT_SCOPES = ['undelivered', 'rare'] as const;
export type EventScope = (typeof EVENT_SCOPES)[number];

/** How often an account's events are compared. */
export const EVENT_CHECK_EVERY_MS = 60 * 60_000;
/** What is younger may still be on its way here. */
const UNDER_WAY_MS = 60_000;
/** Stripe remembers its events for 30 days. https://docs.stripe.com/api/events */
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** The first check of an account: `since` is when the tenant first connected one, before which nothing of ours can have happened. */
export function beginEventCheck({ tenant, attachment }: Connection, since: Date): EventCheck {
  return { tenant, attachment, readUntil: since.toISOString(), pass: null };
}

/** What is to be read now. */
export function passOf({ readUntil, pass }: EventCheck, now: Date): EventPass {
  if (pass) return pass;
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
  const oldest = before(REMEMBERED_MS);
  return {
    since: readUntil > oldest ? readUntil : oldest,
    until: before(UNDER_WAY_MS),
    scope: 'undelivered',
    after: null,
  };
}

/** The check after a page of its pass, as that then is: `next` is where it goes on, null at the end of its scope. */
export function afterPage(check: EventCheck, pass: EventPass, next: string | null): EventCheck {
  if (next !== null) return { ...check, pass: { ...pass, after: next } };
  if (pass.scope === 'undelivered') return { ...check, pass: { ...pass, scope: 'rare', after: null } };
  return { ...check, pass: null, readUntil: pass.isIncomplete ? pass.since : pass.until };
}

/** Whether it can be one of ours: a dispute names none, and all the tenant's other sales are none of our business. */
export function mayConcernInvoice({ payment, invoiceId }: WebhookEvent): boolean {
  return payment !== null && (invoiceId !== null || payment.notice.fact.kind === 'disputed');
}
