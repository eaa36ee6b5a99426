import type { StripeWebhooks } from '../../ports.ts';
import { parsePaymentEvent } from './payment-event.ts';
import { isSigned, readSignatureHeader } from './signature.ts';

/** Without the Stripe SDK: it would more than double what the webhook function has to load. */
export const stripeWebhooks: StripeWebhooks = {
  readHeader: readSignatureHeader,
  isSigned,
  parseEvent: parsePaymentEvent,
};
