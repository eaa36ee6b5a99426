import { describe, expect, test } from '@jest/globals';
import { beginClosing, beginPass, isLast, isLeftOpen, isOverdue } from '../../functions/domain/closing.ts';
import { LEASE_MS, LINK_LISTED_AFTER_MS } from '../../functions/domain/finalization.ts';
import { connection, generation, invoice, NOW, secondsLater, tenant } from '../support/builders.ts';

const closing = beginClosing(connection({ version: 7 }), NOW);
const settledAt = new Date(closing.settledAt);
const destroyAt = new Date(closing.destroyAt);
const justBefore = (at: Date) => new Date(at.getTime() - 1);

describe('a closing', () => {
  test('keeps the key, and nothing else that is secret', () => {
    const endpoint = { id: 'we_1', managed: true };
    const stored = connection({ version: 7, attachment: 'conn_1_3', webhookEndpoint: endpoint });
    expect(beginClosing(stored, NOW)).toEqual({
      tenant,
      attachment: 'conn_1_3',
      secretKey: { ciphertext: 'sealed key' },
      managedEndpointId: 'we_1',
      settledAt: closing.settledAt,
      destroyAt: closing.destroyAt,
      pass: null,
    });
  });

  test.each([
    ['none', null],
    ['one that the tenant made', { id: 'we_theirs', managed: false }],
  ])('has no endpoint to remove where there is %s', (_, webhookEndpoint) => {
    expect(beginClosing(connection({ webhookEndpoint }), NOW).managedEndpointId).toBeNull();
  });

  test('is settled after a minute, and over after eight, from whenever it began', () => {
    const began = secondsLater(100);
    expect(beginClosing(connection(), began)).toMatchObject({
      settledAt: secondsLater(160).toISOString(),
      destroyAt: secondsLater(580).toISOString(),
    });
  });

  test('waits for whoever read the connection just before, and ends within ten minutes', () => {
    const FUNCTION_MS = 25_000;
    expect(settledAt.getTime() - NOW.getTime()).toBeGreaterThan(FUNCTION_MS + LEASE_MS);
    expect(settledAt < destroyAt).toBe(true);
    // It takes a sweep to destroy it.
    expect(destroyAt < secondsLater(9 * 60)).toBe(true);
  });
});

describe('a look at every invoice', () => {
  test.each<[string, Date, number, boolean]>([
    ['is not the last while something new can come, though nothing is open', justBefore(settledAt), 0, false],
    ['is the last that begins then', settledAt, 0, true],
    ['is not the last that left something open', settledAt, 1, false],
  ])('%s', (_, now, leftOpen, expected) => {
    expect(isLast({ ...beginPass(now), leftOpen }, closing)).toBe(expected);
  });

  test('begins with the newest, and has left nothing open yet', () => {
    expect(beginPass(NOW)).toEqual({ beganAt: NOW.toISOString(), after: null, leftOpen: 0 });
  });
});

test('the key goes at the end of its time, whatever is left', () => {
  expect(isOverdue(closing, justBefore(destroyAt))).toBe(false);
  expect(isOverdue(closing, destroyAt)).toBe(true);
});

describe('a link that may be left open', () => {
  const listedAt = new Date(settledAt.getTime() + LINK_LISTED_AFTER_MS);
  const link = { id: 'plink_1', url: 'https://buy.stripe.com/test_1' };
  const open = generation(1, { link: { ...link, active: true } });
  const closed = generation(1, { link: { ...link, active: false } });
  const others = generation(0, { attachment: 'conn_0', link: { ...link, active: true } });
  const lost = generation(2, { link: null });
  const lease = { owner: 'gone', until: NOW.toISOString() };

  test('is one of this account that is active, whenever that is', () => {
    expect(isLeftOpen(invoice({ current: open }), closing, destroyAt)).toBe(true);
    expect(isLeftOpen(invoice({ current: closed, previous: [open] }), closing, destroyAt)).toBe(true);
    expect(isLeftOpen(invoice({ current: closed, previous: [others] }), closing, NOW)).toBe(false);
  });

  test('is one that nobody has saved, until it would be among the events', () => {
    expect(isLeftOpen(invoice({ current: lost, lease }), closing, justBefore(listedAt))).toBe(true);
    expect(isLeftOpen(invoice({ current: lost, lease }), closing, listedAt)).toBe(false);
    // So that it is looked for before the key is destroyed.
    expect(destroyAt.getTime() - listedAt.getTime()).toBeGreaterThan(90_000);
  });

  test('is none that nobody is making, was given up before, or is of another account', () => {
    expect(isLeftOpen(invoice({ current: lost, lease: null }), closing, NOW)).toBe(false);
    expect(isLeftOpen(invoice({ current: closed, previous: [lost], lease }), closing, NOW)).toBe(false);
    const elsewhere = generation(2, { attachment: 'conn_0', link: null });
    expect(isLeftOpen(invoice({ current: elsewhere, lease }), closing, NOW)).toBe(false);
  });
});
