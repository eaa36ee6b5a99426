import type { Stripe } from 'stripe';
import { API_VERSION, type Clock, seconds } from './backend.ts';
import { newId } from './ids.ts';
import type { Delivery, EndpointRow, World } from './world.ts';

type Session = Stripe.Checkout.Session;

/** Which object the events of a type carry. */
export type Snapshots = {
  'charge.dispute.created': Stripe.Dispute;
  'charge.failed': Stripe.Charge;
  'charge.pending': Stripe.Charge;
  'charge.refunded': Stripe.Charge;
  'charge.succeeded': Stripe.Charge;
  'checkout.session.async_payment_failed': Session;
  'checkout.session.async_payment_succeeded': Session;
  'checkout.session.completed': Session;
  'checkout.session.expired': Session;
  'payment_intent.created': Stripe.PaymentIntent;
  'payment_intent.payment_failed': Stripe.PaymentIntent;
  'payment_intent.processing': Stripe.PaymentIntent;
  'payment_intent.succeeded': Stripe.PaymentIntent;
  'payment_link.created': Stripe.PaymentLink;
  'payment_link.updated': Stripe.PaymentLink;
  'refund.created': Stripe.Refund;
};

/** The API request that caused an event; null where a payer or the passing of time did. */
export type Cause = { id: string; idempotency_key: string | null } | null;

/** Records an event, sends it on its way, and answers its id. */
export type RecordEvent = <Type extends keyof Snapshots>(
  scope: string,
  type: Type,
  object: Snapshots[Type],
  cause?: Cause,
  previous?: Partial<Snapshots[Type]>,
) => string;

type Parts = { world: World; now: Clock; deliver: (eventId: string) => void };

export function eventRecorder({ world, now, deliver }: Parts): RecordEvent {
  return (scope, type, object, cause = null, previous) => {
    const event: Stripe.EventBase = {
      id: newId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: seconds(now),
      data: { object, ...(previous && { previous_attributes: previous }) },
      livemode: scope.endsWith('/live'),
      pending_webhooks: 0,
      request: cause ?? { id: null, idempotency_key: null },
      type,
    };
    const deliveries = subscribers(world, scope, type).map(
      (endpoint): Delivery => ({
        endpoint: endpoint.object.id,
        attempts: 0,
        delivered: false,
        next_attempt_at: now(),
      }),
    );
    world.events.put(event.id, { scope, object: withPending(event, deliveries), deliveries });
    deliver(event.id);
    return event.id;
  };
}

export function subscribers(world: World, scope: string, type: string): EndpointRow[] {
  return world.endpoints
    .newestFirst(scope)
    .filter(({ object }) => object.status === 'enabled')
    .filter(({ object }) => object.enabled_events.includes('*') || object.enabled_events.includes(type));
}

export function withPending(event: Stripe.EventBase, deliveries: readonly Delivery[]): Stripe.EventBase {
  return { ...event, pending_webhooks: deliveries.filter(({ delivered }) => !delivered).length };
}
