import * as v from 'valibot';
import { startStripeStandIn } from '../../lib/local/stripe/stand-in.ts';
import { atEnd } from './at-end.ts';

const Requests = v.array(
  v.object({
    method: v.string(),
    path: v.string(),
    idempotency_key: v.nullable(v.string()),
    status: v.nullable(v.number()),
    params: v.unknown(),
  }),
);
const Payment = v.object({ payment_intent: v.string(), event_ids: v.array(v.string()) });

export type StripeRequest = v.InferOutput<typeof Requests>[number];
export type StripeScene = {
  readonly url: string;
  /** Calls seen so far, newest last. */
  requests(): Promise<readonly StripeRequest[]>;
  fault(fault: {
    readonly path: string;
    readonly method?: string;
    readonly kind: 'before' | 'after' | '500' | '429' | '409';
    readonly times: number;
    readonly contains?: string;
  }): Promise<void>;
  clearFaults(): Promise<void>;
  /** Takes permissions from a restricted key, and gives back those that are not named. */
  restrict(key: string, lacks: readonly string[]): Promise<void>;
  /** Pays a link, and gives the ids of the events that it made. */
  pay(linkId: string, outcome: 'paid' | 'declined' | 'delayed'): Promise<v.InferOutput<typeof Payment>>;
  /** Ends a delayed payment. */
  settle(paymentIntent: string, outcome: 'succeeded' | 'failed'): Promise<void>;
  /** An object of the API, as it comes over the wire. */
  read(path: string, key: string): Promise<string>;
};

/** The Stripe stand-in on a free port; gone at the end of the file. Its time may be set. */
export async function startStripe(now?: () => number): Promise<StripeScene> {
  const standIn = await startStripeStandIn({ port: 0, ...(now && { now }) });
  atEnd(standIn.close);

  const call = async (method: string, path: string, body?: object, key?: string): Promise<string> => {
    const response = await fetch(`${standIn.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      ...(key && { headers: { authorization: `Bearer ${key}` } }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`the stand-in says ${response.status}: ${answer}`);
    return answer;
  };
  return {
    url: standIn.url,
    requests: async () => v.parse(Requests, JSON.parse(await call('GET', '/_test/requests'))),
    fault: async (fault) => void (await call('POST', '/_test/faults', fault)),
    clearFaults: async () => void (await call('DELETE', '/_test/faults')),
    restrict: async (key, lacks) => void (await call('POST', '/_test/keys/restrict', { key, lacks })),
    pay: async (linkId, outcome) =>
      v.parse(Payment, JSON.parse(await call('POST', `/_test/payment-links/${linkId}/pay`, { outcome }))),
    settle: async (paymentIntent, outcome) =>
      void (await call('POST', `/_test/payment-intents/${paymentIntent}/settle`, { outcome })),
    read: (path, key) => call('GET', path, undefined, key),
  };
}
