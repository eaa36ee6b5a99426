import type { Currency } from './money.ts';
import type { Payment } from './payment.ts';
import type { Tenant } from './tenant.ts';

export const INVOICE_STATUSES = ['FINALIZING', 'FINALIZED', 'PAYMENT_PENDING', 'PAID', 'VOID'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** What a person must look at. The order is that of an answer. */
export const ATTENTIONS = [
  'underpaid',
  'overpaid',
  'paid_twice',
  'paid_after_void',
  'currency_mismatch',
  'refunded',
  'disputed',
] as const;
export type Attention = (typeof ATTENTIONS)[number];

export const EMAIL_STATUSES = ['pending', 'sent', 'skipped', 'failed', 'bounced', 'complained'] as const;
export type EmailStatus = (typeof EMAIL_STATUSES)[number];

export type LineItem = {
  readonly description: string;
  readonly quantity: number;
  /** The line's total, in the smallest currency unit. */
  readonly amount: number;
};

/** What the platform asked to be paid. It never changes once an invoice is finalized. */
export type InvoiceContent = {
  readonly invoiceNumber: string;
  readonly customerId: string;
  readonly customer: { readonly name: string; readonly email: string | null };
  readonly currency: Currency;
  /** In the smallest currency unit. */
  readonly amountDue: number;
  readonly lineItems: readonly LineItem[];
  readonly dueDate: string | null;
  readonly memo: string | null;
};

export type PaymentLink = { readonly id: string; readonly url: string; readonly active: boolean };

/** One attempt to have the invoice paid: at most one Payment Link comes of it, whatever is repeated. */
export type Generation = {
  readonly number: number;
  /** In the link's metadata: proves that a payment is this generation's, also before the link is saved. */
  readonly nonce: string;
  /** Of the connection that it was started with. */
  readonly attachment: string;
  readonly livemode: boolean;
  readonly startedAt: string;
  /** When Stripe first said that it failed, as it says to every repetition: a link may have come of it all the same. */
  readonly stuckAt?: string;
  readonly link: PaymentLink | null;
};

/** The right to work on a step for a while. Who finds it expired may take it over. */
export type Claim = { readonly owner: string; readonly until: string };

export type InvoiceEmail = {
  readonly status: EmailStatus;
  readonly to: string | null;
  readonly sentAt: string | null;
  /** Held by the caller that is sending it. */
  readonly claim: Claim | null;
  /** Sends begun whose outcome never became known: each may have reached the customer. */
  readonly unconfirmed: number;
  /** The sending round: another wherever another e-mail is asked for. Absent in the first. */
  readonly round?: number;
  /** When it was sent again, as far as the daily limit still counts it. Absent before the first time. */
  readonly resends?: readonly string[];
};

/** For what a person has seen to, the fingerprint of its cause at that moment. */
export type Acknowledged = Readonly<Partial<Record<Attention, string>>>;

export type Invoice = {
  readonly tenant: Tenant;
  readonly invoiceId: string;
  /** Raised by every settlement; a settlement of an older version is refused. */
  readonly version: number;
  readonly content: InvoiceContent;
  readonly status: InvoiceStatus;
  readonly attention: readonly Attention[];
  /** Absent before the first time. */
  readonly acknowledged?: Acknowledged;
  /** Sum of the applied payments, in the smallest currency unit. */
  readonly amountPaid: number;
  readonly payments: Readonly<Record<string, Payment>>;
  readonly current: Generation;
  readonly previous: readonly Generation[];
  /** Held by the caller that is creating the current generation's link. */
  readonly lease: Claim | null;
  readonly email: InvoiceEmail;
  readonly finalizedAt: string | null;
  readonly paidAt: string | null;
  readonly voidedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export function claimExpired(claim: Claim | null, now: Date): boolean {
  return claim === null || new Date(claim.until) <= now;
}

/** Whether a link may have been asked for that is not saved yet, or was never saved. */
export function mayHaveUnsavedLink({ current, lease }: Invoice): boolean {
  return current.link === null && lease !== null;
}

/** By its number, feedback on an e-mail of an earlier round is told from feedback on this one. */
export function roundOf({ round = 1 }: InvoiceEmail): number {
  return round;
}

/** Whether two callers ask for the same invoice. */
export function sameContent(one: InvoiceContent, other: InvoiceContent): boolean {
  return canonical(one) === canonical(other);
}

function canonical(content: InvoiceContent): string {
  const { invoiceNumber, customerId, customer, currency, amountDue, lineItems, dueDate, memo } = content;
  return JSON.stringify([
    invoiceNumber,
    customerId,
    customer.name,
    customer.email,
    currency,
    amountDue,
    lineItems.map(({ description, quantity, amount }) => [description, quantity, amount]),
    dueDate,
    memo,
  ]);
}

/** The invoice with these generations' links known to be closed, by number. */
export function withClosedLinks(invoice: Invoice, closed: ReadonlyMap<number, Generation>): Invoice {
  const close = (generation: Generation): Generation => closed.get(generation.number) ?? generation;
  return { ...invoice, current: close(invoice.current), previous: invoice.previous.map(close) };
}
