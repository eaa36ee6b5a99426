import { describe, expect, test } from '@jest/globals';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { settle } from '../../functions/domain/settlement.ts';
import { mayHaveLostLink, voiding } from '../../functions/domain/voiding.ts';
import {
  generation,
  invoice,
  NOW,
  secondsLater,
  sessionPaid,
  sessionUnpaid,
  type Told,
  voidInvoice,
} from '../support/builders.ts';

const LATER = secondsLater(60);
const lease = { owner: 'me', until: secondsLater(28).toISOString() };

function after({ notice, claimed }: Told): Invoice {
  const settlement = settle(invoice(), notice, claimed, NOW);
  if (settlement.kind === 'rejected') throw new Error(settlement.reason);
  return settlement.invoice;
}

const finalizing = invoice({
  status: 'FINALIZING',
  finalizedAt: null,
  lease,
  current: generation(1, { link: null }),
});
const pending = after(sessionUnpaid());
const partlyPaid = after(sessionPaid({ amount: 100 }));

describe('voiding', () => {
  test.each([
    ['FINALIZED', invoice(), false],
    ['FINALIZING', finalizing, false],
    ['PAYMENT_PENDING, confirmed', pending, true],
    ['partly paid, confirmed', partlyPaid, true],
  ])('%s is void, and nothing else of it changes', (_, start, confirm) => {
    expect(voiding(start, { confirm }, LATER)).toEqual({
      kind: 'void',
      invoice: {
        ...start,
        status: 'VOID',
        attention: [],
        voidedAt: LATER.toISOString(),
        version: start.version + 1,
        updatedAt: LATER.toISOString(),
      },
    });
  });

  test.each([
    ['PAYMENT_PENDING', pending],
    ['partly paid', partlyPaid],
  ])('%s is refused until it is confirmed', (_, start) => {
    expect(voiding(start, { confirm: false }, LATER)).toEqual({ kind: 'refuse', code: 'payments_in_flight' });
  });

  test.each([true, false])('PAID is refused (confirmed: %p)', (confirm) => {
    const refusal = { kind: 'refuse', code: 'invoice_paid' };
    expect(voiding(after(sessionPaid()), { confirm }, LATER)).toEqual(refusal);
  });

  test('VOID is void already', () => {
    expect(voiding(voidInvoice(), { confirm: false }, LATER)).toEqual({ kind: 'already_void' });
  });

  test('money that was on its way comes to a void invoice', () => {
    const decision = voiding(pending, { confirm: true }, LATER);
    if (decision.kind !== 'void') throw new Error(decision.kind);
    const { notice, claimed } = sessionPaid({ at: 60 });
    expect(settle(decision.invoice, notice, claimed, LATER)).toMatchObject({
      invoice: { status: 'VOID', amountPaid: 0, attention: ['paid_after_void'] },
    });
  });
});

describe('a link that was never saved', () => {
  test.each<[string, Invoice, boolean]>([
    ['may be there once the lease is over', finalizing, true],
    [
      'may be there as soon as the lease is over',
      { ...finalizing, lease: { ...lease, until: LATER.toISOString() } },
      true,
    ],
    [
      'is its holder’s while the lease lasts',
      { ...finalizing, lease: { ...lease, until: secondsLater(61).toISOString() } },
      false,
    ],
    ['is not there where nobody began one', { ...finalizing, lease: null }, false],
    ['is not there where one is saved', invoice({ lease }), false],
  ])('%s', (_, start, expected) => {
    expect(mayHaveLostLink(start, LATER)).toBe(expected);
  });
});
