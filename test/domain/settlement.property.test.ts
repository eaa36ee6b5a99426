import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { Attention, Invoice, InvoiceStatus } from '../../functions/domain/invoice.ts';
import {
  type Claimed,
  type PaymentStatus,
  paymentStatuses,
  settle,
} from '../../functions/domain/settlement.ts';
import { voiding } from '../../functions/domain/voiding.ts';
import { generation, invoice, secondsLater, type Told } from '../support/builders.ts';
import { eventsOf, isDisputed, type Life, lives, type Origin, refundsOf } from '../support/life.ts';
import { property } from '../support/property.ts';

const DUE = { amount: 129_900, currency: 'USD' };
const LATER = secondsLater(86_400);
/** They take microseconds. */
const RUNS = 5_000;

const CURRENT: Origin = { nonce: 'nonce_2', link: 'plink_2' };
const EARLIER: Origin = { nonce: 'nonce_1', link: 'plink_1' };

const finalized = invoice({ current: generation(2), previous: [generation(1)] });
const finalizing = invoice({
  status: 'FINALIZING',
  finalizedAt: null,
  current: generation(2, { link: null }),
  previous: [generation(1)],
});

/** What is done to the invoice: an event of a payment arrives, or a person voids it. */
type Step = Told | 'void';

const voidIt = (standing: Invoice): Invoice => {
  const decision = voiding(standing, { confirm: true }, LATER);
  return decision.kind === 'void' ? decision.invoice : standing;
};
const apply = (standing: Invoice, step: Step): Invoice => {
  if (step === 'void') return voidIt(standing);
  const settlement = settle(standing, step.notice, step.claimed, LATER);
  if (settlement.kind === 'rejected') throw new Error(settlement.reason);
  return settlement.invoice;
};
const done = (start: Invoice, steps: readonly Step[]): Invoice => steps.reduce(apply, start);

type Outcome = {
  readonly status: InvoiceStatus;
  readonly amountPaid: number;
  readonly payments: Readonly<Record<string, PaymentStatus>>;
  readonly attention: ReadonlySet<Attention>;
};

function outcomeOf(standing: Invoice): Outcome {
  const { status, amountPaid, attention } = standing;
  return {
    status,
    amountPaid,
    payments: Object.fromEntries(paymentStatuses(standing)),
    attention: new Set(attention),
  };
}

/**
 * What must be told of an invoice by what truly happened, and by nothing that the code makes of it: payments whose money
 * is in, in order of arrival, then the others.
 */
function expectedOf(
  start: Invoice,
  all: readonly Life[],
  arrivals: readonly { readonly life: Life; readonly afterVoid: boolean }[],
  isVoid: boolean,
): Outcome {
  const payments: Record<string, PaymentStatus> = {};
  const attention = new Set<Attention>();
  let amountPaid = 0;
  let kept = 0;
  let isAppliedKept = false;

  for (const { life, afterVoid } of arrivals) {
    const { payment, amount } = life;
    const returned = (amount * (refundsOf(life).at(-1) ?? 0)) / 10;
    const worry = (about: Attention) => returned < amount && attention.add(about);
    if (afterVoid || life.currency !== DUE.currency) {
      payments[payment] = 'unexpected';
      if (afterVoid) worry('paid_after_void');
      if (life.currency !== DUE.currency) worry('currency_mismatch');
    } else if (amountPaid >= DUE.amount) {
      payments[payment] = 'excess';
      worry('paid_twice');
    } else {
      payments[payment] = 'applied';
      amountPaid += amount;
      kept += amount - returned;
      if (returned < amount) isAppliedKept = true;
    }
    if (returned > 0) attention.add('refunded');
    if (isDisputed(life)) attention.add('disputed');
  }
  for (const life of all) {
    const standing = standingWithoutMoney(life);
    if (standing) payments[life.payment] = standing;
  }

  const isPaid = !isVoid && amountPaid >= DUE.amount;
  if (!isVoid && !isPaid && amountPaid > 0) attention.add('underpaid');
  // Its amount was corrected after the void.
  if (isVoid && amountPaid >= DUE.amount && isAppliedKept) attention.add('paid_after_void');
  if (kept > DUE.amount) attention.add('overpaid');
  const isPending = Object.values(payments).includes('pending');
  const open = isPending ? 'PAYMENT_PENDING' : start.status;
  return { status: isVoid ? 'VOID' : isPaid ? 'PAID' : open, amountPaid, payments, attention };
}

