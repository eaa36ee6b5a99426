import { Stripe } from 'stripe';
import type { Signed } from '../webhook.ts';

/** Verification and parsing alone, as Stripe's own library does them. */
export async function handler({ signature, body, secret }: Signed) {
  return { statusCode: Stripe.webhooks.constructEvent(body, signature, secret).id ? 200 : 400 };
}
