import { type EndpointStored, type EndpointWanted, planEndpoint } from '../domain/webhook-endpoint.ts';
import type { EndpointRefusal, WebhookEndpoints } from '../ports.ts';

export type EnsureEndpointInput = {
  readonly secretKey: string;
  readonly wanted: EndpointWanted;
  readonly stored: EndpointStored | null;
  /** The same for every repetition that has not saved the secret yet. */
  readonly attempt: string;
};

export type CreatedEndpoint = { readonly id: string; readonly secret: string };

export type EnsureEndpointOutcome =
  | {
      readonly kind: 'ensured';
      /** Where a new one had to be made: its secret is told this once. */
      readonly created: CreatedEndpoint | null;
      /** For the caller to remove, once a new secret is saved. */
      readonly obsolete: readonly string[];
    }
  | EndpointRefused;

export type EndpointRefused = {
  readonly kind: 'refused';
  readonly code: 'stripe_key_rejected' | 'webhook_url_not_public' | 'endpoint_limit_reached';
  readonly detail: string;
};

/**
 * Sees to an endpoint at Stripe that delivers a tenant's events here.
 *
 * In: the key, and the endpoint as it should be and as it is stored. Out: that there is one, or why not.
 * 1. Look at what is there, and decide.
 * 2. Mend ours, or create another. Where Stripe allows no more, the obsolete ones make room first.
 *
 * @throws Unavailable where Stripe is away.
 */
export async function ensureEndpoint(
  { secretKey, wanted, stored, attempt }: EnsureEndpointInput,
  endpoints: WebhookEndpoints,
): Promise<EnsureEndpointOutcome> {
  const found = await endpoints.list(secretKey);
  if (found.kind === 'key_rejected') return refused(found);
  const plan = planEndpoint(found.endpoints, wanted, stored, endpoints.apiVersion);
  const { obsolete } = plan;
  switch (plan.kind) {
    case 'keep':
      return { kind: 'ensured', created: null, obsolete };
    case 'update': {
      const updated = await endpoints.update(secretKey, plan.id, wanted);
      return updated.kind === 'updated' ? { kind: 'ensured', created: null, obsolete } : refused(updated);
    }
    case 'create': {
      const first = await endpoints.create(secretKey, wanted, attempt);
      if (first.kind !== 'limit_reached' || obsolete.length === 0) return created(first, obsolete);
      await removeEndpoints(secretKey, obsolete, endpoints);
      return created(await endpoints.create(secretKey, wanted, attempt), []);
    }
  }
}

export async function removeEndpoints(
  secretKey: string,
  ids: readonly string[],
  endpoints: Pick<WebhookEndpoints, 'remove'>,
): Promise<void> {
  await Promise.all(ids.map((id) => endpoints.remove(secretKey, id)));
}

function created(
  answer: Awaited<ReturnType<WebhookEndpoints['create']>>,
  obsolete: readonly string[],
): EnsureEndpointOutcome {
  if (answer.kind !== 'created') return refused(answer);
  const { id, secret } = answer;
  // A repetition is told of the endpoint that its first try left behind.
  return { kind: 'ensured', created: { id, secret }, obsolete: obsolete.filter((other) => other !== id) };
}

function refused(refusal: EndpointRefusal): EndpointRefused {
  switch (refusal.kind) {
    case 'key_rejected':
      return { kind: 'refused', code: 'stripe_key_rejected', detail: refusal.detail };
    case 'url_refused':
      return {
        kind: 'refused',
        code: 'webhook_url_not_public',
        detail:
          'Stripe delivers only to a public https address, and refused the webhook URL of this installation. Run it behind one (PUBLIC_URL), or forward events with `stripe listen`.',
      };
    case 'limit_reached':
      return {
        kind: 'refused',
        code: 'endpoint_limit_reached',
        detail:
          'Stripe allows 16 webhook endpoints to an account, and there are as many. Remove one that is not needed any more in Stripe Dashboard → Developers → Webhooks, then repeat.',
      };
  }
}
