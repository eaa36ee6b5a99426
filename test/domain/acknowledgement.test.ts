import { describe, expect, test } from '@jest/globals';
import { acknowledge } from '../../functions/domain/acknowledgement.ts';
import { ATTENTIONS, type Attention, type Invoice } from '../../functions/domain/invoice.ts';
import { settle } from '../../functions/domain/settlement.ts';
import {
  disputed,
  intentFailed,
  intentSucceeded,
  invoice,
  refunded,
  secondsLater,
  sessionPaid,
  type Told,
  voidInvoice,
} from '../support/builders.ts';

const LATER = secondsLater(60);

function settledBy(start: Invoice, ...events: readonly Told[]): Invoice {
  return events.reduce((standing, { notice, claimed }) => {
    const settlement = settle(standing, notice, claimed, LATER);
    if (settlement.kind === 'rejected') throw new Error(settlement.reason);
    return settlement.invoice;
  }, start);
}

function acknowledged(start: Invoice, ...seen: readonly Attention[]): Invoice {
  const after = acknowledge(start, seen, LATER);
  if (!after) throw new Error('there was nothing to acknowledge');
  return after;
}

const second = { payment: 'pi_2' };
const third = { payment: 'pi_3' };

const causes: [Attention, Invoice, Told[], Told][] = [
  ['underpaid', invoice(), [sessionPaid({ amount: 100 })], sessionPaid({ ...second, amount: 100 })],
  ['overpaid', invoice(), [sessionPaid({ amount: 200_000 })], refunded(10, { amount: 200_000 })],
  ['paid_twice', invoice(), [sessionPaid(), sessionPaid(second)], sessionPaid(third)],
  ['paid_after_void', voidInvoice(), [sessionPaid()], sessionPaid(second)],
  [
    'currency_mismatch',
    invoice(),
    [sessionPaid({ currency: 'EUR' })],
    sessionPaid({ ...second, currency: 'EUR' }),
  ],
  ['refunded', invoice(), [sessionPaid(), refunded(10)], refunded(20)],
  ['disputed', invoice(), [sessionPaid(), disputed()], disputed({ ...second, nonce: 'nonce_1' })],
];

describe('what a person has seen to', () => {
  test.each(causes)('%s goes, and comes back with something new', (attention, start, events, another) => {
    const shown = settledBy(start, ...events);
    expect(shown.attention).toContain(attention);
    const seen = acknowledged(shown, attention);
    expect(seen.attention).toEqual(shown.attention.filter((other) => other !== attention));
    expect(settledBy(seen, another).attention).toContain(attention);
  });

  test.each(causes)('%s stays away when the same is told again', (attention, start, events) => {
    const seen = acknowledged(settledBy(start, ...events), attention);
    expect(settledBy(seen, ...events).attention).not.toContain(attention);
  });

  test('stays away when the other event of the same payment comes', () => {
    const seen = acknowledged(settledBy(voidInvoice(), sessionPaid()), 'paid_after_void');
    expect(settledBy(seen, intentSucceeded({ at: 5 })).attention).toEqual([]);
  });

  test('stays away when a payment comes that is no part of its cause', () => {
    const seen = acknowledged(settledBy(invoice(), sessionPaid({ amount: 100 })), 'underpaid');
    expect(settledBy(seen, intentFailed(second)).attention).toEqual([]);
  });

  test('stays away when something else needs attention', () => {
    const seen = acknowledged(settledBy(invoice(), sessionPaid(), sessionPaid(second)), 'paid_twice');
    expect(settledBy(seen, disputed()).attention).toEqual(['disputed']);
  });

  test('is told apart by payment, in whatever order they are stored', () => {
    const seen = acknowledged(
      settledBy(invoice(), sessionPaid(), sessionPaid(second), sessionPaid(third)),
      'paid_twice',
    );
    const reordered = Object.fromEntries(Object.entries(seen.payments).toReversed());
    expect(settledBy({ ...seen, payments: reordered }, disputed()).attention).toEqual(['disputed']);
  });

  test('that is not there is nothing, now and later', () => {
    expect(acknowledge(invoice(), ATTENTIONS, LATER)).toBeNull();
    const paid = settledBy(invoice(), sessionPaid(), refunded(10));
    expect(acknowledge(paid, ['disputed'], LATER)).toBeNull();
    expect(acknowledge(acknowledged(paid, 'refunded'), ['refunded'], LATER)).toBeNull();
    const seen = acknowledged(paid, 'refunded', 'disputed');
    expect(settledBy(seen, disputed()).attention).toEqual(['disputed']);
  });

  test('is one write of the invoice, that changes nothing else', () => {
    const paid = settledBy(invoice(), sessionPaid(), sessionPaid(second));
    expect(acknowledged(paid, 'paid_twice')).toEqual({
      ...paid,
      version: paid.version + 1,
      attention: [],
      acknowledged: { paid_twice: expect.stringContaining('pi_2') },
      updatedAt: LATER.toISOString(),
    });
  });
});
