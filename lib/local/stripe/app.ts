import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { asStripeError, respond, stripeApi } from './api.ts';
import type { Backend } from './backend.ts';
import type { Deliverer } from './deliveries.ts';
import { createFaults } from './faults.ts';
import { hostedPage } from './hosted-page.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRequestLog } from './request-log.ts';
import { testControls } from './test-controls.ts';

/** All that the stand-in answers to. */
export function createApp(backend: Backend, deliverer: Deliverer): Hono<{ Bindings: HttpBindings }> {
  const faults = createFaults();
  const rateLimit = createRateLimit(backend.now);
  const requests = createRequestLog();
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.route('/', stripeApi({ backend, faults, rateLimit, requests }));
  app.route('/_test', testControls({ backend, deliverer, faults, rateLimit, requests }));
  app.route('/pay', hostedPage(backend));

  app.onError((error, c) => {
    const stripeError = asStripeError(error);
    for (const [name, value] of Object.entries(stripeError.headers)) c.header(name, value);
    return respond(c, stripeError);
  });
  return app;
}
