import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../functions/use-cases/in-parallel.ts';
import type { TenantOf } from '../system/running-system.ts';
import { type Loss, type Post, webhookPost } from './post.ts';
import type { Random } from './random.ts';
import type { StripeEvent } from './stripe-events.ts';

/** An event on its way to a tenant's webhook. */
export type SentEvent = StripeEvent & {
  readonly tenant: TenantOf;
  readonly invoiceId: string;
  /** How often it was sent, and how often we heard that it was taken. */
  sent: number;
  taken: number;
};

export type Delivered = {
  /** Of answered deliveries, in milliseconds. */
  readonly latencies: number[];
  readonly answers: Map<number, number>;
  lost: number;
  seconds: number;
};

/** How many calls to DynamoDB may have run into the SDK's timeout, after which they are repeated. */
export function timeoutsIn({ latencies }: Delivered): number {
  return latencies.reduce((sum, latency) => sum + Math.floor(latency / DYNAMODB_TIMEOUT_MS), 0);
}

const DYNAMODB_TIMEOUT_MS = 1_200;

type Delivery = { readonly event: SentEvent; readonly loss: Loss | null };

const AT_ONCE = 16;
const DUPLICATED = 0.1;
const LOST = 0.05;
const MAX_ROUNDS = 12;
const BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
const PROGRESS_EVERY = 2_000;

/**
 * Delivers as Stripe does: in no order, some twice, and whatever was not answered with 2xx again, later and later.
 * Some answers get lost on their way back.
 */
export async function deliverAll(
  events: readonly SentEvent[],
  random: Random,
  delivered: Delivered,
  print: (line: string) => void,
): Promise<void> {
  const twice = random.shuffled(events).slice(0, Math.round(events.length * DUPLICATED));
  const all = random.shuffled([...events, ...twice]);
  const lossy = new Set(random.shuffled([...all.keys()]).slice(0, Math.round(all.length * LOST)));
  let waiting: readonly Delivery[] = all.map((event, index) => ({
    event,
    loss: lossy.has(index) ? random.pick(['of_request', 'of_answer']) : null,
  }));

  const post = webhookPost(AT_ONCE);
  const begun = performance.now();
  let done = 0;
  for (let round = 0; waiting.length > 0; round += 1) {
    if (round === MAX_ROUNDS) throw new Error(`${waiting.length} events were not taken in ${round} rounds`);
    if (round > 0) await sleep(Math.min(BACKOFF_MS * 2 ** round, LONGEST_BACKOFF_MS));
    const results = await inParallel(waiting, AT_ONCE, async (delivery) => {
      const isTaken = await deliver(delivery, post, delivered);
      done += 1;
      if (done % PROGRESS_EVERY === 0) print(`  ${done.toLocaleString('en')} deliveries`);
      return isTaken;
    });
    waiting = waiting.filter((_, index) => !results[index]).map(({ event }) => ({ event, loss: null }));
  }
  delivered.seconds += (performance.now() - begun) / 1000;
  post.close();
}

/** Whether it was answered with 2xx, as far as we know. */
async function deliver({ event, loss }: Delivery, post: Post, delivered: Delivered): Promise<boolean> {
  const { tenant, payload } = event;
  const signature = tenant.stripe.webhooks.generateTestHeaderString({
    payload,
    secret: tenant.webhookSecret,
  });
  event.sent += 1;
  const begun = performance.now();
  const status = await post.send(tenant.webhookUrl, payload, signature, loss);
  if (status === null) {
    delivered.lost += 1;
    return false;
  }
  delivered.latencies.push(performance.now() - begun);
  delivered.answers.set(status, (delivered.answers.get(status) ?? 0) + 1);
  const isTaken = status >= 200 && status < 300;
  if (isTaken) event.taken += 1;
  return isTaken;
}
