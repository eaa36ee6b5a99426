import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type Stripe from 'stripe';
import { pacedHttpClient } from '../../../functions/adapters/stripe/pace.ts';
import { unique } from '../../support/samples.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A client that never answers, and counts what it is asked. */
function counting(secretKey: string) {
  const counts = { asked: 0 };
  const client: Stripe.HttpClient = {
    getClientName: () => 'counting',
    makeRequest() {
      counts.asked += 1;
      return new Promise(() => undefined);
    },
  };
  const paced = pacedHttpClient(client, secretKey);
  const ask = (times: number) => {
    for (let time = 0; time < times; time += 1)
      void paced.makeRequest('localhost', '80', '/v1/payment_links', 'GET', {}, '', 'http', 1_000);
  };
  return { counts, ask };
}

/** How many were asked in each of the seconds from now on that begin every 50 milliseconds. */
async function overTime(count: () => number, seconds: number): Promise<readonly number[]> {
  await jest.advanceTimersByTimeAsync(0);
  const totals: number[] = [count()];
  for (let step = 0; step < seconds * STEPS_A_SECOND; step += 1) {
    await jest.advanceTimersByTimeAsync(1_000 / STEPS_A_SECOND);
    totals.push(count());
  }
  const atOnce = totals[0] ?? 0;
  return [atOnce, ...totals.slice(STEPS_A_SECOND).map((total, step) => total - (totals[step] ?? 0))];
}
const STEPS_A_SECOND = 20;

it('case 41: a key is used at most 20 times in any second, and another key does not wait for it', async () => {
  const busy = counting(unique('sk_test'));
  const other = counting(unique('sk_test'));
  busy.ask(50);
  other.ask(3);
  const inSeconds = await overTime(() => busy.counts.asked, 4);
  expect(Math.max(...inSeconds)).toBe(20);
  expect([busy.counts.asked, other.counts.asked]).toEqual([50, 3]);
});

it('case 41: clients of one key share its pace', async () => {
  const key = unique('sk_test');
  const [one, other] = [counting(key), counting(key)];
  one.ask(15);
  other.ask(15);
  const inSeconds = await overTime(() => one.counts.asked + other.counts.asked, 3);
  expect(Math.max(...inSeconds)).toBe(20);
  expect([one.counts.asked, other.counts.asked]).toEqual([15, 15]);
});
