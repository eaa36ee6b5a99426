import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, type ListScope } from '../../functions/http/cursor.ts';
import { tenant } from '../support/builders.ts';
import { property } from '../support/property.ts';

const PLACE = '2026-03-01T12:00:00.000Z#evt_1';
const scope: ListScope = { tenant, list: 'webhook-events', filter: { status: 'applied', type: undefined } };

describe('a cursor', () => {
  test('leads back to its place, and fits into a query as it is', () => {
    const cursor = encodeCursor(scope, PLACE);
    expect(decodeCursor(scope, cursor)).toBe(PLACE);
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  property(
    'whatever the id of the place is',
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (id) => {
      const place = `2026-03-01T12:00:00.000Z#${id}`;
      expect(decodeCursor(scope, encodeCursor(scope, place))).toBe(place);
    }),
  );

  test('does not depend on the order of the filter, nor on what is not asked for', () => {
    const filter = { status: 'applied', invoice_id: 'inv_1' };
    const reordered = { type: undefined, invoice_id: 'inv_1', status: 'applied' };
    expect(decodeCursor({ ...scope, filter: reordered }, encodeCursor({ ...scope, filter }, PLACE))).toBe(
      PLACE,
    );
  });

  test.each<[string, Partial<ListScope>]>([
    ['tenant', { tenant: { ...tenant, orgId: 'org_2' } }],
    ['environment', { tenant: { ...tenant, envId: 'test' } }],
    ['split of tenant and environment', { tenant: { orgId: 'org_1prod', envId: '' } }],
    ['list', { list: 'invoices' }],
    ['filter', { filter: { status: 'rejected' } }],
    ['filter field', { filter: { type: 'applied' } }],
    ['wider filter', { filter: {} }],
    ['narrower filter', { filter: { ...scope.filter, invoice_id: 'inv_1' } }],
  ])('case 40: is of no use with another %s', (_, changes) => {
    expect(decodeCursor({ ...scope, ...changes }, encodeCursor(scope, PLACE))).toBeNull();
  });

  test.each(['', '0', 'null', 'evt_1', '%00', '../..', '💥', 'a'.repeat(10_000), btoa(PLACE)])(
    'is not %.20j',
    (garbage) => {
      expect(decodeCursor(scope, garbage)).toBeNull();
    },
  );

  test.each([
    '',
    '#',
    'evt_1',
    '2026-03-01T12:00:00.000Z',
    '2026-03-01T12:00:00.000Z#',
    `2026-03-01T12:00:00.000Z#${'e'.repeat(256)}`,
  ])('leads to no place of another form: %.40j', (place) => {
    expect(decodeCursor(scope, encodeCursor(scope, place))).toBeNull();
  });

  property(
    'random text is none',
    fc.property(fc.string({ unit: 'binary' }), (garbage) => {
      expect(decodeCursor(scope, garbage)).toBeNull();
    }),
  );
});
