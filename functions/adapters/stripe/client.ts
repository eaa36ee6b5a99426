import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { Unavailable } from '../../ports.ts';
import { pacedHttpClient } from './pace.ts';

const TIMEOUT_MS = 8_000;

/** Stripe's client for one tenant's secret key. */
export type StripeFor = (secretKey: string) => Stripe;

/** `apiBase` is another Stripe than https://api.stripe.com. */
export function stripeClients(apiBase = 'https://api.stripe.com'): StripeFor {
  const { protocol, hostname, port } = new URL(apiBase);
  const isHttp = protocol === 'http:';
  // One agent for all keys: connections are kept, clients are not.
  const httpClient = Stripe.createNodeHttpClient(
    isHttp ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true }),
  );
  return (secretKey) =>
    new Stripe(secretKey, {
      host: hostname,
      port: port || (isHttp ? 80 : 443),
      protocol: isHttp ? 'http' : 'https',
      httpClient: pacedHttpClient(httpClient, secretKey),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
    });
}

export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** Definitely: repeating the same call will not help. */
  | Refused;

export type Refused = {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
  /** Which parameter is at fault, where one is. */
  readonly param: string | null;
  /** Not decided now, but remembered under the call's idempotency key. */
  readonly isReplayed: boolean;
};

/** Of Stripe's own: it went wrong there, and every repetition under the call's idempotency key is told the same. */
export class ReplayedFailure extends Unavailable {
  constructor() {
    super('Stripe');
  }
}

/** How long to wait, at most, before each repetition of a call that came too often: for Stripe to have forgotten some. */
const RATE_LIMITED_PAUSES_MS = [1_000, 2_000];

/**
 * Sends; what came too often is sent again, a little later each time, under the same key. Stripe's exceptions carry requests
 * and headers, and end here. https://docs.stripe.com/error-low-level https://docs.stripe.com/rate-limits
 */
export async function call<T>(send: () => Promise<T>): Promise<Answer<T>> {
  for (const pause of RATE_LIMITED_PAUSES_MS) {
    try {
      return await callOnce(send);
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      await sleep(pause * (0.5 + Math.random() / 2));
    }
  }
  return callOnce(send);
}

class RateLimited extends Unavailable {
  constructor() {
    super('Stripe');
  }
}

async function callOnce<T>(send: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'answered', value: await send() };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const status = error.statusCode ?? 0;
    if (status === 429) throw new RateLimited();
    if (status >= 500 && isReplayed(error.headers)) throw new ReplayedFailure();
    const passes = status < 400 || status === 409 || status >= 500;
    if (passes || error.type === 'StripeIdempotencyError') throw new Unavailable('Stripe');
    return {
      kind: 'refused',
      status,
      code: error.code ?? error.type,
      param: error.param ?? null,
      isReplayed: isReplayed(error.headers),
    };
  }
}

/** Whether the key is the reason: unknown to Stripe, or not allowed to do this. */
export function isKeyRefusal({ status }: { readonly status: number }): boolean {
  return status === 401 || status === 403;
}

export function keyDetail(status: number, resource = 'Payment Links'): string {
  return status === 401
    ? 'Stripe does not know this secret key. Copy it again from Stripe Dashboard → Developers → API Keys.'
    : `Stripe knows this key, but it may not do this. A restricted key needs write permission on ${resource}.`;
}

/** https://docs.stripe.com/api/idempotent_requests */
export function isReplayed(headers: Readonly<Record<string, string>> = {}): boolean {
  return headers['idempotent-replayed'] === 'true';
}
