import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { accountEndpoints } from './accounts.ts';
import { type ApiKey, keyOf, maskKey, readApiKey } from './api-key.ts';
import { API_VERSION, type Backend } from './backend.ts';
import { checkoutSessionEndpoints } from './checkout-sessions.ts';
import type { Caller, Endpoint, Prepared } from './endpoint.ts';
import { eventEndpoints } from './event-list.ts';
import { expand } from './expand.ts';
import type { Faults } from './faults.ts';
import { type Answer, idempotency } from './idempotency.ts';
import { newId } from './ids.ts';
import { displayName } from './objects/account.ts';
import { parseForm } from './params.ts';
import { paymentLinkEndpoints } from './payment-links.ts';
import { paymentReadEndpoints } from './payment-reads.ts';
import { checkPermission } from './permissions.ts';
import type { RateLimit } from './rate-limit.ts';
import { refundEndpoints } from './refunds.ts';
import type { RequestLog } from './request-log.ts';
import {
  invalidApiKey,
  invalidRequest,
  keyInUse,
  noApiKey,
  rateLimited,
  StripeError,
  serverError,
  unrecognizedUrl,
} from './stripe-error.ts';
import { webhookEndpointEndpoints } from './webhook-endpoints.ts';

type Env = { Bindings: HttpBindings; Variables: { requestId: string; dropped: boolean } };
type Parts = { backend: Backend; faults: Faults; rateLimit: RateLimit; requests: RequestLog };

/** Everything under `/v1`. */
export function stripeApi({ backend, faults, rateLimit, requests }: Parts): Hono<Env> {
  const { world, now } = backend;
  const once = idempotency(world, now);
  const app = new Hono<Env>();

  app.use('/v1/*', async (c, next) => {
    c.set('requestId', newId('req', 14));
    c.header('Request-Id', c.get('requestId'));
    c.header('Stripe-Version', c.req.header('stripe-version') ?? API_VERSION);
    const logged = requests.arrived({
      method: c.req.method,
      path: c.req.path,
      idempotency_key: c.req.header('idempotency-key') ?? null,
      params: await inputOf(c),
    });
    await next();
    if (!c.get('dropped')) logged.status = c.res.status;
  });

  app.use('/v1/*', async (c, next) => {
    const fault = faults.take({ method: c.req.method, path: c.req.path, text: await textOf(c) });
    if (fault === '500') throw serverError();
    if (fault === '429') throw rateLimited();
    if (fault === '409') throw keyInUse(c.req.header('idempotency-key') ?? '');
    if (fault === 'before') return dropConnection(c);
    await next();
    if (fault === 'after') c.res = dropConnection(c);
    return undefined;
  });

  const endpoints = [
    ...accountEndpoints(world),
    ...paymentLinkEndpoints(backend),
    ...checkoutSessionEndpoints(backend),
    ...paymentReadEndpoints(world),
    ...refundEndpoints(backend),
    ...eventEndpoints(backend),
    ...webhookEndpointEndpoints(backend),
  ];
  for (const endpoint of endpoints) {
    app.on(endpoint.method, endpoint.path, (c) => answer(c, endpoint));
  }

  app.all('/v1/*', (c) => {
    authenticate(backend, c.req.header('authorization'));
    throw unrecognizedUrl(c.req.method, c.req.path);
  });

  async function answer(c: Context<Env>, endpoint: Endpoint): Promise<Response> {
    const caller = callerOf(c);
    rateLimit.check(caller, endpoint);
    checkPermission(world, caller.key, endpoint);
    const input = await inputOf(c);
    const prepared = endpoint.prepare(caller, input);
    const run = () => execute(caller, prepared, c.get('requestId'));

    const key = c.req.header('idempotency-key');
    if (endpoint.method !== 'POST' || !key) return respond(c, run());
    const result = await once({ scope: caller.scope, key, path: caller.path, params: input }, run);
    c.header('Idempotency-Key', key);
    c.header('Original-Request', result.request_id);
    if (result.replayed) c.header('Idempotent-Replayed', 'true');
    return respond(c, result);
  }

  function callerOf(c: Context<Env>): Caller {
    const key = authenticate(backend, c.req.header('authorization'));
    return {
      key,
      scope: `${key.accountId}/${key.mode}`,
      livemode: key.mode === 'live',
      id: c.req.param('id') ?? '',
      path: c.req.path,
      cause: { id: c.get('requestId'), idempotency_key: c.req.header('idempotency-key') ?? null },
    };
  }

  function execute(caller: Caller, prepared: Prepared, request_id: string): Answer {
    try {
      return { request_id, status: 200, body: expand(world, caller.scope, prepared.run(), prepared.expand) };
    } catch (error) {
      const { status, body } = asStripeError(error);
      return { request_id, status, body };
    }
  }

  return app;
}

/** Whatever went wrong, in Stripe's words. */
export function asStripeError(error: unknown): StripeError {
  if (error instanceof StripeError) return error;
  console.error('the Stripe stand-in failed:', error);
  return serverError();
}

export function respond(c: Context, { status, body }: Pick<Answer, 'status' | 'body'>): Response {
  return c.newResponse(JSON.stringify(body, null, 2), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

function authenticate({ world }: Backend, authorization: string | undefined): ApiKey {
  const text = keyOf(authorization);
  if (text === null) throw noApiKey();
  const key = readApiKey(text);
  if (!key) throw invalidApiKey(maskKey(text));
  if (!world.accountNames.find(key.accountId)) {
    const object = displayName(key.accountName);
    world.accountNames.put(key.accountId, { scope: key.accountId, object });
  }
  return key;
}

async function inputOf(c: Context): Promise<unknown> {
  if (c.req.method === 'GET') return parseForm(new URL(c.req.url).search.slice(1));
  const body = await c.req.text();
  if (body.trimStart().startsWith('{')) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).',
    );
  }
  return parseForm(body);
}

/** All that a fault's `contains` may name: address, headers, and the body, also as it reads decoded. */
async function textOf(c: Context<Env>): Promise<string> {
  const body = await c.req.text();
  const decoded = [...new URLSearchParams(body)].map(([name, value]) => `${name}=${value}`);
  return [c.req.url, ...c.env.incoming.rawHeaders, body, ...decoded].join('\n');
}

function dropConnection(c: Context<Env>): Response {
  c.set('dropped', true);
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}
