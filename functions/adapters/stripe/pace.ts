import { createHash } from 'node:crypto';
import pThrottle from 'p-throttle';
import QuickLRU from 'quick-lru';
import type Stripe from 'stripe';

/**
 * Below the 25 requests a second that Stripe takes of an account at one endpoint, so that there is room for others.
 * https://docs.stripe.com/rate-limits
 */
const CALLS_A_SECOND = 20;
const KEYS_AT_MOST = 1_000;

/** Resolves when the next request may go out. */
type Turn = () => Promise<void>;

/** By a hash of the secret key, of all that this process sends: each tenant has its own turns, and none waits for another's. */
const turns = new QuickLRU<string, Turn>({ maxSize: KEYS_AT_MOST });

function turnOf(secretKey: string): Turn {
  const key = createHash('sha256').update(secretKey).digest('base64');
  const turn = turns.get(key) ?? newTurn();
  turns.set(key, turn);
  return turn;
}

function newTurn(): Turn {
  return pThrottle({ limit: CALLS_A_SECOND, interval: 1_000, strict: true })(async () => undefined);
}

/** The same client, whose every request (repetitions and further pages among them) waits for its turn. */
export function pacedHttpClient(client: Stripe.HttpClient, secretKey: string): Stripe.HttpClient {
  const turn = turnOf(secretKey);
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(...request) {
      await turn();
      return client.makeRequest(...request);
    },
  };
}
