import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, jest } from '@jest/globals';
import { startSchedules } from '../../lib/local/schedules.ts';

afterEach(() => {
  jest.useRealTimers();
});

it('runs what AWS runs every minute every ten seconds, one at a time', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  const calls: string[] = [];
  let finish = () => {};
  const lambda = {
    invoke(name: string, payload: string) {
      calls.push(`${name} ${payload}`);
      return new Promise<{ payload: string; failed: boolean; log: string }>((resolve) => {
        finish = () => resolve({ payload: 'null', failed: false, log: '' });
      });
    },
  };
  const schedules = startSchedules(
    [
      { expression: 'rate(1 minute)', functionName: 'sweep', input: '{}' },
      { expression: 'cron(0 3 * * ? *)', functionName: 'nightly', input: '{}' },
    ],
    lambda,
  );
  await jest.advanceTimersByTimeAsync(25_000);
  expect(calls).toEqual(['sweep {}']);
  finish();
  await turn();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(2);
  schedules.close();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(calls).toHaveLength(2);
});
