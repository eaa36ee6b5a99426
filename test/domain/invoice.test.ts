import { expect, test } from '@jest/globals';
import { withClosedLinks } from '../../functions/domain/invoice.ts';
import { generation, invoice } from '../support/builders.ts';

test('links that were closed are known to be, and nothing else of the invoice changes', () => {
  const start = invoice({ current: generation(3), previous: [generation(2), generation(1)] });
  const closed = (number: number) =>
    generation(number, { link: { id: `plink_${number}`, url: 'https://buy.stripe.com/x', active: false } });

  const second = closed(2);
  expect(withClosedLinks(start, new Map([[2, second]]))).toEqual({
    ...start,
    previous: [second, generation(1)],
  });
  const third = closed(3);
  expect(withClosedLinks(start, new Map([[3, third]]))).toEqual({ ...start, current: third });
});
