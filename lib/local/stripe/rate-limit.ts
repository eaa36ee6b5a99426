import * as v from 'valibot';
import type { Caller } from './endpoint.ts';
import { rateLimited } from './stripe-error.ts';

export const rateLimitParams = v.strictObject({ per_second: v.pipe(v.number(), v.minValue(1)) });

export type RateLimit = {
  set(perSecond: number): void;
  end(): void;
  /** What holds, and how many requests it has refused since it was set. */
  state(): { readonly per_second: number | null; readonly refused: number };
  /** Stripe's 429 for a request too many. */
  check(caller: Caller, endpoint: Operation): void;
};

type Operation = { readonly method: string; readonly path: string };
type Bucket = { tokens: number; filledAt: number };

/**
 * So many requests a second to each endpoint, for each account and mode. An endpoint is a named operation, as
 * `GET /v1/payment_intents/:id`, whatever the id. A bucket holds a second's worth, and fills steadily. No limit holds until one is set.
 * @see https://docs.stripe.com/rate-limits
 * @see https://stripe.com/blog/rate-limiters
 */
export function createRateLimit(now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  let perSecond: number | null = null;
  let refused = 0;

  function takeFrom(id: string, limit: number): boolean {
    const { tokens, filledAt } = buckets.get(id) ?? { tokens: limit, filledAt: now() };
    const filled = Math.min(limit, tokens + ((now() - filledAt) / 1000) * limit);
    const passes = filled >= 1;
    buckets.set(id, { tokens: passes ? filled - 1 : filled, filledAt: now() });
    return passes;
  }

  return {
    set: (limit) => {
      perSecond = limit;
      refused = 0;
      buckets.clear();
    },
    end: () => {
      perSecond = null;
    },
    state: () => ({ per_second: perSecond, refused }),
    check: ({ scope, livemode }, { method, path }) => {
      if (perSecond === null || takeFrom(`${scope} ${method} ${path}`, perSecond)) return;
      refused += 1;
      throw rateLimited(livemode);
    },
  };
}
