import { Hono } from 'hono';
import * as v from 'valibot';
import { readApiKey } from './api-key.ts';
import type { Backend } from './backend.ts';
import type { Deliverer } from './deliveries.ts';
import { disputePayment } from './disputes.ts';
import { type Faults, faultParams } from './faults.ts';
import { pay, settle } from './payments.ts';
import { type RateLimit, rateLimitParams } from './rate-limit.ts';
import type { RequestLog } from './request-log.ts';
import { invalidRequest, resourceMissing } from './stripe-error.ts';
import { newSigningSecret } from './webhook-endpoints.ts';
import type { Table } from './world.ts';

type Parts = {
  backend: Backend;
  deliverer: Deliverer;
  faults: Faults;
  rateLimit: RateLimit;
  requests: RequestLog;
};

const payParams = v.strictObject({
  outcome: v.picklist(['paid', 'declined', 'delayed']),
  presentment_currency: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{3}$/i, 'A currency has three letters.')),
  ),
});
const settleParams = v.strictObject({ outcome: v.picklist(['succeeded', 'failed']) });
const restrictParams = v.strictObject({
  key: v.string(),
  lacks: v.array(v.pipe(v.string(), v.regex(/^rak_[a-z_]+_(read|write)$/, 'This is not a permission.'))),
});
const deliveriesParams = v.strictObject({ enabled: v.boolean() });
const rollParams = v.strictObject({ overlap_seconds: v.optional(v.pipe(v.number(), v.minValue(0)), 0) });

/** What acceptance checks do to the stand-in: be the payer, the bank, and bad luck. No key is asked for. */
export function testControls({ backend, deliverer, faults, rateLimit, requests }: Parts): Hono {
  const { world, now } = backend;
  const app = new Hono();

  app.post('/payment-links/:id/pay', async (c) => {
    const link = found(world.links, 'payment_link', c.req.param('id'));
    const { outcome, presentment_currency } = json(payParams, await c.req.text());
    return c.json(pay(backend, link, { outcome, presentmentCurrency: presentment_currency }));
  });

  app.post('/payment-intents/:id/settle', async (c) => {
    const intent = found(world.intents, 'payment_intent', c.req.param('id'));
    const { outcome } = json(settleParams, await c.req.text());
    return c.json(settle(backend, intent, outcome));
  });

  app.post('/payment-intents/:id/dispute', (c) =>
    c.json(disputePayment(backend, found(world.intents, 'payment_intent', c.req.param('id')))),
  );

  app.post('/events/:id/resend', async (c) => {
    const event = found(world.events, 'event', c.req.param('id'));
    return c.json({ event: event.object.id, deliveries: await deliverer.resend(event) });
  });

  app.post('/webhook-endpoints/:id/roll', async (c) => {
    const endpoint = found(world.endpoints, 'webhook endpoint', c.req.param('id'));
    const { overlap_seconds } = json(rollParams, (await c.req.text()) || '{}');
    const value = newSigningSecret();
    const old = endpoint.secrets.map((secret) => ({
      ...secret,
      expires_at: secret.expires_at ?? now() + overlap_seconds * 1000,
    }));
    world.endpoints.put(endpoint.object.id, { ...endpoint, secrets: [{ value, expires_at: null }, ...old] });
    return c.json({ secret: value });
  });

  app.post('/keys/restrict', async (c) => {
    const { key, lacks } = json(restrictParams, await c.req.text());
    const read = readApiKey(key);
    if (!read?.restricted) throw invalidRequest('Only a restricted key (rk_...) can lack permissions.');
    world.restrictions.put(read.fingerprint, { scope: read.accountId, object: lacks });
    return c.json({ lacks });
  });

  app.get('/requests', (c) => c.json(requests.list()));

  app.get('/deliveries', (c) => c.json({ enabled: deliverer.isEnabled() }));
  app.post('/deliveries', async (c) => {
    const { enabled } = json(deliveriesParams, await c.req.text());
    deliverer.enable(enabled);
    return c.json({ enabled });
  });

  app.get('/rate-limit', (c) => c.json(rateLimit.state()));
  app.post('/rate-limit', async (c) => {
    rateLimit.set(json(rateLimitParams, await c.req.text()).per_second);
    return c.json(rateLimit.state(), 201);
  });
  app.delete('/rate-limit', (c) => {
    rateLimit.end();
    return c.json(rateLimit.state());
  });

  app.get('/faults', (c) => c.json(faults.list()));
  app.post('/faults', async (c) => {
    const fault = json(faultParams, await c.req.text());
    faults.add(fault);
    return c.json(fault, 201);
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json([]);
  });

  return app;
}

function found<R extends { readonly scope: string; readonly object: unknown }>(
  table: Table<R>,
  kind: string,
  id: string,
): R {
  const row = table.find(id);
  if (!row) throw resourceMissing(kind, id);
  return row;
}

function json<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidRequest(`${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
}
