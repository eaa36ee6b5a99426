import { Stripe } from 'stripe';
import { parsePaymentEvent } from '../functions/adapters/stripe/payment-event.ts';
import { readSignatureHeader } from '../functions/adapters/stripe/signature.ts';
import type { StripeWebhooks } from '../functions/ports.ts';

const { webhooks } = new Stripe('sk_test_unused');

/** What the naive bundle has in place of the project's own verification. */
export const stripeWebhooks: StripeWebhooks = {
  readHeader: readSignatureHeader,
  isSigned({ timestamp, signatures }, body, secret) {
    const header = [`t=${timestamp}`, ...signatures.map((signature) => `v1=${signature}`)].join();
    return webhooks.signature?.verifyHeader(Buffer.from(body), header, secret) ?? false;
  },
  parseEvent: parsePaymentEvent,
};
