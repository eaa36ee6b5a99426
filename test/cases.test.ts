import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** What can go wrong in this product's life has numbers; each is found by `npm test -- -t 'case 17'`. */
const CASES = Array.from({ length: 44 }, (_, index) => index + 1);

test('every numbered case is named by a test', () => {
  const here = import.meta.dirname;
  const titles = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(here, file), 'utf8'))
    .join('\n');
  expect(CASES.filter((number) => !new RegExp(`['\`(:] ?case ${number}\\b`).test(titles))).toEqual([]);
});
