import { describe, expect, test } from '@jest/globals';
import { beginClosing, isOver } from '../../functions/domain/closing.ts';
import { LEASE_MS } from '../../functions/domain/finalization.ts';
import { connection, NOW, secondsLater, tenant } from '../support/builders.ts';

const closing = beginClosing(connection({ version: 7 }), NOW);
const settledAt = new Date(closing.settledAt);
const destroyAt = new Date(closing.destroyAt);
const justBefore = (at: Date) => new Date(at.getTime() - 1);

describe('a closing', () => {
  test('keeps the key, and nothing else that is secret', () => {
    const endpoint = { id: 'we_1', managed: true };
    const stored = connection({ version: 7, attachment: 'conn_1', webhookEndpoint: endpoint });
    expect(beginClosing(stored, NOW)).toEqual({
      tenant,
      id: 'conn_1_7',
      secretKey: { ciphertext: 'sealed key' },
      attachment: 'conn_1',
      managedEndpointId: 'we_1',
      settledAt: closing.settledAt,
      destroyAt: closing.destroyAt,
    });
  });

  test.each([
    ['none', null],
    ['one that the tenant made', { id: 'we_theirs', managed: false }],
  ])('has no endpoint to remove where there is %s', (_, webhookEndpoint) => {
    expect(beginClosing(connection({ webhookEndpoint }), NOW).managedEndpointId).toBeNull();
  });

  test('is another one for each time that a connection changes its account', () => {
    const ids = [1, 2, 3].map((version) => beginClosing(connection({ version }), NOW).id);
    expect(new Set(ids).size).toBe(3);
  });

  test('waits for whoever read the connection just before, and ends within ten minutes', () => {
    const FUNCTION_MS = 25_000;
    expect(settledAt.getTime() - NOW.getTime()).toBeGreaterThan(FUNCTION_MS + LEASE_MS);
    expect(settledAt < destroyAt).toBe(true);
    // It takes a sweep to destroy it.
    expect(destroyAt < secondsLater(9 * 60)).toBe(true);
  });
});

describe('the key', () => {
  test.each<[string, Date, boolean, boolean]>([
    ['stays until nothing new can come, though all is done', justBefore(settledAt), true, false],
    ['goes then', settledAt, true, true],
    ['stays while something is left to be done', settledAt, false, false],
    ['stays up to the end of its time', justBefore(destroyAt), false, false],
    ['goes then, whatever is left', destroyAt, false, true],
  ])('%s', (_, now, isDone, expected) => {
    expect(isOver(closing, isDone, now)).toBe(expected);
  });
});
