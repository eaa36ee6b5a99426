import * as v from 'valibot';
import { type Endpoint, endpoint } from './endpoint.ts';
import { listOf, listParams } from './lists.ts';
import { text } from './params.ts';
import type { World } from './world.ts';

/** PaymentIntents, charges and disputes, to look at. */
export function paymentReadEndpoints({ intents, charges, disputes }: World): Endpoint[] {
  const ofIntent = { payment_intent: v.optional(text), ...listParams };

  return [
    endpoint('GET', '/v1/payment_intents/:id', {}, ({ scope, id }) => intents.get(scope, id).object),
    endpoint('GET', '/v1/payment_intents', listParams, ({ params, scope, path }) =>
      listOf(intents.newestFirst(scope), params, path),
    ),

    endpoint('GET', '/v1/charges/:id', {}, ({ scope, id }) => charges.get(scope, id).object),
    endpoint('GET', '/v1/charges', ofIntent, ({ params, scope, path }) =>
      listOf(charges.newestFirst(scope), params, path, isOf(params.payment_intent)),
    ),

    endpoint('GET', '/v1/disputes/:id', {}, ({ scope, id }) => disputes.get(scope, id).object),
    endpoint('GET', '/v1/disputes', ofIntent, ({ params, scope, path }) =>
      listOf(disputes.newestFirst(scope), params, path, isOf(params.payment_intent)),
    ),
  ];
}

export function isOf(intentId: string | undefined) {
  return ({ payment_intent }: { payment_intent: unknown }) =>
    intentId === undefined || payment_intent === intentId;
}
