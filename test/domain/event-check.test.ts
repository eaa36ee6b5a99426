import { describe, expect, test } from '@jest/globals';
import {
  afterPage,
  beginEventCheck,
  type EventCheck,
  mayConcernInvoice,
  passOf,
} from '../../functions/domain/event-check.ts';
import type { WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { connection, NOW, secondsLater } from '../support/builders.ts';
import { begun, paidEvent, saying } from '../support/samples.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (seconds: number) => secondsLater(-seconds).toISOString();

const check = (changes: Partial<EventCheck> = {}): EventCheck => ({
  ...beginEventCheck(connection(), NOW),
  ...changes,
});

describe('what is read', () => {
  test.each([
    ['an hour ago: what was not delivered', HOUR, { since: ago(HOUR), onlyUndelivered: true }],
    ['nearly an hour and a half ago: the same', 90 * MINUTE - 1, { since: ago(90 * MINUTE - 1), onlyUndelivered: true }],
    ['an hour and a half ago: what was delivered, too', 90 * MINUTE, { since: ago(90 * MINUTE), onlyUndelivered: false }],
    [
      'longer ago than Stripe remembers: all of it',
      31 * DAY,
      { since: ago(30 * DAY), onlyUndelivered: false },
    ],
  ])('last read %s', (_, seconds, wanted) => {
    expect(passOf(check({ readUntil: ago(seconds) }), NOW)).toEqual({
      ...wanted,
      // What is younger than a minute may still be on its way.
      until: ago(MINUTE),
      after: null,
    });
  });

  test('goes on where it broke off', () => {
    const pass = { since: ago(2 * HOUR), until: ago(HOUR), onlyUndelivered: true, after: 'evt_9' };
    expect(passOf(check({ pass }), NOW)).toEqual(pass);
  });
});

describe('after a page', () => {
  const pass = { since: ago(HOUR), until: ago(MINUTE), onlyUndelivered: true, after: null };

  test('there is another: nothing counts as read, and it goes on from there', () => {
    const begun = check({ readUntil: ago(HOUR) });
    expect(afterPage(begun, pass, 'evt_100')).toEqual({ ...begun, pass: { ...pass, after: 'evt_100' } });
  });

  test('that was the last, all until then was read', () => {
    const middle = check({ readUntil: ago(HOUR), pass: { ...pass, after: 'evt_100' } });
    expect(afterPage(middle, pass, null)).toEqual({ ...middle, pass: null, readUntil: ago(MINUTE) });
  });
});

describe('an event', () => {
  const event = paidEvent(begun(connection().tenant));
  const disputed = { kind: 'disputed', money: { amount: 1, currency: 'USD' } } as const;

  test.each<[string, WebhookEvent, boolean]>([
    ['of an invoice concerns one', event, true],
    ['of another sale does not', { ...event, invoiceId: null }, false],
    ['that tells of no payment does not', { ...event, payment: null }, false],
    ['of a dispute may: it names none', saying({ ...event, invoiceId: null }, { fact: disputed }), true],
  ])('%s', (_, told, concerns) => {
    expect(mayConcernInvoice(told)).toBe(concerns);
  });
});
