import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Jest from '@jest/test-sequencer';
import { type Assembly, synthesize } from '../../lib/local/synth.ts';

// Its types are those of its CommonJS half alone.
const Default: typeof Jest.default = createRequire(import.meta.url)('@jest/test-sequencer').default;

const root = join(import.meta.dirname, '..');
const SYSTEM = 'system/';

/** What takes longest, first: whatever is begun last keeps the others waiting alone. */
const LONGEST = [
  'use-cases/life/',
  'system/recovery',
  'system/manage',
  'system/month-end',
  'system/main-path',
  'system/tenants',
  'use-cases/fault-injection/finalize',
  'use-cases/fault-injection/sweep',
  SYSTEM,
  'use-cases/fault-injection/',
  'adapters/dynamodb/exactly-once',
  'adapters/stripe/payment-provider',
  'lib/',
];

const placeOf = (path: string) => {
  const place = LONGEST.findIndex((beginning) => path.startsWith(join(root, beginning)));
  return place < 0 ? LONGEST.length : place;
};

const isGiven = Boolean(process.env['CLOUD_ASSEMBLY']);
let assembly: Assembly | undefined;

/** Jest learns only from earlier runs how long a file takes, and tells nothing but this which of them it is about to run. */
export default class Sequencer extends Default {
  override async sort(...[tests]: Parameters<Jest.default['sort']>) {
    // One cloud assembly for all that start the system: half of the work of a start.
    if (!isGiven && tests.some(({ path }) => path.startsWith(join(root, SYSTEM)))) {
      // Of what is watched, an earlier one.
      assembly?.remove();
      assembly = await synthesize();
      process.env['CLOUD_ASSEMBLY'] = assembly.directory;
    }
    return (await super.sort(tests)).toSorted((one, other) => placeOf(one.path) - placeOf(other.path));
  }
}
