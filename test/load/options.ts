import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as v from 'valibot';

const whole = v.pipe(v.string(), v.regex(/^\d+$/, 'must be a whole number'), v.transform(Number));
const Options = v.object({
  events: v.optional(v.pipe(whole, v.minValue(1)), '10000'),
  invoices: v.optional(v.pipe(whole, v.minValue(1)), '1000'),
  seed: v.optional(whole),
  'fault-rate': v.optional(v.pipe(v.string(), v.transform(Number), v.minValue(0), v.maxValue(1)), '0.01'),
});

export type LoadOptions = {
  readonly events: number;
  readonly invoices: number;
  readonly seed: number;
  /** How probable it is that an operation of AWS fails. */
  readonly faultRate: number;
};

export function readLoadOptions(args: readonly string[]): LoadOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { events: text, invoices: text, seed: text, 'fault-rate': text },
  });
  const { events, invoices, seed = randomInt(2 ** 31), 'fault-rate': faultRate } = v.parse(Options, values);
  return { events, invoices, seed, faultRate };
}
