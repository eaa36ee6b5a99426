import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { apiTypes, typesFile } from '../../dashboard/generate-types.ts';

it('types the API as it is: else run `sh bin/run dashboard/generate-types.ts`', async () => {
  expect(readFileSync(typesFile, 'utf8')).toBe(await apiTypes());
});
