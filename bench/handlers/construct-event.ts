import { Stripe } from 'stripe';
import type { Signed } from '../webhook.ts';

/** Stripe's own verification. */
export async function handler({ signature, body, secret }: Signed) {
  const { id } = Stripe.webhooks.constructEvent(body, signature, secret);
  return { statusCode: id ? 200 : 400 };
}
