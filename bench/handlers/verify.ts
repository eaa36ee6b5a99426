import { stripeWebhooks } from '../../functions/adapters/stripe/webhooks.ts';
import type { Signed } from '../webhook.ts';

/** Verification and parsing alone, as the webhook function does them. */
export async function handler({ signature, body, secret }: Signed) {
  const now = new Date();
  const header = stripeWebhooks.readHeader(signature, now);
  const genuine = header !== null && stripeWebhooks.isSigned(header, body, secret);
  return { statusCode: genuine && stripeWebhooks.parseEvent(body, now) ? 200 : 400 };
}
