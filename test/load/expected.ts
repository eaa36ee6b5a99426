import type { Life, Money, Payment } from './lives.ts';

/** What must be seen of an invoice in the end, in an order of its own: payments and attention are sorted. */
export type Outcome = {
  readonly status: string;
  readonly amountPaid: number;
  readonly attention: readonly string[];
  /** `<PaymentIntent> <amount> <currency>`. */
  readonly payments: readonly string[];
  /** How often each status of a payment occurs, with its amount: which of two equal payments came first is chance. */
  readonly statuses: readonly string[];
  readonly hasActiveLink: boolean;
  /** Whether the customer was told by the link that is there now; where nobody is to pay, that is nobody's concern. */
  readonly isAsked: boolean | null;
};

/**
 * The outcome of a life, from what was paid alone. Written from the table of what a payment does to its invoice, without
 * the product's rules: it knows how everything ended, and so needs neither events nor their order.
 */
export function expectedOf(life: Life, due: Money, payments: readonly Payment[]): Outcome {
  const isVoid = life.isVoided === true;
  let amountPaid = 0;
  const judged = payments.map((payment) => {
    const status = statusOf(payment);
    if (status === 'applied') amountPaid += payment.amount;
    return { payment, status };
  });
  const having = (wanted: string) => judged.filter(({ status }) => status === wanted);

  const given = judged.reduce(
    (sum, { payment, status }) => sum + (status === 'applied' ? payment.refunded : 0),
    0,
  );
  const kept = ({ payment }: { payment: Payment }) => payment.refunded < payment.amount;
  const attention = {
    underpaid: !isVoid && amountPaid > 0 && amountPaid < due.amount,
    overpaid: amountPaid - given > due.amount,
    paid_twice: having('excess').some(kept),
    paid_after_void: isVoid && having('unexpected').some(kept),
    currency_mismatch: having('unexpected').some((one) => kept(one) && one.payment.currency !== due.currency),
    refunded: payments.some(({ refunded }) => refunded > 0),
    disputed: payments.some(({ isDisputed }) => isDisputed),
  };
  const status = invoiceStatus();
  return {
    status,
    amountPaid,
    attention: Object.entries(attention)
      .flatMap(([word, holds]) => (holds ? [word] : []))
      .sort(),
    payments: payments.map(({ id, amount, currency }) => `${id} ${amount} ${currency}`).sort(),
    statuses: judged.map(({ payment, status }) => `${status} ${payment.amount}`).sort(),
    hasActiveLink: status !== 'VOID' && status !== 'PAID',
    isAsked: status === 'FINALIZED' ? true : null,
  };

  function invoiceStatus(): string {
    if (isVoid) return 'VOID';
    if (amountPaid >= due.amount) return 'PAID';
    return having('pending').length > 0 ? 'PAYMENT_PENDING' : 'FINALIZED';
  }

  function statusOf({ end, currency }: Payment): string {
    if (end === 'debit_pending') return 'pending';
    if (end === 'debit_failed' || end === 'given_up') return 'failed';
    if (isVoid || currency !== due.currency) return 'unexpected';
    return amountPaid >= due.amount ? 'excess' : 'applied';
  }
}

/** One for each link: whoever's bank debit failed gets another. */
export function expectedEmails(payments: readonly Payment[]): number {
  return 1 + payments.filter(({ end }) => end === 'debit_failed').length;
}
