import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** What can go wrong in this product's life has numbers; each is found by `npm test -- -t 'case 17'`. */
const CASES = Array.from({ length: 44 }, (_, index) => index + 1);

/** Titles are texts on one line; so are those of tables. */
const TITLE = /(['`])[^'`\n]*\bcases? \d[^'`\n]*\1/g;

test('every numbered case is named by a test', () => {
  const here = import.meta.dirname;
  const titles = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && file !== 'cases.test.ts')
    .flatMap((file) => readFileSync(join(here, file), 'utf8').match(TITLE) ?? [])
    .join('\n');
  expect(CASES.filter((number) => !new RegExp(`\\bcase ${number}\\b`).test(titles))).toEqual([]);
});