function standingWithoutMoney(life: Life): PaymentStatus | null {
  switch (life.checkout) {
    case 'paid':
    case 'came':
      return null;
    case 'given_up':
      return life.declines > 0 ? 'failed' : null;
    case 'on_its_way':
      return 'pending';
    case 'failed':
      // In one second, a PaymentIntent's failure may as well be the card that was declined before the debit.
      return life.subscribed === 'few' && life.pauses[life.declines + 1] === 0 ? 'pending' : 'failed';
  }
}

/** Whose money came in, in what order, by the first event that says so. */
function arrivalsIn(steps: readonly Step[], all: readonly Life[], isVoid: boolean) {
  const arrivals = new Map<string, { readonly life: Life; readonly afterVoid: boolean }>();
  let afterVoid = false;
  for (const step of steps) {
    if (step === 'void') {
      afterVoid = isVoid;
      continue;
    }
    const { paymentId, fact } = step.notice;
    const life = all.find(({ payment }) => payment === paymentId);
    if (life && fact.kind === 'received' && !arrivals.has(paymentId)) {
      arrivals.set(paymentId, { life, afterVoid });
    }
  }
  return [...arrivals.values()];
}

/** Each at least once, some again, in any order. */
function inAnyOrder<T>(items: readonly T[]): fc.Arbitrary<readonly T[]> {
  if (items.length === 0) return fc.constant([]);
  return fc.array(fc.constantFrom(...items), { maxLength: items.length }).chain((again) => {
    const delivered = [...items, ...again];
    return fc.shuffledSubarray(delivered, { minLength: delivered.length });
  });
}

const start = fc.constantFrom(finalized, finalizing);
const origin = fc.constantFrom(CURRENT, EARLIER);

type Course = { readonly start: Invoice; readonly all: readonly Life[]; readonly steps: readonly Step[] };

/** Payments of one invoice, each through one of its links, whose events come in any order; it may be voided meanwhile. */
function courses(payments: readonly string[], { mayBeVoided }: { readonly mayBeVoided: boolean }) {
  const told = fc.tuple(...payments.map((payment) => fc.tuple(lives(payment, DUE), origin)));
  return fc.tuple(start, told, fc.boolean()).chain(([from, all, isVoided]): fc.Arbitrary<Course> => {
    const events: readonly Step[] = all.flatMap(([life, through]) => eventsOf(life, through));
    const toDo: readonly Step[] = mayBeVoided && isVoided ? [...events, 'void'] : events;
    return inAnyOrder(toDo).map((steps) => ({
      start: from,
      all: all.map(([life]) => life),
      steps,
    }));
  });
}

/** Claims of what is not this invoice's: null where an event claims nothing of the kind. */
const foreigners = fc.constantFrom<((claimed: Claimed) => Claimed | null)[]>(
  (claimed) => ({ ...claimed, livemode: !claimed.livemode }),
  (claimed) => ({ ...claimed, nonce: 'nonce_x' }),
  (claimed) => ({ ...claimed, nonce: null, link: claimed.link && { id: 'plink_x' } }),
  (claimed) => claimed.link && { ...claimed, link: { id: CURRENT.link } },
);

/** The facts alone: not which event was the first to say that the money is in, nor how many changes it took. */
function factsOf({ payments, paidAt, version: _, ...standing }: Invoice) {
  const facts = Object.entries(payments).map(([id, payment]) => [
    id,
    { ...payment, received: payment.received && { afterVoid: payment.received.afterVoid } },
  ]);
  return { ...standing, isPaid: paidAt !== null, payments: Object.fromEntries(facts) };
}

