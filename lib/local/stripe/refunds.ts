import type { Stripe } from 'stripe';
import * as v from 'valibot';
import { type Backend, seconds } from './backend.ts';
import { formatAmount } from './currencies.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { idOf } from './ids.ts';
import { listOf, listParams } from './lists.ts';
import { refund } from './objects/refund.ts';
import { integer, mergeMetadata, metadata, text } from './params.ts';
import { isOf } from './payment-reads.ts';
import { invalidRequest } from './stripe-error.ts';
import type { World } from './world.ts';

export function refundEndpoints({ world, now, recordEvent }: Backend): Endpoint[] {
  const createParams = {
    payment_intent: v.optional(text),
    charge: v.optional(text),
    amount: v.optional(v.pipe(integer, v.minValue(1, 'This value must be greater than or equal to 1.'))),
    reason: v.optional(v.picklist(['duplicate', 'fraudulent', 'requested_by_customer'])),
    metadata: v.optional(metadata),
  };

  return [
    endpoint('POST', '/v1/refunds', createParams, ({ params, scope, cause }) => {
      const paid = refundableCharge(world, scope, params.charge, params.payment_intent);
      const amount = params.amount ?? paid.amount - paid.amount_refunded;
      checkRefundable(paid, amount);
      const amount_refunded = paid.amount_refunded + amount;
      const charge = { ...paid, amount_refunded, refunded: amount_refunded === paid.amount };
      const object = refund({
        charge,
        amount,
        created: seconds(now),
        metadata: mergeMetadata({}, params.metadata),
        reason: params.reason ?? null,
      });
      world.charges.put(charge.id, { scope, object: charge });
      world.refunds.put(object.id, { scope, object });
      recordEvent(scope, 'refund.created', object, cause);
      recordEvent(scope, 'charge.refunded', charge, cause, {
        amount_refunded: paid.amount_refunded,
        refunded: paid.refunded,
      });
      return object;
    }),

    endpoint('GET', '/v1/refunds/:id', {}, ({ scope, id }) => world.refunds.get(scope, id).object),
    endpoint(
      'GET',
      '/v1/refunds',
      { payment_intent: v.optional(text), ...listParams },
      ({ params, scope, path }) =>
        listOf(world.refunds.newestFirst(scope), params, path, isOf(params.payment_intent)),
    ),
  ];
}

function refundableCharge(
  world: World,
  scope: string,
  chargeId: string | undefined,
  intentId: string | undefined,
): Stripe.Charge {
  if (chargeId !== undefined) return world.charges.get(scope, chargeId, 'charge').object;
  if (intentId === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      { code: 'parameter_missing', param: 'payment_intent' },
    );
  }
  const intent = world.intents.get(scope, intentId, 'payment_intent').object;
  const latest = world.charges.find(idOf(intent.latest_charge));
  if (latest?.object.status === 'succeeded') return latest.object;
  throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
    param: 'payment_intent',
  });
}

function checkRefundable(charge: Stripe.Charge, amount: number): void {
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (charge.status !== 'succeeded') {
    throw invalidRequest(`Charge ${charge.id} was not successful and cannot be refunded.`);
  }
  const left = charge.amount - charge.amount_refunded;
  if (amount <= left) return;
  const shown = (value: number) => formatAmount(value, charge.currency);
  throw invalidRequest(
    `Refund amount (${shown(amount)}) is greater than unrefunded amount on charge (${shown(left)})`,
    { param: 'amount' },
  );
}
