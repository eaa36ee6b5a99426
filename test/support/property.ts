import { expect, test } from '@jest/globals';
import fc from 'fast-check';

const RUNS = 1_000;
/** As it is before a test silences the log. */
const print = process.stdout.write.bind(process.stdout);

type Settings = {
  readonly numRuns?: number;
  /** Of all runs together, in milliseconds. */
  readonly timeout?: number;
};

/**
 * A test of what holds for all values, made from a seed: `FC_SEED`, or a new one. The seed is printed, and any run can
 * be had again with it: `FC_SEED=… npm test -- path`. A failure tells it too, and the smallest counterexample.
 * `FC_RUNS` makes the runs fewer, and leaves a counterexample as it is: mutation testing wants to know only that one is.
 */
export function property<Values>(
  name: string,
  holds: fc.IProperty<Values> | fc.IAsyncProperty<Values>,
  { numRuns = RUNS, timeout }: Settings = {},
): void {
  test(
    name,
    async () => {
      const seed = wholeNumber('FC_SEED') ?? Math.floor(Math.random() * 2 ** 31);
      const few = wholeNumber('FC_RUNS');
      const runs = Math.min(numRuns, few ?? numRuns);
      print(`${runs} runs, FC_SEED=${seed}: ${expect.getState().currentTestName}\n`);
      const endOnFailure = few !== undefined;
      await fc.assert(holds, {
        seed,
        numRuns: runs,
        endOnFailure,
        verbose: fc.VerbosityLevel.Verbose,
      });
    },
    timeout,
  );
}

function wholeNumber(variable: string): number | undefined {
  const given = process.env[variable];
  if (!given) return undefined;
  if (!/^-?\d{1,10}$/.test(given)) throw new Error(`${variable} is a whole number, not ${given}`);
  return Number(given);
}
