import type { Stripe } from 'stripe';
import * as v from 'valibot';
import { type Backend, seconds } from './backend.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { newId } from './ids.ts';
import { listOf, listParams } from './lists.ts';
import { clearable, flag, mergeMetadata, metadata, text, url } from './params.ts';
import { invalidRequest } from './stripe-error.ts';

const LIMIT = 16;

const enabledEvents = v.pipe(
  v.array(v.pipe(text, v.regex(/^(\*|[a-z0-9_]+(\.[a-z0-9_]+)+)$/, 'This is not an event type.'))),
  v.minLength(1, 'At least one event type is needed.'),
);

/** Unlike Stripe's, these endpoints may be on this machine: that is what the stand-in is for. */
export function webhookEndpointEndpoints({ world, now }: Backend): Endpoint[] {
  const createParams = {
    url,
    enabled_events: enabledEvents,
    api_version: v.optional(text),
    connect: v.optional(flag),
    description: v.optional(clearable),
    metadata: v.optional(metadata),
  };
  const updateParams = {
    url: v.optional(url),
    enabled_events: v.optional(enabledEvents),
    disabled: v.optional(flag),
    description: v.optional(clearable),
    metadata: v.optional(metadata),
  };

  return [
    endpoint('POST', '/v1/webhook_endpoints', createParams, ({ params, scope, livemode }) => {
      checkUrl(params.url, livemode);
      if (world.endpoints.newestFirst(scope).length >= LIMIT) {
        const mode = livemode ? 'live' : 'test';
        throw invalidRequest(`You have reached the maximum of ${LIMIT} ${mode} webhook endpoints.`);
      }
      const object: Stripe.WebhookEndpoint = {
        id: newId('we'),
        object: 'webhook_endpoint',
        api_version: params.api_version ?? null,
        application: null,
        created: seconds(now),
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode,
        metadata: mergeMetadata({}, params.metadata),
        status: 'enabled',
        url: params.url,
      };
      const secret = newSigningSecret();
      world.endpoints.put(object.id, { scope, object, secrets: [{ value: secret, expires_at: null }] });
      return { ...object, secret };
    }),

    endpoint(
      'GET',
      '/v1/webhook_endpoints/:id',
      {},
      ({ scope, id }) => world.endpoints.get(scope, id).object,
    ),

    endpoint('POST', '/v1/webhook_endpoints/:id', updateParams, ({ params, scope, id, livemode }) => {
      const row = world.endpoints.get(scope, id);
      const { disabled, metadata: patch, description, ...rest } = params;
      if (rest.url !== undefined) checkUrl(rest.url, livemode);
      const object: Stripe.WebhookEndpoint = {
        ...row.object,
        url: rest.url ?? row.object.url,
        enabled_events: rest.enabled_events ?? row.object.enabled_events,
        description: description === undefined ? row.object.description : description,
        metadata: mergeMetadata(row.object.metadata, patch),
        status: disabled === undefined ? row.object.status : disabled ? 'disabled' : 'enabled',
      };
      world.endpoints.put(id, { ...row, object });
      return object;
    }),

    endpoint('GET', '/v1/webhook_endpoints', listParams, ({ params, scope, path }) =>
      listOf(world.endpoints.newestFirst(scope), params, path),
    ),

    endpoint('DELETE', '/v1/webhook_endpoints/:id', {}, ({ scope, id }): Stripe.DeletedWebhookEndpoint => {
      world.endpoints.get(scope, id);
      world.endpoints.delete(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
  ];
}

export function newSigningSecret(): string {
  return newId('whsec', 32);
}

function checkUrl(value: string, livemode: boolean): void {
  if (!livemode || value.toLowerCase().startsWith('https:')) return;
  throw invalidRequest('Invalid URL: In live mode, webhook URLs must begin with https.', {
    code: 'url_invalid',
    param: 'url',
  });
}
