import { describe, expect, test } from '@jest/globals';
import { merge, type Payment, refundedOf, standingOf } from '../../functions/domain/payment.ts';
import {
  asyncFailed,
  disputed,
  intentFailed,
  intentSucceeded,
  refunded,
  secondsLater,
  sessionPaid,
  sessionUnpaid,
  type Told,
} from '../support/builders.ts';

const first = { order: 0, afterVoid: false };

function paymentOf([one, ...others]: readonly [Told, ...Told[]]): Payment {
  const begun = merge(undefined, one.notice, first);
  return others.reduce((payment, { notice }) => merge(payment, notice, first), begun);
}

const standing = (...events: [Told, ...Told[]]) => standingOf(paymentOf(events)).kind;

describe('what the facts say', () => {
  test('received money is final, whatever comes later', () => {
    for (const received of [sessionPaid(), intentSucceeded()]) {
      for (const late of [intentFailed({ at: 9 }), asyncFailed({ at: 9 }), sessionUnpaid({ at: 9 })]) {
        expect(standing(received, late)).toBe('received');
        expect(standing(late, received)).toBe('received');
      }
    }
  });

  test('case 13: a late failure beats a completion', () => {
    expect(standing(sessionUnpaid({ at: 1 }), asyncFailed({ at: 0 }))).toBe('failed');
    expect(standing(asyncFailed({ at: 0 }), sessionUnpaid({ at: 1 }))).toBe('failed');
  });

  test.each([
    ['before', 1, 'pending'],
    ['in the second of', 2, 'pending'],
    ['after', 3, 'failed'],
  ])('case 14: a declined attempt %s the completion leaves it %3$s', (_, at, expected) => {
    expect(standing(sessionUnpaid({ at: 2 }), intentFailed({ at }))).toBe(expected);
    expect(standing(intentFailed({ at }), sessionUnpaid({ at: 2 }))).toBe(expected);
  });

  test('of several declined attempts the latest counts', () => {
    expect(standing(sessionUnpaid({ at: 2 }), intentFailed({ at: 3 }), intentFailed({ at: 1 }))).toBe(
      'failed',
    );
    expect(standing(sessionUnpaid({ at: 2 }), intentFailed({ at: 1 }), intentFailed({ at: 3 }))).toBe(
      'failed',
    );
  });

  test('of what happens once, the first time counts, whichever was told first', () => {
    const first = secondsLater(1).toISOString();
    const [one, three] = [{ at: 1 }, { at: 3 }];
    for (const [told, next] of [
      [one, three],
      [three, one],
    ] as const) {
      expect(paymentOf([sessionUnpaid(told), sessionUnpaid(next)]).completed?.at).toBe(first);
      expect(paymentOf([asyncFailed(told), asyncFailed(next)]).asyncFailed?.at).toBe(first);
      expect(paymentOf([disputed(told), disputed(next)]).disputed?.at).toBe(first);
    }
  });

  test('a refund or a dispute alone says nothing of where the money is', () => {
    expect(standing(refunded(100), disputed())).toBe('unknown');
  });

  test('it names the event that says so', () => {
    const failed = paymentOf([
      intentFailed({ at: 1, eventId: 'evt_z' }),
      intentFailed({ at: 3, eventId: 'evt_a' }),
    ]);
    expect(standingOf(failed)).toEqual({
      kind: 'failed',
      since: { at: secondsLater(3).toISOString(), eventId: 'evt_a' },
    });
  });
});

describe('the amount', () => {
  test('is of the session, not of the PaymentIntent, in any order', () => {
    const session = sessionPaid({ amount: 129_900, currency: 'USD' });
    const intent = intentSucceeded({ amount: 19_500_000, currency: 'JPY' });
    for (const payment of [paymentOf([session, intent]), paymentOf([intent, session])]) {
      expect(payment).toMatchObject({ amount: 129_900, currency: 'USD', amountFrom: 'checkout_session' });
    }
  });

  test('received is not overwritten by what was only attempted', () => {
    const received = intentSucceeded({ amount: 100 });
    const attempted = intentFailed({ amount: 200, at: 9 });
    expect(paymentOf([received, attempted]).amount).toBe(100);
    expect(paymentOf([attempted, received]).amount).toBe(100);
  });

  test('of attempts is that of the latest, and so it is of what was received', () => {
    expect(paymentOf([intentFailed({ amount: 100 }), intentFailed({ amount: 200, at: 9 })]).amount).toBe(200);
    expect(paymentOf([sessionUnpaid({ amount: 100 }), sessionPaid({ amount: 200 })]).amount).toBe(200);
    expect(paymentOf([intentSucceeded({ amount: 100 }), intentSucceeded({ amount: 200 })]).amount).toBe(200);
  });

  test('of a refund alone is the PaymentIntent’s, as far as is known', () => {
    expect(paymentOf([refunded(1)])).toMatchObject({ amount: 129_900, amountFrom: 'payment_intent' });
  });

  test('given back is never more than what was paid', () => {
    const payment = paymentOf([sessionPaid({ amount: 100 })]);
    expect(refundedOf({ ...payment, refunded: 150 })).toBe(100);
    expect(refundedOf({ ...payment, refunded: 150, charged: 300 })).toBe(50);
  });

  test('refunded is the highest that was told: Stripe tells the sum', () => {
    expect(paymentOf([sessionPaid(), refunded(300), refunded(100)]).refunded).toBe(300);
  });

  test('of a dispute is not that of the payment', () => {
    expect(paymentOf([sessionPaid({ amount: 500 }), disputed({ amount: 200 })]).amount).toBe(500);
    expect(paymentOf([disputed({ amount: 200 }), sessionPaid({ amount: 500 })]).amount).toBe(500);
  });
});

test('events of the same second are told apart by their ids, so that order of arrival decides nothing', () => {
  const [one, other] = [intentFailed({ eventId: 'evt_a' }), intentFailed({ eventId: 'evt_b' })];
  expect(paymentOf([one, other])).toEqual(paymentOf([other, one]));
});

test('the place in the order of arrival is that of the first event of the money', () => {
  const payment = merge(
    merge(undefined, intentSucceeded().notice, { order: 3, afterVoid: true }),
    sessionPaid().notice,
    first,
  );
  expect(payment.received).toMatchObject({ order: 3, afterVoid: true });
});
