import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundles } from './bundles.ts';
import { measureAll } from './measure.ts';
import { report } from './report.ts';

/** `npm run bench`: what the webhook function costs, beside what it could cost at least and need not. */

const build = join(import.meta.dirname, '..', '.build');
mkdirSync(build, { recursive: true });
const folder = mkdtempSync(join(build, 'bench-'));
try {
  const bundles = await buildBundles(folder);
  console.log('Measuring, for about a minute...\n');
  console.log(report(await measureAll(bundles, folder), bundles.bytesOf));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
