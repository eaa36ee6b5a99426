import type { Stripe } from 'stripe';
import { type Backend, seconds } from './backend.ts';
import { idOf } from './ids.ts';
import { dispute } from './objects/dispute.ts';
import { invalidRequest } from './stripe-error.ts';
import type { Row } from './world.ts';

/** The payer's bank takes the money back. */
export function disputePayment(
  { world, now, recordEvent }: Backend,
  { scope, object: intent }: Row<Stripe.PaymentIntent>,
): { dispute: string; event_ids: string[] } {
  const charge = world.charges.find(idOf(intent.latest_charge))?.object;
  if (charge?.status !== 'succeeded') {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to dispute.`);
  }
  const object = dispute(charge, seconds(now));
  world.charges.put(charge.id, { scope, object: { ...charge, disputed: true } });
  world.disputes.put(object.id, { scope, object });
  return { dispute: object.id, event_ids: [recordEvent(scope, 'charge.dispute.created', object)] };
}
