import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attention, Invoice, InvoiceStatus } from '../../functions/domain/invoice.ts';
import { derive, type PaymentStatus, paymentStatuses, settle } from '../../functions/domain/settlement.ts';
import {
  asyncFailed,
  asyncSucceeded,
  disputed,
  generation,
  intentFailed,
  intentSucceeded,
  invoice,
  refunded,
  secondsLater,
  sessionPaid,
  sessionUnpaid,
  type Told,
  voidInvoice,
} from '../support/builders.ts';
import { property } from '../support/property.ts';

const DUE = 129_900;
const LATER = secondsLater(60);

/** The invoice after these events; throws where one is rejected. */
function settledBy(start: Invoice, ...events: readonly Told[]): Invoice {
  return events.reduce((standing, { notice, claimed }) => {
    const settlement = settle(standing, notice, claimed, LATER);
    if (settlement.kind === 'rejected') throw new Error(settlement.reason);
    return settlement.invoice;
  }, start);
}

function kindsOf(start: Invoice, ...events: readonly Told[]): string[] {
  return events.map(({ notice, claimed }, index) => {
    const standing = settledBy(start, ...events.slice(0, index));
    return settle(standing, notice, claimed, LATER).kind;
  });
}

type Outcome = {
  readonly status: InvoiceStatus;
  readonly paid: number;
  readonly payments: Readonly<Record<string, PaymentStatus>>;
  readonly attention: readonly Attention[];
};

function outcomeOf(settled: Invoice): Outcome {
  return {
    status: settled.status,
    paid: settled.amountPaid,
    payments: Object.fromEntries(paymentStatuses(settled)),
    attention: settled.attention,
  };
}

const second = { payment: 'pi_2' };

