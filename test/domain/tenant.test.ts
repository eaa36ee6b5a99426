import { expect, test } from '@jest/globals';
import { PLATFORM_ID } from '../../functions/domain/tenant.ts';

test.each(['a', '7', '_', '-', 'org_1', 'Acme-Ltd_2', 'x'.repeat(64)])(
  '%s is an id of the platform',
  (id) => {
    expect(PLATFORM_ID.test(id)).toBe(true);
  },
);

test.each(['', ' ', 'a b', 'org#1', 'org/1', '../prod', 'ä', 'org_1\n', '\norg_1', 'x'.repeat(65)])(
  'case 10: %j is no id of the platform',
  (id) => {
    expect(PLATFORM_ID.test(id)).toBe(false);
  },
);
