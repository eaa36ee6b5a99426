import { PAYMENT_EVENT_TYPES } from '../../domain/webhook-event.ts';
import type { ProviderEvents } from '../../ports.ts';
import { Unavailable } from '../../ports.ts';
import { call, isKeyRefusal, keyDetail, type StripeFor } from './client.ts';
import { readPaymentEvent } from './payment-event.ts';

const PAGE = 100;

/** Events as Stripe remembers them. https://docs.stripe.com/api/events/list */
export function stripeEvents(stripeFor: StripeFor): ProviderEvents {
  return {
    async list(secretKey, { since, until, onlyUndelivered, after }, now) {
      const listed = await call(() =>
        stripeFor(secretKey).events.list({
          types: [...PAYMENT_EVENT_TYPES],
          created: { gte: seconds(since), lte: seconds(until) },
          // Of all the account's endpoints: what one of them has not taken, ours may have.
          ...(onlyUndelivered && { delivery_success: false }),
          ...(after !== null && { starting_after: after }),
          limit: PAGE,
        }),
      );
      if (listed.kind === 'refused') {
        if (isKeyRefusal(listed)) return { kind: 'key_rejected', detail: keyDetail(listed.status, 'Events') };
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