function inTime(steps: readonly Step[]): readonly Step[] {
  const timeOf = (step: Step) => (step === 'void' ? '' : step.notice.occurrence.at);
  return [...new Set(steps)].toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

describe('one payment', () => {
  const course = courses(['pi_1'], { mayBeVoided: false });

  property(
    'cases 1, 3, 13, 14, 15, 16, 18, 23: whatever order its events come in, and however often, ends in what truly happened',
    fc.property(course, ({ start, all, steps }) => {
      expect(outcomeOf(done(start, steps))).toEqual(
        expectedOf(start, all, arrivalsIn(steps, all, false), false),
      );
    }),
    { numRuns: RUNS },
  );

  property(
    'case 1: whatever order its events come in, and however often, leaves the same facts as in the order of time',
    fc.property(course, ({ start, steps }) => {
      expect(factsOf(done(start, steps))).toEqual(factsOf(done(start, inTime(steps))));
    }),
    { numRuns: RUNS },
  );

  property(
    'case 14: a card that is declined in the second in which a debit begins is pending, whichever is told first',
    fc.property(lives('pi_1', DUE), start, inAnyOrder([0, 1, 2]), (life, from, order) => {
      const attempt: Life = { ...life, declines: 1, checkout: 'on_its_way', pauses: [0, 0] };
      const events = eventsOf(attempt, CURRENT);
      const steps = order.flatMap((index) => events.slice(index, index + 1));
      expect(outcomeOf(done(from, steps))).toMatchObject({
        status: 'PAYMENT_PENDING',
        payments: { pi_1: 'pending' },
      });
    }),
    { numRuns: RUNS },
  );
});

describe('several payments of one invoice', () => {
  const course = courses(['pi_1', 'pi_2', 'pi_3'], { mayBeVoided: true });
  /** The invoice at each step: before the first one, and after each. */
  const standings = ({ start, steps }: Course): readonly Invoice[] =>
    steps.reduce((all, step) => all.concat(apply(all.at(-1) ?? start, step)), [start]);

  property(
    'cases 16, 17, 23: end in what truly happened, the money counted in order of arrival',
    fc.property(course, ({ start, all, steps }) => {
      const settled = done(start, steps);
      // Where it was paid by then, it is not voided.
      const isVoid = settled.voidedAt !== null;
      expect(outcomeOf(settled)).toEqual(expectedOf(start, all, arrivalsIn(steps, all, isVoid), isVoid));
    }),
  );

  property(
    'case 14: PAID and VOID are final, and money that came is never pending or failed again',
    fc.property(course, (taken) => {
      let before = taken.start;
      for (const standing of standings(taken)) {
        if (before.status === 'PAID' || before.status === 'VOID') expect(standing.status).toBe(before.status);
        if (before.paidAt !== null) expect(standing.paidAt).toBe(before.paidAt);
        const statuses = paymentStatuses(standing);
        for (const [id, { received }] of Object.entries(before.payments)) {
          if (received) expect(['applied', 'excess', 'unexpected']).toContain(statuses.get(id));
        }
        before = standing;
      }
    }),
  );

  property(
    'case 16: amount_paid is at any time the sum of the applied payments, of which no more are taken than are needed',
    fc.property(course, (taken) => {
      for (const standing of standings(taken)) {
        const statuses = paymentStatuses(standing);
        const applied = Object.entries(standing.payments)
          .filter(([id]) => statuses.get(id) === 'applied')
          .map(([, { amount }]) => amount);
        expect(standing.amountPaid).toBe(applied.reduce((sum, amount) => sum + amount, 0));
        expect(standing.amountPaid - Math.max(0, ...applied)).toBeLessThan(DUE.amount);
        if (standing.status !== 'VOID') {
          expect(standing.status === 'PAID').toBe(standing.amountPaid >= DUE.amount);
        }
      }
    }),
  );

  property(
    'case 2: an event that comes again, at once or at the end, is recorded and changes nothing',
    fc.property(course, (taken) => {
      const known = (standing: Invoice, { notice, claimed }: Told) =>
        expect(settle(standing, notice, claimed, LATER)).toEqual({
          kind: 'recorded',
          invoice: standing,
          factsChanged: false,
        });
      const all = standings(taken);
      for (const [index, step] of taken.steps.entries()) {
        if (step === 'void') continue;
        known(all[index + 1] ?? taken.start, step);
        known(all.at(-1) ?? taken.start, step);
      }
    }),
  );

  property(
    'cases 19, 21: an event of another link, nonce or mode is rejected, however the invoice stands',
    fc.property(course, lives('pi_9', DUE), foreigners, ({ start, steps }, life, makeForeign) => {
      const standing = done(start, steps);
      for (const { notice, claimed } of eventsOf(life, EARLIER)) {
        const foreign = makeForeign(claimed);
        if (foreign) expect(settle(standing, notice, foreign, LATER).kind).toBe('rejected');
      }
    }),
  );
});
