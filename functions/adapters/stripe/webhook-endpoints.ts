import { createHash, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import type { EndpointFound, EndpointWanted } from '../../domain/webhook-endpoint.ts';
import { type EndpointRefusal, Unavailable, type WebhookEndpoints } from '../../ports.ts';
import { call, isKeyRefusal, isReplayed, keyDetail, type Refused, type StripeFor } from './client.ts';

/** https://docs.stripe.com/api/webhook_endpoints */
export function stripeWebhookEndpoints(stripeFor: StripeFor): WebhookEndpoints {
  return {
    apiVersion: Stripe.API_VERSION,

    async list(secretKey) {
      // More than an account may have.
      const listed = await call(() => stripeFor(secretKey).webhookEndpoints.list({ limit: 100 }));
      return listed.kind === 'answered'
        ? { kind: 'listed', endpoints: listed.value.data.map(toFound) }
        : keyRejected(listed);
    },

    async create(secretKey, wanted, attempt) {
      const stripe = stripeFor(secretKey);
      const created = await create(stripe, wanted, attempt);
      if (!(await isOutdated(stripe, created))) return toCreated(created);
      return toCreated(await create(stripe, wanted, `${attempt}/${randomUUID()}`));
    },

    async update(secretKey, endpointId, { url, events }) {
      const updated = await call(() =>
        stripeFor(secretKey).webhookEndpoints.update(endpointId, {
          url,
          enabled_events: [...events],
          disabled: false,
        }),
      );
      if (updated.kind === 'answered') return { kind: 'updated' };
      // Removed since it was found: the repetition creates another.
      if (updated.status === 404) throw new Unavailable('Stripe');
      return toRefusal(updated);
    },

    async remove(secretKey, endpointId) {
      await call(() => stripeFor(secretKey).webhookEndpoints.del(endpointId));
    },
  };
}

function create(stripe: Stripe, { url, events, metadata }: EndpointWanted, attempt: string) {
  const params: Stripe.WebhookEndpointCreateParams = {
    url,
    enabled_events: [...events],
    api_version: Stripe.API_VERSION,
    description: 'Fluxrate: marks invoices as paid',
    metadata: { ...metadata },
  };
  // A key that was used with other parameters would be refused for a day.
  const fingerprint = createHash('sha256').update(JSON.stringify(params)).digest('base64url');
  return call(() => stripe.webhookEndpoints.create(params, { idempotencyKey: `${attempt}/${fingerprint}` }));
}
type Created = Awaited<ReturnType<typeof create>>;

/** A remembered answer may be true no more: the endpoint was removed since, or another one made room. */
async function isOutdated(stripe: Stripe, created: Created): Promise<boolean> {
  if (created.kind === 'refused') return created.isReplayed;
  const { id, lastResponse } = created.value;
  if (!isReplayed(lastResponse.headers)) return false;
  return (await call(() => stripe.webhookEndpoints.retrieve(id))).kind === 'refused';
}

function toCreated(created: Created) {
  if (created.kind === 'refused') return toRefusal(created);
  const { id, secret } = created.value;
  if (secret === undefined) throw new Unavailable('Stripe');
  return { kind: 'created', id, secret } as const;
}

/** Stripe's word for its limit is a sentence alone: no code, and of all refusals the only one that names no parameter. */
function toRefusal(refused: Refused): EndpointRefusal {
  if (isKeyRefusal(refused)) return keyRejected(refused);
  if (refused.param === 'url') return { kind: 'url_refused' };
  if (refused.param === null) return { kind: 'limit_reached' };
  throw new Error('Stripe refused a webhook endpoint for what it is to be');
}

function keyRejected({ status }: Refused) {
  return { kind: 'key_rejected', detail: keyDetail(status, 'Webhook Endpoints') } as const;
}

function toFound({
  id,
  url,
  enabled_events,
  api_version,
  status,
  metadata,
}: Stripe.WebhookEndpoint): EndpointFound {
  return {
    id,
    url,
    events: enabled_events,
    apiVersion: api_version,
    isEnabled: status === 'enabled',
    metadata,
  };
}
