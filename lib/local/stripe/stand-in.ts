import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { openJournal } from '../journal.ts';
import { createApp } from './app.ts';
import type { Backend, Clock } from './backend.ts';
import { createDeliverer } from './deliveries.ts';
import { eventRecorder } from './events.ts';
import { openWorld } from './world.ts';

export type StripeStandIn = { readonly url: string; close(): Promise<void> };

export type StripeStandInOptions = {
  /** 0 is any free one. */
  port: number;
  /** The address to listen on: this machine only, unless said otherwise. */
  host?: string;
  /** Where everything survives, a kill -9 included; in memory without it. */
  dataDir?: string;
  /** Where the hosted pages can be reached, if not at `http://localhost:{port}`. */
  publicUrl?: string;
  webhookRetryDelaysMs?: readonly number[];
  now?: Clock;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Soon at first, for someone is watching; then for about three days, as at Stripe. */
const RETRY_DELAYS_MS = [
  500,
  2000,
  5000,
  15_000,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  ...Array.from({ length: 6 }, () => 10 * HOUR),
];

/**
 * A small Stripe: accounts by key (see `readApiKey` for which keys share one), payment links with a page that can
 * be paid, checkout sessions, payment intents, refunds, events and signed webhook deliveries, idempotency keys,
 * and `/_test/…` to be the payer, the bank and bad luck. Rejects with the ordinary error when the port is taken.
 */
export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  // Longer than clients keep a connection, so that none is closed under a request.
  const server = createServer({ keepAliveTimeout: 75_000 });
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  const url = `http://localhost:${port}`;
  try {
    const stop = serve(server, url, options);
    return { url, close: () => closed(server).finally(stop) };
  } catch (error) {
    await closed(server);
    throw error;
  }
}

function serve(server: Server, url: string, options: StripeStandInOptions): () => void {
  const now = options.now ?? Date.now;
  const journal = openJournal(options.dataDir, 'stripe.jsonl');
  const world = openWorld(journal);
  const retryDelaysMs = options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS;
  const deliverer = createDeliverer({ world, now, retryDelaysMs });
  const recordEvent = eventRecorder({ world, now, deliver: deliverer.deliver });
  const backend: Backend = { world, now, recordEvent, publicUrl: options.publicUrl ?? url };

  server.on('request', getRequestListener(createApp(backend, deliverer).fetch));
  deliverer.resume();
  return () => {
    deliverer.close();
    journal.close();
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
