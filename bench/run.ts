import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from './bundles.ts';
import { measureAll } from './measure.ts';
import { report } from './report.ts';

/** `npm run bench`: what the webhook function costs, beside what it must cost at least and what it would cost naively. */

const [load = 0] = loadavg();
const build = join(import.meta.dirname, '..', '.build');
mkdirSync(build, { recursive: true });
const folder = mkdtempSync(join(build, 'bench-'));
try {
  const bundles = await buildBundles(folder);
  console.log('Measuring, for a minute or two...\n');
  console.log(report(await measureAll(bundles, folder), bundles.bytesOf));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (load > 1)
  console.log('\nThe machine was busy. A core that never sleeps makes the floor cheaper than it is.');
