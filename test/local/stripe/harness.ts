import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Stripe } from 'stripe';
import * as v from 'valibot';
import {
  type StripeStandIn,
  type StripeStandInOptions,
  startStripeStandIn,
} from '../../../lib/local/stripe/stand-in.ts';

/** What a test opened, and closes after itself with `await using`. */
export type Scene = StripeStandIn & {
  client(key?: string, config?: { maxNetworkRetries?: number }): Stripe;
  /** A call of the test controls. */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  pay(linkId: string, outcome: string, more?: Record<string, string>): Promise<Payment>;
  settle(intentId: string, outcome: string): Promise<Payment>;
  [Symbol.asyncDispose](): Promise<void>;
};

const payment = v.object({
  checkout_session: v.string(),
  payment_intent: v.string(),
  event_ids: v.array(v.string()),
});
export type Payment = v.InferOutput<typeof payment>;

export async function openScene(options: Partial<StripeStandInOptions> = {}): Promise<Scene> {
  const standIn = await startStripeStandIn({ port: 0, webhookRetryDelaysMs: [30, 60, 120], ...options });

  const control: Scene['control'] = async (method, path, body) => {
    const response = await fetch(`${standIn.url}/_test${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  return {
    ...standIn,
    control,
    client: (key = 'sk_test_acme_1', config = {}) => clientOf(standIn.url, key, config),
    pay: async (id, outcome, more) =>
      v.parse(payment, (await control('POST', `/payment-links/${id}/pay`, { outcome, ...more })).body),
    settle: async (id, outcome) =>
      v.parse(payment, (await control('POST', `/payment-intents/${id}/settle`, { outcome })).body),
    [Symbol.asyncDispose]: standIn.close,
  };
}

export function clientOf(url: string, key: string, config: { maxNetworkRetries?: number } = {}): Stripe {
  return new Stripe(key, {
    host: 'localhost',
    port: new URL(url).port,
    protocol: 'http',
    maxNetworkRetries: 0,
    ...config,
  });
}

/** A link as our product makes them; what is given replaces or adds. */
export function linkParams(
  more: Partial<Stripe.PaymentLinkCreateParams> = {},
): Stripe.PaymentLinkCreateParams {
  return {
    line_items: [lineItem('usd', 129_900)],
    metadata: { invoice_id: 'inv_1' },
    payment_intent_data: { metadata: { invoice_id: 'inv_1', from: 'link' } },
    restrictions: { completed_sessions: { limit: 1 } },
    ...more,
  };
}

export function lineItem(currency: string, unit_amount: number): Stripe.PaymentLinkCreateParams.LineItem {
  return { quantity: 1, price_data: { currency, unit_amount, product_data: { name: 'Invoice INV-1' } } };
}

const stripeError = v.object({
  type: v.string(),
  statusCode: v.optional(v.number()),
  code: v.optional(v.string()),
  param: v.optional(v.string()),
  message: v.string(),
});

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<v.InferOutput<typeof stripeError>> {
  const outcome = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  return v.parse(stripeError, outcome);
}

export type Received = { body: string; headers: IncomingHttpHeaders };

export type Receiver = {
  readonly url: string;
  readonly received: Received[];
  /** The status of the answers from now on; 'hang' never answers. */
  answerWith(status: number | 'hang'): void;
  /** Waits until that many have come. */
  until(count: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A webhook endpoint that notes what it gets. */
export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  let status: number | 'hang' = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
    if (status !== 'hang') response.writeHead(status).end();
  });
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server.address()));
  });
  if (typeof address !== 'object' || !address) throw new Error('not listening');

  return {
    url: `http://localhost:${address.port}/hook`,
    received,
    answerWith: (next) => {
      status = next;
    },
    until: (count) => eventually(() => received.length >= count),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 4000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never held: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Verifies with the real library. */
export function eventOf(received: Received | undefined, secret: string): Stripe.Event {
  if (!received) throw new Error('nothing received');
  return new Stripe('sk_test_x').webhooks.constructEvent(
    received.body,
    String(received.headers['stripe-signature']),
    secret,
  );
}
