import type Stripe from 'stripe';
import type { EventScope } from '../../domain/event-check.ts';
import { PAYMENT_EVENT_TYPES, RARE_EVENT_TYPES } from '../../domain/webhook-event.ts';
import { type ProviderEvents, Unavailable } from '../../ports.ts';
import { call, isKeyRefusal, keyDetail, type StripeFor } from './client.ts';
import { readPaymentEvent } from './payment-event.ts';

const PAGE = 100;

const wanted: Readonly<Record<EventScope, Stripe.EventListParams>> = {
  // Of all the account's endpoints: what one of them has not taken, ours may have.
  undelivered: { types: [...PAYMENT_EVENT_TYPES], delivery_success: false },
  rare: { types: [...RARE_EVENT_TYPES] },
};

/** Events as Stripe remembers them. https://docs.stripe.com/api/events/list */
export function stripeEvents(stripeFor: StripeFor): ProviderEvents {
  return {
    async list(secretKey, { since, until, scope, after }, now) {
      const listed = await call(() =>
        stripeFor(secretKey).events.list({
          ...wanted[scope],
          created: { gte: seconds(since), lte: seconds(until) },
          ...(after !== null && { starting_after: after }),
          limit: PAGE,
        }),
      );
      if (listed.kind === 'refused') {
        if (isKeyRefusal(listed)) return { kind: 'key_rejected', detail: keyDetail(listed.status, 'Events') };
        if (listed.param === 'starting_after') return { kind: 'place_lost' };
        throw new Unavailable('Stripe');
      }
      const { data, has_more } = listed.value;
      return {
        kind: 'listed',
        events: data.flatMap((event) => readPaymentEvent(event, now) ?? []),
        next: has_more ? (data.at(-1)?.id ?? null) : null,
      };
    },
  };
}

function seconds(time: string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
