import { ATTENTIONS, type Attention, type Invoice } from './invoice.ts';
import { type Payment, refundedOf } from './payment.ts';
import type { PaymentStatus } from './settlement.ts';

/** What is behind each word of attention, in a form that changes with it; null where nothing is. */
export type Causes = Readonly<Record<Attention, string | null>>;

type Statuses = ReadonlyMap<string, PaymentStatus>;
type Known = readonly [id: string, payment: Payment];

/**
 * What a person must look at. Each goes when its cause goes: an excess payment refunded in full is nobody's worry any
 * more. And it goes once somebody has seen to it, until its cause is another one.
 */
export function attentionOf(invoice: Invoice, statuses: Statuses): readonly Attention[] {
  const causes = causesOf(invoice, statuses);
  return ATTENTIONS.filter(
    (attention) => causes[attention] !== null && causes[attention] !== invoice.acknowledged?.[attention],
  );
}

/** `amountPaid` must be that of these payments. */
export function causesOf(invoice: Invoice, statuses: Statuses): Causes {
  const { content, payments, voidedAt, paidAt, amountPaid } = invoice;
  const all: readonly Known[] = Object.entries(payments);
  const kept = all.filter(isKept);
  const applied = all.filter(([id]) => statuses.get(id) === 'applied');
  const unexpected = kept.filter(([id]) => statuses.get(id) === 'unexpected');

  const refundedOfApplied = applied.reduce((total, [, payment]) => total + refundedOf(payment), 0);
  // Its amount was corrected after the invoice was voided: whoever voided it did not know that it was paid.
  const paidThoughVoid = voidedAt && amountPaid >= content.amountDue ? applied.filter(isKept) : [];
  const isUnderpaid = !voidedAt && !paidAt && amountPaid > 0 && amountPaid < content.amountDue;
  const isOverpaid = amountPaid - refundedOfApplied > content.amountDue;

  return {
    underpaid: isUnderpaid ? fingerprint(applied) : null,
    overpaid: isOverpaid ? fingerprint(applied) : null,
    paid_twice: fingerprint(kept.filter(([id]) => statuses.get(id) === 'excess')),
    paid_after_void: fingerprint([
      ...unexpected.filter(([, { received }]) => received?.afterVoid),
      ...paidThoughVoid,
    ]),
    currency_mismatch: fingerprint(unexpected.filter(([, { currency }]) => currency !== content.currency)),
    refunded: fingerprint(
      all.filter(([, { refunded }]) => refunded > 0),
      ({ refunded }) => [refunded],
    ),
    disputed: fingerprint(
      all.filter(([, { disputed }]) => disputed !== null),
      ({ disputed }) => [disputed?.eventId],
    ),
  };
}

/** Not given back in full. */
const isKept = ([, payment]: Known): boolean => refundedOf(payment) < payment.amount;

type Fact = string | number | undefined;

/** Which payments, and what of them is the cause. What is stored keeps no order, so that they are sorted here. */
function fingerprint(
  payments: readonly Known[],
  factsOf: (payment: Payment) => readonly Fact[] = ({ amount, currency, refunded }) => [
    amount,
    currency,
    refunded,
  ],
): string | null {
  const lines = payments.map(([id, payment]) => [id, ...factsOf(payment)].join(' '));
  return lines.length === 0 ? null : lines.sort().join('\n');
}
