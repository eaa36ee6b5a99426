import { attentionOf } from './attention.ts';
import type { Generation, Invoice, InvoiceStatus } from './invoice.ts';
import { merge, type Payment, type PaymentNotice, standingOf } from './payment.ts';

/** What a payment's event carries to show which invoice it belongs to. */
export type Claimed = {
  readonly nonce: string | null;
  /** Only a checkout session names its link. */
  readonly link: { readonly id: string | null } | null;
  readonly livemode: boolean;
};

export type Settlement =
  /** `applied`: someone who looks at the invoice sees a change. `recorded`: nobody does. */
  | { readonly kind: 'applied' | 'recorded'; readonly invoice: Invoice; readonly factsChanged: boolean }
  | { readonly kind: 'rejected'; readonly reason: string };

export const PAYMENT_STATUSES = ['applied', 'pending', 'failed', 'excess', 'unexpected'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * What one event about one payment does to its invoice. Pure, and the only place with these rules: the
 * conditional write of the common payment only recognises the case in which they need not be asked.
 */
export function settle(invoice: Invoice, notice: PaymentNotice, claimed: Claimed, now: Date): Settlement {
  const proof = proofOf(invoice, notice, claimed);
  if (proof.kind === 'foreign') return { kind: 'rejected', reason: proof.reason };

  const known = invoice.payments[notice.paymentId];
  const merged = merge(known, notice, {
    order: Object.values(invoice.payments).filter(({ received }) => received).length,
    afterVoid: invoice.status === 'VOID',
  });
  const payment = known || !proof.generation ? merged : { ...merged, nonce: proof.generation.nonce };
  const isNew = known ? !same(known, payment) : !isOneDeclineTooMany(invoice, notice);
  if (!isNew) return { kind: 'recorded', invoice, factsChanged: false };

  const settled = derive({ ...invoice, payments: { ...invoice.payments, [notice.paymentId]: payment } });
  const updated = { ...settled, version: invoice.version + 1, updatedAt: now.toISOString() };
  return {
    kind: same(visible(invoice), visible(settled)) ? 'recorded' : 'applied',
    invoice: updated,
    factsChanged: true,
  };
}

/**
 * Metadata is a hint, and the nonce the proof: whoever can write `invoice_id` into another link's metadata
 * does not know it. Once the generation's link is saved, a session must name that link, too.
 */
function proofOf(invoice: Invoice, notice: PaymentNotice, claimed: Claimed): Proof {
  if (claimed.livemode !== invoice.current.livemode) {
    return foreign('The event is of the other mode (test or live) than the invoice.');
  }
  const generations = [invoice.current, ...invoice.previous];
  const generation = generations.find((candidate) => names(candidate, claimed)) ?? null;
  if (!generation && !(notice.paymentId in invoice.payments)) {
    return foreign("The payment was not made through one of this invoice's Payment Links.");
  }
  if (claimed.link && generation?.link && claimed.link.id !== generation.link.id) {
    return foreign("The checkout session belongs to another Payment Link than the invoice's.");
  }
  return { kind: 'ours', generation };
}

type Proof =
  /** `generation` is null where the payment is known, and needs no proof again. */
  | { readonly kind: 'ours'; readonly generation: Generation | null }
  | { readonly kind: 'foreign'; readonly reason: string };

function foreign(reason: string): Proof {
  return { kind: 'foreign', reason };
}

/** Whoever tries stolen cards on a link makes thousands of these; an invoice that kept them all could not be written any more. */
const MAX_DECLINED = 50;

function isOneDeclineTooMany({ payments }: Invoice, { fact }: PaymentNotice): boolean {
  if (fact.kind !== 'declined') return false;
  const declined = Object.values(payments).filter(({ received, completed }) => !received && !completed);
  return declined.length >= MAX_DECLINED;
}

function names({ nonce, link }: Generation, claimed: Claimed): boolean {
  return claimed.nonce === null ? link !== null && link.id === claimed.link?.id : claimed.nonce === nonce;
}

/** The invoice with everything that follows from its payments computed again. */
export function derive(invoice: Invoice): Invoice {
  const statuses = paymentStatuses(invoice);
  const amountPaid = sum(Object.entries(invoice.payments), ([id, { amount }]) =>
    statuses.get(id) === 'applied' ? amount : 0,
  );
  return {
    ...invoice,
    amountPaid,
    status: statusOf(invoice, amountPaid),
    attention: attentionOf({ ...invoice, amountPaid }, statuses),
    paidAt: invoice.paidAt ?? (invoice.voidedAt ? null : paidAt(invoice, statuses)),
  };
}

/** Received payments count in order of arrival, until what is due is there; a payment of unknown standing has none. */
export function paymentStatuses({ payments, content }: Invoice): ReadonlyMap<string, PaymentStatus> {
  const statuses = new Map<string, PaymentStatus>();
  let applied = 0;
  for (const [id, payment] of inOrderOfArrival(payments)) {
    if (payment.received?.afterVoid || payment.currency !== content.currency) {
      statuses.set(id, 'unexpected');
    } else if (applied >= content.amountDue) {
      statuses.set(id, 'excess');
    } else {
      statuses.set(id, 'applied');
      applied += payment.amount;
    }
  }
  for (const [id, payment] of Object.entries(payments)) {
    const { kind } = standingOf(payment);
    if (kind === 'pending' || kind === 'failed') statuses.set(id, kind);
  }
  return statuses;
}

function inOrderOfArrival(payments: Invoice['payments']): [string, Payment][] {
  return Object.entries(payments)
    .filter(([, { received }]) => received)
    .sort(([, one], [, other]) => (one.received?.order ?? 0) - (other.received?.order ?? 0));
}

/** PAID and VOID are final. */
function statusOf(invoice: Invoice, amountPaid: number): InvoiceStatus {
  if (invoice.voidedAt) return 'VOID';
  if (invoice.paidAt || amountPaid >= invoice.content.amountDue) return 'PAID';
  const pending = Object.values(invoice.payments).some((payment) => standingOf(payment).kind === 'pending');
  if (pending) return 'PAYMENT_PENDING';
  return invoice.finalizedAt ? 'FINALIZED' : 'FINALIZING';
}

/** When the payment that completed the sum was made, at Stripe. */
function paidAt({ payments, content }: Invoice, statuses: ReadonlyMap<string, PaymentStatus>): string | null {
  let applied = 0;
  for (const [id, { amount, received }] of inOrderOfArrival(payments)) {
    if (statuses.get(id) !== 'applied') continue;
    applied += amount;
    if (applied >= content.amountDue) return received?.at ?? null;
  }
  return null;
}

/** What an answer shows of an invoice's money. */
function visible(invoice: Invoice): unknown {
  const statuses = paymentStatuses(invoice);
  const payments = Object.entries(invoice.payments).map(([id, payment]) => {
    const standing = standingOf(payment);
    const since = standing.kind === 'unknown' ? null : standing.since;
    return [id, statuses.get(id), payment.amount, payment.currency, since?.at, since?.eventId];
  });
  return [invoice.status, invoice.attention, invoice.amountPaid, payments];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sum<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
