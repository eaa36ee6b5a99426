import type { Lambda } from './lambda/lambda.ts';
import type { Schedule } from './template.ts';

/** A minute of AWS's schedules is ten seconds here. */
const minuteMs = 10_000;
const minutes = { minute: 1, hour: 60, day: 24 * 60 };

/** Invokes functions at their `rate(…)`. One that still runs is not started again; `cron(…)` is not run. */
export function startSchedules(schedules: Schedule[], lambda: Pick<Lambda, 'invoke'>): { close(): void } {
  const timers = schedules.flatMap(({ expression, functionName, input }) => {
    const interval = intervalMs(expression);
    if (interval === undefined) return [];
    let running = false;
    const run = async () => {
      if (running) return;
      running = true;
      try {
        await lambda.invoke(functionName, input);
      } catch {
        // Its error is in the logs; the next turn comes.
      } finally {
        running = false;
      }
    };
    return [setInterval(run, interval)];
  });
  return { close: () => timers.forEach(clearInterval) };
}

function intervalMs(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return undefined;
  return Number(count) * minutes[unit] * minuteMs;
}
