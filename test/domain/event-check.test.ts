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

test('the first check begins when the account was connected', () => {
  expect(beginEventCheck(connection({ attachment: 'conn_7' }), NOW)).toEqual({
    tenant: connection().tenant,
    attachment: 'conn_7',
    readUntil: NOW.toISOString(),
    pass: null,
  });
});

describe('what is read', () => {
  test.each([
    ['an hour ago', HOUR, ago(HOUR)],
    ['longer ago than Stripe remembers', 31 * DAY, ago(30 * DAY)],
  ])('last read %s', (_, seconds, since) => {
    expect(passOf(check({ readUntil: ago(seconds) }), NOW)).toEqual({
      since,
      // What is younger than a minute may still be on its way.
      until: ago(MINUTE),
      scope: 'undelivered',
      after: null,
    });
  });

  test('goes on where it broke off', () => {
    const pass = { since: ago(2 * HOUR), until: ago(HOUR), scope: 'rare', after: 'evt_9' } as const;
    expect(passOf(check({ pass }), NOW)).toEqual(pass);
  });
});

describe('after a page', () => {
  const pass = { since: ago(HOUR), until: ago(MINUTE), scope: 'undelivered', after: null } as const;
  const begun = check({ readUntil: ago(HOUR) });

  test('there is another: nothing counts as read, and it goes on from there', () => {
    expect(afterPage(begun, pass, 'evt_100')).toEqual({ ...begun, pass: { ...pass, after: 'evt_100' } });
  });

  test('that was the last undelivered one, it goes on with the rare ones', () => {
    const last = { ...pass, after: 'evt_100' };
    expect(afterPage({ ...begun, pass: last }, last, null)).toEqual({
      ...begun,
      pass: { ...pass, scope: 'rare', after: null },
    });
  });

  test('that was the last of all, all until then was read', () => {
    const last = { ...pass, scope: 'rare' } as const;
    expect(afterPage({ ...begun, pass: last }, last, null)).toEqual({
      ...begun,
      pass: null,
      readUntil: ago(MINUTE),
    });
  });
});

test('a pass of which something was left is read once more', () => {
  const last = {
    since: ago(HOUR),
    until: ago(MINUTE),
    scope: 'rare',
    after: null,
    isIncomplete: true,
  } as const;
  const begun = check({ readUntil: ago(HOUR), pass: last });
  expect(afterPage(begun, last, null)).toEqual({ ...begun, pass: null, readUntil: ago(HOUR) });
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
