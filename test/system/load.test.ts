import { expect, test } from '@jest/globals';
import { load } from '../load/load.ts';
import { readLoadOptions } from '../load/options.ts';

/** `npm run test:load`, so small that every life occurs once. A seed that failed can be given to that. */
test('25 invoices, 250 events, AWS failing at 1 %: every invoice is right', async () => {
  const lines: string[] = [];
  const options = readLoadOptions(['--events', '250', '--invoices', '25']);
  await load(options, (line) => lines.push(line));
  expect(lines.join('\n')).toContain('load: 25 invoices right, 250 events');
}, 300_000);
