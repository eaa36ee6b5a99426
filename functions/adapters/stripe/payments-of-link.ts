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
  // A charge that is pending was made when the checkout was completed. Without one, it is on its way as of now.
  const created = charge?.created ?? Math.floor(now.getTime() / 1000);
  const told = (type: string, object: { readonly id: string }) => ({
    id: object.id,
    type,
    created,
    livemode: session.livemode,
    data: { object: { ...object, metadata: session.metadata } },
  });
  return [
    told('checkout.session.completed', session),
    ...(hasFailed(session, intent) ? [told('checkout.session.async_payment_failed', session)] : []),
    ...(charge && charge.amount_refunded > 0 ? [told('charge.refunded', charge)] : []),
    ...(charge?.disputed ? [told('charge.dispute.created', charge)] : []),
  ];
}

/** Completed, and its PaymentIntent waits for another payment method all the same: the delayed payment has failed. */
function hasFailed(
  { payment_status }: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent | null,
): boolean {
  if (payment_status !== 'unpaid' || !intent) return false;
  const isRefused = intent.status === 'requires_payment_method' && intent.last_payment_error !== null;
  return isRefused || intent.status === 'canceled';
}

function expanded<T>(reference: string | T | null | undefined): T | null {
  return typeof reference === 'string' ? null : (reference ?? null);
}
