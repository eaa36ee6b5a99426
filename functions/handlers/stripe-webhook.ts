import { webhookDeps } from '../composition-root.ts';
import { PLATFORM_ID, type Tenant } from '../domain/tenant.ts';
import { httpHandler } from '../http/pipeline.ts';
import { json, problem } from '../http/problem.ts';
import { receiveWebhook } from '../use-cases/receive-webhook.ts';

const deps = webhookDeps();

/** `POST /api/v1/webhooks/stripe/tenant_{org_id}/{env_id}` */
export const handler = httpHandler(async ({ path, headers, body, requestId }) => {
  const tenant = tenantOf(path['tenant'], path['env_id']);
  if (!tenant) return notFound(requestId);

  const outcome = await receiveWebhook({ tenant, signature: headers['stripe-signature'], body }, deps);
  switch (outcome.kind) {
    case 'received':
      return json(200, { received: true, status: outcome.status });
    case 'signature_failed':
      return problem('signature_verification_failed', SIGNATURE_DETAIL, requestId);
    case 'invalid_event':
      return problem(
        'invalid_event',
        'The body is signed, but not an object with an id and a type.',
        requestId,
      );
    case 'not_found':
      return notFound(requestId);
    case 'too_large':
      return problem('payload_too_large', 'A webhook body has at most 256 KB.', requestId);
  }
});

function tenantOf(segment = '', envId = ''): Tenant | null {
  const orgId = segment.startsWith('tenant_') ? segment.slice('tenant_'.length) : '';
  return PLATFORM_ID.test(orgId) && PLATFORM_ID.test(envId) ? { orgId, envId } : null;
}

function notFound(requestId: string) {
  return problem('webhook_not_found', 'No webhook is set up at this address. Copy the URL again.', requestId);
}

const SIGNATURE_DETAIL =
  'The Stripe-Signature header did not match the webhook secret. Save the signing secret (whsec_...) of this very endpoint.';
