/**
 * What is known of one payment (one PaymentIntent): facts, merged from its events in any order.
 * Every status is computed from them. Amounts are in the smallest currency unit.
 */
export type Payment = {
  readonly amount: number;
  /** Upper-case ISO 4217. */
  readonly currency: string;
  /** A checkout session's amount wins over its PaymentIntent's, which may be in the payer's currency (Adaptive Pricing). */
  readonly amountFrom: 'checkout_session' | 'payment_intent';
  /** The money is in. `order` counts the invoice's received payments, as they arrived here. */
  readonly received: (Occurrence & { readonly order: number; readonly afterVoid: boolean }) | null;
  /** Checkout is completed and the money on its way. */
  readonly completed: Occurrence | null;
  /** The latest declined attempt. */
  readonly declined: Occurrence | null;
  /** The money that was on its way will not come. */
  readonly asyncFailed: Occurrence | null;
  /** Of the charge, in its currency: the payer's, where older Adaptive Pricing converted it. */
  readonly refunded: number;
  /** What was charged, in the same currency. Absent before the first refund. */
  readonly charged?: number;
  readonly disputed: Occurrence | null;
  /** Of the generation of the invoice's links that it was made through. */
  readonly nonce?: string;
};

/** How much of the payment's own amount was given back. */
export function refundedOf({ amount, refunded, charged = amount }: Payment): number {
  return refunded >= charged ? amount : Math.floor((amount * refunded) / charged);
}

/** Which event said so, and when it happened at Stripe. */
export type Occurrence = { readonly at: string; readonly eventId: string };

/** What one payment's facts alone say. */
export type Standing =
  | { readonly kind: 'received' | 'pending' | 'failed'; readonly since: Occurrence }
  /** Only a refund or dispute is known so far. */
  | { readonly kind: 'unknown' };

/**
 * Received money is final. A late failure beats a completion, a declined attempt only when it came after it:
 * a declined card and then a bank debit on one page are one PaymentIntent, and its money is on the way.
 * https://docs.stripe.com/payments/checkout/fulfill-orders#delayed-notification
 */
export function standingOf({ received, completed, declined, asyncFailed }: Payment): Standing {
  if (received) return { kind: 'received', since: received };
  if (asyncFailed) return { kind: 'failed', since: asyncFailed };
  if (completed && !(declined && declined.at > completed.at)) return { kind: 'pending', since: completed };
  if (declined) return { kind: 'failed', since: declined };
  return { kind: 'unknown' };
}

/** What one event says about one payment. */
export type PaymentNotice = {
  readonly paymentId: string;
  readonly occurrence: Occurrence;
  readonly fact:
    | {
        readonly kind: 'received' | 'completed' | 'declined' | 'async_failed';
        readonly money: Money;
        readonly from: Payment['amountFrom'];
      }
    | { readonly kind: 'refunded'; readonly money: Money; readonly refunded: number }
    | { readonly kind: 'disputed'; readonly money: Money };
};

export type Money = { readonly amount: number; readonly currency: string };

/** The payment after `notice`. `arrival` is what the invoice adds to received money. */
export function merge(
  known: Payment | undefined,
  { fact, occurrence }: PaymentNotice,
  arrival: { readonly order: number; readonly afterVoid: boolean },
): Payment {
  const payment = known ?? unheardOf(fact.money);
  switch (fact.kind) {
    case 'received':
      return { ...withMoney(payment, fact), received: payment.received ?? { ...occurrence, ...arrival } };
    case 'completed':
      return { ...withMoney(payment, fact), completed: earlier(payment.completed, occurrence) };
    case 'declined':
      return { ...withMoney(payment, fact), declined: later(payment.declined, occurrence) };
    case 'async_failed':
      return { ...withMoney(payment, fact), asyncFailed: earlier(payment.asyncFailed, occurrence) };
    case 'refunded':
      return {
        ...payment,
        refunded: Math.max(payment.refunded, fact.refunded),
        charged: Math.max(payment.charged ?? 0, fact.money.amount),
      };
    case 'disputed':
      return { ...payment, disputed: earlier(payment.disputed, occurrence) };
  }
}

function unheardOf({ amount, currency }: Money): Payment {
  return {
    amount,
    currency,
    amountFrom: 'payment_intent',
    received: null,
    completed: null,
    declined: null,
    asyncFailed: null,
    refunded: 0,
    disputed: null,
  };
}

/** A session's amount is never overwritten by a PaymentIntent's, and received money never by what was only attempted. */
function withMoney(
  payment: Payment,
  fact: Extract<PaymentNotice['fact'], { from: Payment['amountFrom'] }>,
): Payment {
  const outranked = payment.amountFrom === 'checkout_session' && fact.from === 'payment_intent';
  const settled = payment.received !== null && fact.kind !== 'received' && payment.amountFrom === fact.from;
  return outranked || settled ? payment : { ...payment, ...fact.money, amountFrom: fact.from };
}

function earlier(known: Occurrence | null, heard: Occurrence): Occurrence {
  return known && compare(known, heard) <= 0 ? known : heard;
}

function later(known: Occurrence | null, heard: Occurrence): Occurrence {
  return known && compare(known, heard) >= 0 ? known : heard;
}

/** By time, then by event, so that any order of arrival ends in the same facts. */
function compare(one: Occurrence, other: Occurrence): number {
  return one.at === other.at ? one.eventId.localeCompare(other.eventId) : one.at < other.at ? -1 : 1;
}
