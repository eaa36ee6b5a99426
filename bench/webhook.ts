import { marshall } from '@aws-sdk/util-dynamodb';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { toRecord } from '../functions/adapters/dynamodb/records.ts';
import { routes } from '../functions/http/routes.ts';
import { checkoutSession } from '../lib/local/stripe/objects/checkout-session.ts';
import { paymentLink } from '../lib/local/stripe/objects/payment-link.ts';
import { signatureHeader } from '../lib/local/stripe/signature.ts';
import { connection, tenant } from '../test/support/builders.ts';
import { gatewayEvent } from '../test/support/gateway-event.ts';

/** The one webhook that every variant answers, and what AWS says meanwhile. */

export const WEBHOOK_SECRET = 'whsec_benchmark';

export type Signed = { readonly signature: string; readonly body: Uint8Array; readonly secret: string };

const created = Math.floor(Date.now() / 1000);
const link = paymentLink({
  id: 'plink_1TQ9vGExampleExample',
  url: 'https://buy.stripe.com/test_1',
  livemode: false,
  currency: 'usd',
  metadata: {
    invoice_id: 'inv_1',
    customer_id: 'cus_1',
    org_id: tenant.orgId,
    env_id: tenant.envId,
    nonce: 'nonce_1',
  },
});
const session = checkoutSession({
  link,
  amount: 129_900,
  created,
  url: 'https://checkout.stripe.com/c/pay/cs_test_1',
  customerEmail: 'jane@example.com',
  clientReferenceId: null,
});
const paid = {
  ...session,
  status: 'complete',
  payment_status: 'paid',
  payment_intent: 'pi_3TQ9vHExampleExample',
};
// Stripe indents what it delivers.
const body = JSON.stringify(
  {
    id: 'evt_1TQ9vIExampleExample',
    object: 'event',
    api_version: '2026-03-25.dahlia',
    created,
    data: { object: paid },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'checkout.session.completed',
  },
  null,
  2,
);

/** Signed now: it is valid for five minutes. */
export function signedWebhook(): Signed {
  const signature = signatureHeader(body, [WEBHOOK_SECRET], Math.floor(Date.now() / 1000));
  return { signature, body: Buffer.from(body), secret: WEBHOOK_SECRET };
}

/** The same as API Gateway hands it to the function. */
export function webhookRequest() {
  const { orgId, envId } = tenant;
  return gatewayEvent({
    method: 'POST',
    route: routes['stripe-webhook'].path,
    path: { tenant: `tenant_${orgId}`, env_id: envId },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': signedWebhook().signature,
    },
    body,
  });
}

const stored = connection();
export const awsAnswers: Readonly<Record<string, unknown>> = {
  'DynamoDB_20120810.GetItem': { Item: marshall({ ...keys.connection(tenant), ...toRecord(stored) }) },
  'DynamoDB_20120810.TransactWriteItems': {},
  'TrentService.Decrypt': { Plaintext: Buffer.from(WEBHOOK_SECRET).toString('base64') },
};
