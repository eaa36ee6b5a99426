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
 */
export function property<Values>(
  name: string,
  holds: fc.IProperty<Values> | fc.IAsyncProperty<Values>,
  { numRuns = RUNS, timeout }: Settings = {},
): void {
  test(
    name,
    async () => {
      const seed = seedOf(process.env['FC_SEED']);
      print(`${numRuns} runs, FC_SEED=${seed}: ${expect.getState().currentTestName}\n`);
      await fc.assert(holds, { seed, numRuns, verbose: fc.VerbosityLevel.Verbose });
    },
    timeout,
  );
}

function seedOf(given: string | undefined): number {
  if (!given) return Math.floor(Math.random() * 2 ** 31);
  if (!/^-?\d{1,10}$/.test(given)) throw new Error(`FC_SEED is a whole number, not ${given}`);
  return Number(given);
}
