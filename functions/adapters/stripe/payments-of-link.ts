import type Stripe from 'stripe';
import type { WebhookEvent } from '../../domain/webhook-event.ts';
import { readPaymentEvent } from './payment-event.ts';

/**
 * What a link's completed checkouts came to, told as the events tell it that may never have come: the same reading then
 * settles both. In place of an event's id stands that of the object which says so.
 *
 * @param sessions completed, with `payment_intent.latest_charge` expanded.
 * @see https://docs.stripe.com/payments/checkout/fulfill-orders
 */
export function paymentsOf(sessions: readonly Stripe.Checkout.Session[], now: Date): readonly WebhookEvent[] {
  return sessions
    .flatMap((session) => toldBy(session, now))
    .flatMap((told) => readPaymentEvent(told, now) ?? []);
}

function toldBy(session: Stripe.Checkout.Session, now: Date): readonly object[] {
  const intent = expanded(session.payment_intent);
  const charge = expanded(intent?.latest_charge);
  const asOfNow = Math.floor(now.getTime() / 1000);
  const told = (type: string, object: { readonly id: string }, created: number) => ({
    id: object.id,
    type,
    created,
    livemode: session.livemode,
    data: { object: { ...object, metadata: session.metadata } },
  });
  const isFailed = hasFailed(session, intent);
  const completedAt = isFailed ? session.created : (madeAt(charge) ?? asOfNow);
  return [
    told('checkout.session.completed', session, completedAt),
    ...(isFailed ? [told('checkout.session.async_payment_failed', session, completedAt)] : []),
    ...(charge && charge.amount_refunded > 0 ? [told('charge.refunded', charge, asOfNow)] : []),
    // Whoever knows of the dispute knows better when it was.
    ...(charge?.disputed ? [told('charge.dispute.created', charge, asOfNow)] : []),
  ];
}

/**
 * When the money was sent on its way; null where that is not known, and it is on its way as of now. Methods that charge later
 * leave a declined charge of before as the latest: its time must not stand for the completion that came after it.
 * https://docs.stripe.com/api/payment_intents/object#payment_intent_object-latest_charge
 */
function madeAt(charge: Stripe.Charge | null): number | null {
  return charge && charge.status !== 'failed' ? charge.created : null;
}

/** Completed and unpaid, and its PaymentIntent waits for another payment method all the same: the delayed payment has failed. */
function hasFailed(
  { payment_status }: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent | null,
): boolean {
  if (payment_status !== 'unpaid' || !intent) return false;
  return intent.status === 'requires_payment_method' || intent.status === 'canceled';
}

function expanded<T>(reference: string | T | null | undefined): T | null {
  return typeof reference === 'string' ? null : (reference ?? null);
}
