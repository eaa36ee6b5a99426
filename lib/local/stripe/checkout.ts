import type { Stripe } from 'stripe';
import { type Backend, seconds } from './backend.ts';
import { checkoutSession } from './objects/checkout-session.ts';
import { totalOf } from './objects/line-items.ts';
import type { LinkRow, SessionRow } from './world.ts';

export type Visitor = { email?: string | null; clientReferenceId?: string | null };

/** A visit to a link's page begins a session. */
export function beginSession({ world, now }: Backend, link: LinkRow, visitor: Visitor = {}): SessionRow {
  const object = checkoutSession({
    link: link.object,
    amount: totalOf(link.items),
    created: seconds(now),
    url: link.object.url,
    customerEmail: visitor.email ?? null,
    clientReferenceId: visitor.clientReferenceId ?? null,
  });
  const row = { scope: link.scope, object, items: link.items };
  world.sessions.put(object.id, row);
  return row;
}

/** The newest session of the link that can still be paid. */
export function openSessionOf({ world, now }: Backend, link: LinkRow): SessionRow | undefined {
  return world.sessions
    .newestFirst(link.scope)
    .find(({ object }) => object.payment_link === link.object.id && isOpen(object, seconds(now)));
}

export function isOpen(session: Stripe.Checkout.Session, now: number): boolean {
  return session.status === 'open' && session.expires_at > now;
}

/** Whether `restrictions.completed_sessions` lets one more payment pass. */
export function isUsedUp({ restrictions }: Stripe.PaymentLink): boolean {
  return (
    restrictions !== null && restrictions.completed_sessions.count >= restrictions.completed_sessions.limit
  );
}