describe('the table of what a payment does to its invoice', () => {
  test.each<[string, Invoice, Told[], Outcome]>([
    [
      'exactly what is due pays it (session)',
      invoice(),
      [sessionPaid()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'exactly what is due pays it (PaymentIntent)',
      invoice(),
      [intentSucceeded()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 13: completed with the money on its way is PAYMENT_PENDING',
      invoice(),
      [sessionUnpaid()],
      { status: 'PAYMENT_PENDING', paid: 0, payments: { pi_1: 'pending' }, attention: [] },
    ],
    [
      'case 13: the delayed money coming in is PAID',
      invoice(),
      [sessionUnpaid(), asyncSucceeded({ at: 1 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 13: async_payment_succeeded first, then the completion, is PAID',
      invoice(),
      [asyncSucceeded({ at: 1 }), sessionUnpaid()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 13: the delayed money failing is FINALIZED again',
      invoice(),
      [sessionUnpaid(), asyncFailed({ at: 1 })],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'failed' }, attention: [] },
    ],
    [
      'case 13: with the five events of the seed, the PaymentIntent says that the delayed money came',
      invoice(),
      [sessionUnpaid(), intentSucceeded({ at: 1 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 13: with the five events of the seed, the PaymentIntent says that the delayed money failed',
      invoice(),
      [sessionUnpaid(), intentFailed({ at: 1 })],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'failed' }, attention: [] },
    ],
    [
      'a declined attempt leaves it as it is',
      invoice(),
      [intentFailed()],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'failed' }, attention: [] },
    ],
    [
      'case 14: a declined card, then success on the same page, is PAID',
      invoice(),
      [intentFailed(), sessionPaid({ at: 1 }), intentSucceeded({ at: 1 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 14: a declined card, then a bank debit on the same page, is pending',
      invoice(),
      [intentFailed(), sessionUnpaid({ at: 1 })],
      { status: 'PAYMENT_PENDING', paid: 0, payments: { pi_1: 'pending' }, attention: [] },
    ],
    [
      'case 14: a failure that comes after the success does not un-pay',
      invoice(),
      [sessionPaid(), intentFailed({ at: 9 }), asyncFailed({ at: 9 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 16: less than due is kept, not PAID, and underpaid',
      invoice(),
      [sessionPaid({ amount: 100_000 })],
      { status: 'FINALIZED', paid: 100_000, payments: { pi_1: 'applied' }, attention: ['underpaid'] },
    ],
    [
      'case 17: of two payments the one that arrived first is applied, though it was begun last',
      invoice(),
      [intentFailed(), intentFailed(second), sessionPaid({ ...second, at: 5 }), sessionPaid({ at: 6 })],
      {
        status: 'PAID',
        paid: DUE,
        payments: { pi_1: 'excess', pi_2: 'applied' },
        attention: ['paid_twice'],
      },
    ],
    [
      'a payment of nothing pays nothing, and needs nobody',
      invoice(),
      [sessionPaid({ amount: 0 })],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'a declined attempt in another currency needs nobody',
      invoice(),
      [intentFailed({ currency: 'EUR' })],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'failed' }, attention: [] },
    ],
    [
      'case 16: underpaid, then the rest, is PAID',
      invoice(),
      [sessionPaid({ amount: 100_000 }), sessionPaid({ ...second, amount: 29_900 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied', pi_2: 'applied' }, attention: [] },
    ],
    [
      'case 16: underpaid, then more than the rest, is PAID and overpaid',
      invoice(),
      [sessionPaid({ amount: 100_000 }), sessionPaid({ ...second, amount: 30_000 })],
      {
        status: 'PAID',
        paid: 130_000,
        payments: { pi_1: 'applied', pi_2: 'applied' },
        attention: ['overpaid'],
      },
    ],
    [
      'case 16: more than due is PAID and overpaid',
      invoice(),
      [sessionPaid({ amount: DUE + 1 })],
      { status: 'PAID', paid: DUE + 1, payments: { pi_1: 'applied' }, attention: ['overpaid'] },
    ],
    [
      'case 16: another currency is unexpected, a currency_mismatch, and not PAID',
      invoice(),
      [sessionPaid({ currency: 'EUR' })],
      { status: 'FINALIZED', paid: 0, payments: { pi_1: 'unexpected' }, attention: ['currency_mismatch'] },
    ],
    [
      'case 17: a second PaymentIntent of a paid invoice is excess, and paid_twice',
      invoice(),
      [sessionPaid(), sessionPaid({ ...second, at: -5 })],
      {
        status: 'PAID',
        paid: DUE,
        payments: { pi_1: 'applied', pi_2: 'excess' },
        attention: ['paid_twice'],
      },
    ],
    [
      'an excess payment refunded in full ends paid_twice',
      invoice(),
      [sessionPaid(), sessionPaid(second), refunded(DUE, second)],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied', pi_2: 'excess' }, attention: ['refunded'] },
    ],
    [
      'an excess payment refunded in part does not end it',
      invoice(),
      [sessionPaid(), sessionPaid(second), refunded(DUE - 1, second)],
      {
        status: 'PAID',
        paid: DUE,
        payments: { pi_1: 'applied', pi_2: 'excess' },
        attention: ['paid_twice', 'refunded'],
      },
    ],
    [
      'refunding what was too much ends overpaid',
      invoice(),
      [sessionPaid({ amount: DUE + 500 }), refunded(500)],
      { status: 'PAID', paid: DUE + 500, payments: { pi_1: 'applied' }, attention: ['refunded'] },
    ],
    [
      'case 17: paid after void is unexpected, and stays VOID',
      voidInvoice(),
      [sessionPaid()],
      { status: 'VOID', paid: 0, payments: { pi_1: 'unexpected' }, attention: ['paid_after_void'] },
    ],
    [
      'case 17: money on its way after void leaves it VOID',
      voidInvoice(),
      [sessionUnpaid()],
      { status: 'VOID', paid: 0, payments: { pi_1: 'pending' }, attention: [] },
    ],
    [
      'a payment after void, refunded in full, is nobody’s worry any more',
      voidInvoice(),
      [sessionPaid(), refunded(DUE)],
      { status: 'VOID', paid: 0, payments: { pi_1: 'unexpected' }, attention: ['refunded'] },
    ],
    [
      'case 23: a refund after the success is noted, and PAID stays',
      invoice(),
      [sessionPaid(), refunded(DUE)],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: ['refunded'] },
    ],
    [
      'case 23: a refund before the success is noted, and it is PAID',
      invoice(),
      [refunded(100), sessionPaid()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: ['refunded'] },
    ],
    [
      'case 23: a dispute after the success is noted, and PAID stays',
      invoice(),
      [sessionPaid(), disputed()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: ['disputed'] },
    ],
    [
      'case 15: with Adaptive Pricing the session’s amount counts, though the PaymentIntent came first',
      invoice(),
      [intentSucceeded({ amount: 19_500_000, currency: 'JPY' }), sessionPaid()],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'case 15: with Adaptive Pricing the session’s amount counts, though the PaymentIntent came last',
      invoice(),
      [sessionPaid(), intentSucceeded({ amount: 19_500_000, currency: 'JPY' })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'applied' }, attention: [] },
    ],
    [
      'two payments of which one fails pay once',
      invoice(),
      [sessionUnpaid(), sessionPaid(second), asyncFailed({ at: 1 })],
      { status: 'PAID', paid: DUE, payments: { pi_1: 'failed', pi_2: 'applied' }, attention: [] },
    ],
    [
      'case 30: money on its way before the link was saved is PAYMENT_PENDING',
      invoice({ status: 'FINALIZING', finalizedAt: null, current: generation(1, { link: null }) }),
      [sessionUnpaid()],
      { status: 'PAYMENT_PENDING', paid: 0, payments: { pi_1: 'pending' }, attention: [] },
    ],
  ])('%s', (_, start, events, expected) => {
    expect(outcomeOf(settledBy(start, ...events))).toEqual(expected);
  });

  test('the order of arrival of the money decides which payment is the excess one', () => {
    const byTime = settledBy(invoice(), sessionPaid({ ...second, at: 50 }), sessionPaid({ at: 1 }));
    expect(outcomeOf(byTime).payments).toEqual({ pi_2: 'applied', pi_1: 'excess' });
    const declinedFirst = settledBy(invoice(), intentFailed(), sessionPaid(second), sessionPaid({ at: 1 }));
    expect(outcomeOf(declinedFirst).payments).toEqual({ pi_2: 'applied', pi_1: 'excess' });
  });

  test('a declined attempt before the link was saved leaves it FINALIZING', () => {
    const unsaved = invoice({
      status: 'FINALIZING',
      finalizedAt: null,
      current: generation(1, { link: null }),
    });
    expect(settledBy(unsaved, intentFailed()).status).toBe('FINALIZING');
  });

  test('what was paid before the void stays applied, and nobody is asked for the rest', () => {
    const partlyPaid = settledBy(invoice(), sessionPaid({ amount: 100_000 }));
    const voided = settledBy({ ...partlyPaid, status: 'VOID', voidedAt: LATER.toISOString() }, disputed());
    expect(outcomeOf(voided)).toEqual({
      status: 'VOID',
      paid: 100_000,
      payments: { pi_1: 'applied' },
      attention: ['disputed'],
    });
  });

  test('case 17: what turns out to have paid in full, though the invoice was voided meanwhile, is told', () => {
    const partly = settledBy(invoice(), intentSucceeded({ amount: 1_000 }));
    const voided = derive({ ...partly, voidedAt: LATER.toISOString() });
    expect(voided).toMatchObject({ status: 'VOID', amountPaid: 1_000, attention: [] });
    const corrected = settledBy(voided, sessionPaid());
    expect(corrected).toMatchObject({
      status: 'VOID',
      amountPaid: DUE,
      paidAt: null,
      attention: ['paid_after_void'],
    });
    expect(settledBy(corrected, refunded(DUE)).attention).toEqual(['refunded']);
  });

  test('paid_at is when the payment that completed the sum was made, and stays', () => {
    const paid = settledBy(
      invoice(),
      sessionPaid({ amount: 100_000, at: 30 }),
      sessionPaid({ ...second, amount: 29_900, at: 20 }),
    );
    expect(paid.paidAt).toBe(secondsLater(20).toISOString());
    expect(settledBy(paid, sessionPaid({ payment: 'pi_3', at: 1 })).paidAt).toBe(paid.paidAt);

    const inYen = intentSucceeded({ ...second, amount: 19_500_000, currency: 'JPY', at: 1 });
    const replaced = settledBy(invoice(), inYen, sessionPaid({ at: 20 }), sessionPaid({ ...second, at: 1 }));
    expect(replaced.paidAt).toBe(secondsLater(20).toISOString());
  });
});

describe('whose payment it is', () => {
  const old = generation(1);
  const renewed = invoice({ current: generation(2), previous: [old] });
  const unsaved = invoice({
    status: 'FINALIZING',
    finalizedAt: null,
    current: generation(1, { link: null }),
  });

  test.each<[string, Invoice, Told]>([
    ['case 19: the nonce of no generation', invoice(), sessionPaid({ nonce: 'nonce_x' })],
    [
      'case 19: the nonce of no generation, though the link is ours',
      invoice(),
      sessionPaid({ nonce: 'nonce_x', link: 'plink_1' }),
    ],
    ['case 19: another link', invoice(), sessionPaid({ link: 'plink_x' })],
    ['case 19: a session of no link', invoice(), sessionPaid({ link: null })],
    ['case 19: no nonce, and another link', invoice(), sessionPaid({ nonce: null, link: 'plink_x' })],
    ['case 19: no nonce and no link', invoice(), intentSucceeded({ nonce: null })],
    ['case 19: no nonce, before any link is saved', unsaved, sessionPaid({ nonce: null, link: null })],
    [
      'case 19: the nonce of one generation, the link of another',
      renewed,
      sessionPaid({ nonce: 'nonce_1', link: 'plink_2' }),
    ],
    ['case 21: a live event of a test invoice', invoice(), sessionPaid({ livemode: true })],
    [
      'case 21: a test event of a live invoice',
      invoice({ current: generation(1, { livemode: true }) }),
      sessionPaid(),
    ],
    ['a dispute of a payment never heard of', invoice(), disputed()],
    ['a foreign refund', invoice(), refunded(100, { nonce: 'nonce_x' })],
  ])('%s: rejected', (_, start, { notice, claimed }) => {
    const before = JSON.stringify(start);
    const settlement = settle(start, notice, claimed, LATER);
    expect(settlement).toEqual({ kind: 'rejected', reason: expect.stringMatching(/^[A-Z].+\.$/) });
    expect(JSON.stringify(start)).toBe(before);
  });

  test.each<[string, Invoice, Told]>([
    [
      'case 30: while the link is not saved yet, the nonce suffices',
      unsaved,
      sessionPaid({ link: 'plink_any', at: 9 }),
    ],
    [
      'case 18: an old link still settles',
      renewed,
      sessionPaid({ nonce: 'nonce_1', link: 'plink_1', at: 9 }),
    ],
    [
      'case 18: an old link’s PaymentIntent still settles',
      renewed,
      intentSucceeded({ nonce: 'nonce_1', at: 9 }),
    ],
    ['the current link of two', renewed, sessionPaid({ nonce: 'nonce_2', link: 'plink_2', at: 9 })],
    ['without a nonce, the link of the session', invoice(), sessionPaid({ nonce: null, at: 9 })],
  ])('%s: settles', (_, start, event) => {
    expect(settledBy(start, event)).toMatchObject({
      status: 'PAID',
      amountPaid: DUE,
      paidAt: secondsLater(9).toISOString(),
    });
  });

  test('a payment that is known needs no proof again: disputes and refunds carry none', () => {
    const paid = settledBy(invoice(), sessionPaid());
    expect(settledBy(paid, disputed(), refunded(1, { nonce: null })).attention).toEqual([
      'refunded',
      'disputed',
    ]);
    expect(kindsOf(paid, sessionPaid({ nonce: 'nonce_x', link: 'plink_x' }))).toEqual(['recorded']);
  });

  test('a payment keeps the nonce of the generation that it was made through', () => {
    const nonceAfter = (...events: readonly Told[]) => settledBy(renewed, ...events).payments['pi_1']?.nonce;
    const first = sessionPaid({ nonce: 'nonce_1', link: 'plink_1' });
    expect(nonceAfter(first)).toBe('nonce_1');
    expect(nonceAfter(sessionPaid({ nonce: null, link: 'plink_1' }))).toBe('nonce_1');
    expect(nonceAfter(first, intentSucceeded({ nonce: 'nonce_2' }))).toBe('nonce_1');
  });
});

describe('declined attempts', () => {
  const declines = (count: number) =>
    Array.from({ length: count }, (_, index) => intentFailed({ payment: `pi_declined_${index}` }));
  const another = intentFailed({ payment: 'pi_another' });
  const tested = settledBy(invoice(), ...declines(50));

  test('are kept, up to fifty of them', () => {
    expect(Object.keys(tested.payments)).toHaveLength(50);
    const { notice, claimed } = another;
    expect(settle(tested, notice, claimed, LATER)).toEqual({
      kind: 'recorded',
      invoice: tested,
      factsChanged: false,
    });
  });

  test('beyond fifty still leave room for a payment, and for what follows on those that are kept', () => {
    expect(settledBy(tested, sessionPaid())).toMatchObject({ status: 'PAID', amountPaid: DUE });
    expect(kindsOf(tested, intentFailed({ payment: 'pi_declined_0', at: 9 }))).toEqual(['applied']);
  });

  test.each([
    ['was received', sessionPaid({ payment: 'pi_declined_0', at: 9 })],
    ['is on its way', sessionUnpaid({ payment: 'pi_declined_0', at: 9 })],
  ])('of which one %s are one fewer', (_, event) => {
    expect(settledBy(tested, event, another).payments).toHaveProperty('pi_another');
  });
});

describe('what is told of the event', () => {
  test('the same again changes nothing and is recorded', () => {
    const paid = settledBy(invoice(), sessionPaid());
    const { notice, claimed } = sessionPaid();
    expect(settle(paid, notice, claimed, LATER)).toEqual({
      kind: 'recorded',
      invoice: paid,
      factsChanged: false,
    });
  });

  test('a first event is applied, and that the facts have changed is told of a recorded one as well', () => {
    const told = (start: Invoice, { notice, claimed }: Told) => settle(start, notice, claimed, LATER);
    expect(told(invoice(), sessionPaid())).toMatchObject({ kind: 'applied', factsChanged: true });
    const paid = settledBy(invoice(), intentSucceeded());
    expect(told(paid, sessionPaid())).toMatchObject({ kind: 'recorded', factsChanged: true });
  });

  test('a declined attempt is applied, and so is each that follows: they show among the payments', () => {
    const attempts = [1, 5, 9].map((at) => intentFailed({ at }));
    expect(kindsOf(invoice(), ...attempts)).toEqual(['applied', 'applied', 'applied']);
  });

  test('case 3: of the two events of one payment, in either order, one is applied and the other recorded', () => {
    expect(kindsOf(invoice(), sessionPaid(), intentSucceeded())).toEqual(['applied', 'recorded']);
    expect(kindsOf(invoice(), intentSucceeded(), sessionPaid())).toEqual(['applied', 'recorded']);
  });

  test('case 14: a failure after the success is recorded', () => {
    expect(kindsOf(invoice(), sessionPaid(), intentFailed({ at: 9 }))).toEqual(['applied', 'recorded']);
  });

  test.each([
    ['a refund', refunded(1)],
    ['a dispute', disputed()],
    ['a second payment', sessionPaid(second)],
  ])('%s of a paid invoice is applied: it shows in attention', (_, event) => {
    expect(kindsOf(invoice(), sessionPaid(), event)).toEqual(['applied', 'applied']);
  });

  test('every change of facts raises the version by one, nothing else does', () => {
    const paid = settledBy(invoice({ version: 7 }), intentSucceeded());
    expect(paid.version).toBe(8);
    expect(paid.updatedAt).toBe(LATER.toISOString());
    expect(settledBy(paid, sessionPaid()).version).toBe(9);
    expect(settledBy(paid, intentSucceeded()).version).toBe(8);
  });
});

/**
 * Any events of one payment: a session says one amount, and its PaymentIntent the same, or another currency that the
 * payer chose (Adaptive Pricing). Times collide on purpose.
 */
function eventsOf(payment: string): fc.Arbitrary<Told[]> {
  const amount = fc.constantFrom(DUE - 100, DUE, DUE + 100);
  return fc
    .tuple(amount, fc.constantFrom('USD', 'EUR'), fc.boolean())
    .chain(([amount, currency, converted]) => {
      const session = { payment, amount, currency };
      const intent = converted ? { payment, amount: 19_500_000, currency: 'JPY' } : session;
      const event = fc.constantFrom<((at: number) => Told)[]>(
        (at) => sessionPaid({ ...session, at }),
        (at) => sessionUnpaid({ ...session, at }),
        (at) => asyncFailed({ ...session, at }),
        (at) => intentSucceeded({ ...intent, at }),
        (at) => intentFailed({ ...intent, at }),
        (at) => refunded(50_000 * (at + 1), { ...intent, at }),
        (at) => disputed({ ...intent, at, nonce: 'nonce_1' }),
      );
      return fc
        .array(fc.tuple(event, fc.nat({ max: 3 })), { minLength: 1, maxLength: 8 })
        .map((events) => events.map(([make, at]) => make(at)));
    });
}

const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });

/** Everything but which of its events was the first to say that the money is in: that is by arrival. */
function factsOf({ payments, ...settled }: Invoice) {
  const facts = Object.entries(payments).map(([id, payment]) => [
    id,
    { ...payment, received: payment.received && { afterVoid: payment.received.afterVoid } },
  ]);
  return { facts, ...outcomeOf({ ...settled, payments }) };
}

describe('any order', () => {
  const inTwoOrders = eventsOf('pi_1').chain((events) => fc.tuple(fc.constant(events), shuffled(events)));
  const starts = fc.constantFrom(invoice(), voidInvoice());
  property(
    'of the events of one payment ends in the same facts and status',
    fc.property(starts, inTwoOrders, (start, [one, other]) => {
      expect(factsOf(settledBy(start, ...other))).toEqual(factsOf(settledBy(start, ...one)));
    }),
    { numRuns: 4_000 },
  );

  const ofThreePayments = fc
    .tuple(eventsOf('pi_1'), eventsOf('pi_2'), eventsOf('pi_3'))
    .chain((events) => shuffled(events.flat()));

  property(
    'of any payments: amount_paid is the sum of the applied ones, and PAID is final',
    fc.property(ofThreePayments, (events) => {
      let standing = invoice();
      for (const event of events) {
        const { status } = standing;
        standing = settledBy(standing, event);
        if (status === 'PAID') expect(standing.status).toBe('PAID');

        const statuses = paymentStatuses(standing);
        const applied = Object.entries(standing.payments).filter(([id]) => statuses.get(id) === 'applied');
        expect(standing.amountPaid).toBe(applied.reduce((sum, [, { amount }]) => sum + amount, 0));
        expect(standing.status === 'PAID').toBe(standing.amountPaid >= DUE);
      }
    }),
  );

  property(
    'of any payments: VOID is final, and nothing is applied to it',
    fc.property(ofThreePayments, (events) => {
      const standing = settledBy(voidInvoice(), ...events);
      expect(standing).toMatchObject({ status: 'VOID', amountPaid: 0, paidAt: null });
      expect([...paymentStatuses(standing).values()]).not.toContain('applied');
    }),
  );

  const twice = ofThreePayments.chain((events) => fc.tuple(fc.constant(events), shuffled(events)));
  property(
    'case 2: all of it delivered again, in any order, is recorded and changes nothing',
    fc.property(twice, ([events, again]) => {
      const settled = settledBy(invoice(), ...events);
      for (const { notice, claimed } of again) {
        expect(settle(settled, notice, claimed, LATER)).toEqual({
          kind: 'recorded',
          invoice: settled,
          factsChanged: false,
        });
      }
    }),
  );
});
