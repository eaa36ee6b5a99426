import { Stripe } from 'stripe';
import { parsePaymentEvent } from '../functions/adapters/stripe/payment-event.ts';
import { readSignatureHeader } from '../functions/adapters/stripe/signature.ts';
import type { StripeWebhooks } from '../functions/ports.ts';

const stripe = new Stripe('sk_test_unused');

/** In the naive bundle, what verifies: Stripe's own library. */
export const stripeWebhooks: StripeWebhooks = {
  readHeader: readSignatureHeader,
  isSigned({ timestamp, signatures: [signature] }, body, secret) {
    return stripe.webhooks.signature.verifyHeader(Buffer.from(body), `t=${timestamp},v1=${signature}`, secret);
  },
  parseEvent: parsePaymentEvent,
};
