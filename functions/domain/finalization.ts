import type { Connection } from './connection.ts';
import {
  type Claim,
  claimExpired,
  type Generation,
  type Invoice,
  type InvoiceContent,
  type InvoiceEmail,
  roundOf,
  sameContent,
} from './invoice.ts';
import { standingOf } from './payment.ts';

/**
 * A little longer than the function may run, so that whoever finds a lease expired knows its owner gone;
 * and below the 30 seconds after which a caller may expect a broken-off finalize to be completed.
 */
export const LEASE_MS = 28_000;

/** Stripe forgets an idempotency key after 24 hours. https://docs.stripe.com/api/idempotent_requests */
export const IDEMPOTENCY_KEY_LIFE_MS = 23 * 60 * 60 * 1000;

/** After this long, a link that Stripe made is among its events. */
export const LINK_LISTED_AFTER_MS = 5 * 60 * 1000;

/** An e-mail may have gone out this often without our hearing so; after that it is not tried again. */
const MAX_UNCONFIRMED_SENDS = 2;

export type Refusal = 'invoice_changed' | 'invoice_paid' | 'invoice_void';

/** What is to be done for an invoice that was asked for before. */
export type NextStep =
  | { readonly kind: 'answer' }
  | { readonly kind: 'refuse'; readonly code: Refusal }
  /** Somebody else is at it. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'create_link' }
  /** The link there was can no longer be paid, or not to this account: another generation. */
  | { readonly kind: 'renew_link' }
  | { readonly kind: 'send_email' };

/** Decides from the invoice as it stands. Every repeated call, at once or days later, goes through here. */
export function nextStep(
  stored: Invoice,
  content: InvoiceContent,
  connection: Connection,
  now: Date,
): NextStep {
  if (!sameContent(stored.content, content)) return { kind: 'refuse', code: 'invoice_changed' };
  switch (stored.status) {
    case 'PAID':
      return { kind: 'refuse', code: 'invoice_paid' };
    case 'VOID':
      return { kind: 'refuse', code: 'invoice_void' };
    case 'PAYMENT_PENDING':
      return { kind: 'answer' };
    case 'FINALIZING':
    case 'FINALIZED':
      break;
  }
  const { current, email, lease } = stored;
  if (current.link === null || !isPayable(stored, connection)) {
    if (!claimExpired(lease, now)) return { kind: 'wait' };
    const isToBeMade = current.link === null && isOf(current, connection) && !isUsedUp(stored);
    return { kind: isToBeMade ? 'create_link' : 'renew_link' };
  }
  if (email.status !== 'pending') return { kind: 'answer' };
  return claimExpired(email.claim, now) ? { kind: 'send_email' } : { kind: 'wait' };
}

function isPayable(stored: Invoice, connection: Connection): boolean {
  return stored.current.link?.active === true && isOf(stored.current, connection) && !isUsedUp(stored);
}

/** A link is completed once. Where the money of that checkout did not come, it cannot be paid any more. */
export function isUsedUp({ current, payments }: Invoice): boolean {
  return Object.values(payments).some(
    (payment) =>
      payment.nonce === current.nonce && payment.completed !== null && standingOf(payment).kind === 'failed',
  );
}

/** Whether a generation was made for the account that is connected now. */
function isOf({ attachment }: Generation, connection: Connection): boolean {
  return attachment === connection.attachment;
}

/** Whether Stripe has failed for so long that no link can have come of it which is not among its events. */
export function isStuckForGood({ stuckAt }: Generation, now: Date): boolean {
  return stuckAt !== undefined && now.getTime() - new Date(stuckAt).getTime() >= LINK_LISTED_AFTER_MS;
}

/** The invoice with another generation, that has no link yet, and an e-mail to be sent for it. */
export function renew(
  stored: Invoice,
  { attachment, livemode }: Connection,
  { nonce, lease, now }: { readonly nonce: string; readonly lease: Claim; readonly now: Date },
): Invoice {
  const { current, previous, email } = stored;
  return {
    ...stored,
    version: stored.version + 1,
    current: {
      number: current.number + 1,
      nonce,
      attachment,
      livemode,
      startedAt: now.toISOString(),
      link: null,
    },
    previous: [...previous, current],
    lease,
    email: anotherEmail(email),
    updatedAt: now.toISOString(),
  };
}

/** Whoever called the first one spam is sent no other, unless somebody asks for it. */
function anotherEmail(email: InvoiceEmail): InvoiceEmail {
  if (email.status === 'complained') return email;
  return {
    ...email,
    status: email.to === null ? 'skipped' : 'pending',
    sentAt: null,
    claim: null,
    unconfirmed: 0,
    round: roundOf(email) + 1,
  };
}

/** The intent, stored before Stripe is called. */
export function beginInvoice(
  { tenant, attachment, livemode }: Connection,
  invoiceId: string,
  content: InvoiceContent,
  { nonce, lease, now }: { readonly nonce: string; readonly lease: Claim; readonly now: Date },
): Invoice {
  const at = now.toISOString();
  return {
    tenant,
    invoiceId,
    version: 1,
    content,
    status: 'FINALIZING',
    attention: [],
    amountPaid: 0,
    payments: {},
    current: { number: 1, nonce, attachment, livemode, startedAt: at, link: null },
    previous: [],
    lease,
    email: {
      status: content.customer.email === null ? 'skipped' : 'pending',
      to: content.customer.email,
      sentAt: null,
      claim: null,
      unconfirmed: 0,
    },
    finalizedAt: null,
    paidAt: null,
    voidedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}

export function newClaim(owner: string, now: Date): Claim {
  return { owner, until: new Date(now.getTime() + LEASE_MS).toISOString() };
}

/** The e-mail, claimed; given up where it may have reached the customer twice already. */
export function claimEmail(email: InvoiceEmail, claim: Claim): InvoiceEmail {
  if (email.status !== 'pending') return email;
  return email.unconfirmed >= MAX_UNCONFIRMED_SENDS
    ? { ...email, status: 'failed', claim: null }
    : { ...email, claim, unconfirmed: email.unconfirmed + 1 };
}

/** The e-mail after an attempt whose outcome is known; one of unknown outcome stays claimed until the claim expires. */
export function afterSending(
  email: InvoiceEmail,
  outcome: 'sent' | 'refused' | 'unavailable',
  now: Date,
): InvoiceEmail {
  const settled = { ...email, claim: null, unconfirmed: email.unconfirmed - 1 };
  switch (outcome) {
    case 'sent':
      return { ...settled, status: 'sent', sentAt: now.toISOString() };
    case 'refused':
      return { ...settled, status: 'failed' };
    case 'unavailable':
      return settled;
  }
}

/** The same for every repetition of one attempt, and another for any other: at most 255 characters, as Stripe asks. */
export function idempotencyKey({ tenant, invoiceId, current }: Invoice): string {
  return [tenant.orgId, tenant.envId, invoiceId, current.number, current.nonce].join('/');
}

/** What goes into the metadata of the link and of its payment, and comes back with every event. */
export function linkMetadata({
  tenant,
  invoiceId,
  content,
  current,
}: Invoice): Readonly<Record<string, string>> {
  return {
    invoice_id: invoiceId,
    customer_id: content.customerId,
    org_id: tenant.orgId,
    env_id: tenant.envId,
    nonce: current.nonce,
  };
}
