import type Stripe from 'stripe';
import type { KeyPermission } from '../../domain/key-permissions.ts';
import type { KeyProbe } from '../../ports.ts';
import { call, type StripeFor } from './client.ts';

/**
 * A call that needs each permission, and has no effect: a write names what cannot exist, since Stripe looks at the key
 * (403) before it looks for the object (404).
 */
const probes: Readonly<Record<KeyPermission, (stripe: Stripe) => Promise<unknown>>> = {
  'Payment Links (write)': (stripe) => stripe.paymentLinks.update('plink_0', { active: false }),
  'Checkout Sessions (write)': (stripe) => stripe.checkout.sessions.expire('cs_test_0'),
  'PaymentIntents (read)': (stripe) => stripe.paymentIntents.list({ limit: 1 }),
  'Charges and Refunds (read)': (stripe) => stripe.charges.list({ limit: 1 }),
  'Events (read)': (stripe) => stripe.events.list({ limit: 1 }),
  'Webhook Endpoints (write)': (stripe) => stripe.webhookEndpoints.update('we_0', { disabled: false }),
};

/** Asks Stripe what a key may do. https://docs.stripe.com/keys/restricted-api-keys */
export function stripeKeyProbe(stripeFor: StripeFor): KeyProbe {
  return {
    async probe(secretKey, permissions) {
      const stripe = stripeFor(secretKey);
      const answers = await Promise.all(
        permissions.map(async (permission) => {
          const answer = await call(() => probes[permission](stripe));
          return { permission, status: answer.kind === 'refused' ? answer.status : 200 };
        }),
      );
      if (answers.some(({ status }) => status === 401)) return { kind: 'unknown' };
      const missing = answers.filter(({ status }) => status === 403).map(({ permission }) => permission);
      return { kind: 'known', missing };
    },
  };
}
