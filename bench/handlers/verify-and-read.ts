import { stripeWebhooks } from '../../functions/adapters/stripe/webhooks.ts';
import type { Signed } from '../webhook.ts';

/** The project's verification, and all that it reads from the body: more than `constructEvent` does. */
export async function handler({ signature, body, secret }: Signed) {
  const now = new Date();
  const header = stripeWebhooks.readHeader(signature, now);
  const genuine = header !== null && stripeWebhooks.isSigned(header, body, secret);
  return { statusCode: genuine && stripeWebhooks.parseEvent(body, now) ? 200 : 400 };
}
