import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './backend.ts';
import { invalidRequest, keyInUse, keyReused } from './stripe-error.ts';
import type { RememberedAnswer, World } from './world.ts';

export type Answer = Pick<RememberedAnswer, 'status' | 'body' | 'request_id'>;
export type Replayable = Answer & { readonly replayed: boolean };

type Request = { scope: string; key: string; path: string; params: unknown };

/** Runs a request once for its key; later ones get the remembered answer. */
export type OncePerKey = (request: Request, execute: () => Answer) => Promise<Replayable>;

const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** Stripe takes its time: only so can two requests with one key meet. */
const EXECUTION_MS = 20;

const FORGOTTEN_STATUSES = new Set([401, 409, 429]);

export function idempotency(world: World, now: Clock): OncePerKey {
  const inProgress = new Set<string>();

  return async ({ scope, key, path, params }, execute) => {
    if (key.length > 255) throw invalidRequest('Idempotency keys must be at most 255 characters long.');
    const id = `${scope} ${key}`;
    const fingerprint = createHash('sha256').update(JSON.stringify(params)).digest('hex');

    if (inProgress.has(id)) throw keyInUse(key);
    const earlier = world.answers.find(id)?.object;
    if (earlier && now() - earlier.at < REMEMBERED_MS) {
      if (earlier.path !== path || earlier.fingerprint !== fingerprint) {
        throw keyReused(key, { first: earlier.path, now: path });
      }
      return { ...earlier, replayed: true };
    }

    inProgress.add(id);
    try {
      await sleep(EXECUTION_MS);
      const answer = execute();
      if (!FORGOTTEN_STATUSES.has(answer.status)) {
        world.answers.put(id, { scope, object: { ...answer, path, fingerprint, at: now() } });
      }
      return { ...answer, replayed: false };
    } finally {
      inProgress.delete(id);
    }
  };
}
