import { newId } from '../../lib/local/stripe/ids.ts';

/** In the currency's smallest unit. */
export type Money = { readonly amount: number; readonly currency: string };

/** What a payer does with one PaymentIntent, and what becomes of it. */
export type Payment = Money & {
  readonly id: string;
  /** Cards that are declined before anything else. */
  readonly declines: number;
  readonly end: 'paid' | 'debit_pending' | 'debit_paid' | 'debit_failed' | 'given_up';
  readonly refunded: number;
  readonly isDisputed: boolean;
  /** Older Adaptive Pricing: every event speaks of this, the session of ours as well. */
  readonly shownAs: Money | null;
  /** Whether the endpoint is told of `checkout.session.async_*`: it need not be. */
  readonly hasAsyncEvents: boolean;
};

/** What happens to one invoice. Its outcome must not depend on the order in which that is told. */
export type Life = {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** Before anybody pays. */
  readonly isVoided?: boolean;
  payments(due: Money): readonly Payment[];
  /** By the link that follows when the first one's money did not come. */
  laterPayments?(due: Money): readonly Payment[];
};

function payment(money: Money, details: Partial<Payment> = {}): Payment {
  return {
    ...money,
    id: newId('pi'),
    declines: 0,
    end: 'paid',
    refunded: 0,
    isDisputed: false,
    shownAs: null,
    hasAsyncEvents: true,
    ...details,
  };
}

const part = ({ amount, currency }: Money): Money => ({ amount: Math.floor(amount * 0.4), currency });
const rest = (due: Money): Money => ({ ...due, amount: due.amount - part(due).amount });
const more = (due: Money): Money => ({ ...due, amount: due.amount + part(due).amount });
const elsewhere = (due: Money): Money => ({ ...due, currency: due.currency === 'NOK' ? 'SEK' : 'NOK' });

export const LIVES: readonly Life[] = [
  { name: 'nobody pays', weight: 8, payments: () => [] },
  { name: 'paid', weight: 26, payments: (due) => [payment(due)] },
  { name: 'declined, then paid', weight: 8, payments: (due) => [payment(due, { declines: 2 })] },
  { name: 'declined', weight: 4, payments: (due) => [payment(due, { declines: 3, end: 'given_up' })] },
  {
    name: 'declined, and paid in another session',
    weight: 3,
    payments: (due) => [payment(due, { declines: 1, end: 'given_up' }), payment(due)],
  },
  { name: 'bank debit', weight: 6, payments: (due) => [payment(due, { end: 'debit_paid' })] },
  {
    name: 'bank debit, without async events',
    weight: 3,
    payments: (due) => [payment(due, { end: 'debit_paid', hasAsyncEvents: false })],
  },
  {
    name: 'bank debit on its way',
    weight: 3,
    payments: (due) => [payment(due, { end: 'debit_pending' })],
  },
  {
    name: 'declined, then a bank debit on its way',
    weight: 2,
    payments: (due) => [payment(due, { declines: 1, end: 'debit_pending' })],
  },
  { name: 'bank debit failed', weight: 3, payments: (due) => [payment(due, { end: 'debit_failed' })] },
  {
    name: 'bank debit failed, without async events',
    weight: 2,
    payments: (due) => [payment(due, { end: 'debit_failed', hasAsyncEvents: false })],
  },
  {
    name: 'bank debit failed, then paid by the next link',
    weight: 3,
    payments: (due) => [payment(due, { end: 'debit_failed' })],
    laterPayments: (due) => [payment(due)],
  },
  { name: 'paid twice', weight: 4, payments: (due) => [payment(due), payment(due)] },
  { name: 'underpaid', weight: 3, payments: (due) => [payment(part(due))] },
  { name: 'paid in two parts', weight: 4, payments: (due) => [payment(part(due)), payment(rest(due))] },
  { name: 'overpaid', weight: 3, payments: (due) => [payment(more(due))] },
  {
    name: 'overpaid, and the surplus refunded',
    weight: 2,
    payments: (due) => [payment(more(due), { refunded: part(due).amount })],
  },
  { name: 'other currency', weight: 2, payments: (due) => [payment(elsewhere(due))] },
  {
    name: 'other currency, then paid',
    weight: 2,
    payments: (due) => [payment(elsewhere(due)), payment(due)],
  },
  {
    name: 'Adaptive Pricing',
    weight: 3,
    payments: (due) => [payment(due, { shownAs: { ...elsewhere(due), amount: due.amount * 7 } })],
  },
  { name: 'refunded', weight: 3, payments: (due) => [payment(due, { refunded: due.amount })] },
  { name: 'refunded in part', weight: 2, payments: (due) => [payment(due, { refunded: part(due).amount })] },
  { name: 'disputed', weight: 4, payments: (due) => [payment(due, { isDisputed: true })] },
  { name: 'void, nobody pays', weight: 1, isVoided: true, payments: () => [] },
  { name: 'void, then paid', weight: 3, isVoided: true, payments: (due) => [payment(due)] },
];
