import type { Connection } from '../../functions/domain/connection.ts';
import type { Generation, Invoice, InvoiceContent } from '../../functions/domain/invoice.ts';
import type { PaymentNotice } from '../../functions/domain/payment.ts';
import type { Claimed } from '../../functions/domain/settlement.ts';
import type { Tenant } from '../../functions/domain/tenant.ts';

/** Valid things to change one property of. */

export const NOW = new Date('2026-03-01T12:00:00.000Z');

export function secondsLater(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

export const tenant: Tenant = { orgId: 'org_1', envId: 'prod' };

export function connection(changes: Partial<Connection> = {}): Connection {
  return {
    tenant,
    id: 'conn_1',
    version: 1,
    name: 'Production Stripe',
    businessName: 'Acme',
    isActive: true,
    livemode: false,
    stripeAccountId: 'acct_1',
    attachment: 'conn_1',
    inactiveSince: null,
    unsettledSince: null,
    secretKey: { ciphertext: 'sealed key', hint: 'sk_test_…4242' },
    webhookSecrets: [{ ciphertext: 'sealed secret', createdAt: NOW.toISOString(), expiresAt: null }],
    webhookEndpoint: null,
    lastSignatureFailureAt: null,
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
    ...changes,
  };
}

export function content(changes: Partial<InvoiceContent> = {}): InvoiceContent {
  return {
    invoiceNumber: 'INV-1',
    customerId: 'cus_1',
    customer: { name: 'Jane Doe', email: 'jane@example.com' },
    currency: 'USD',
    amountDue: 129_900,
    lineItems: [],
    dueDate: '2026-04-01',
    memo: null,
    ...changes,
  };
}

export function generation(number: number, changes: Partial<Generation> = {}): Generation {
  return {
    number,
    nonce: `nonce_${number}`,
    attachment: 'conn_1',
    livemode: false,
    startedAt: NOW.toISOString(),
    link: { id: `plink_${number}`, url: `https://buy.stripe.com/test_${number}`, active: true },
    ...changes,
  };
}

/** Finalized, its link saved and its e-mail sent; nobody has paid yet. */
export function invoice(changes: Partial<Invoice> = {}): Invoice {
  return {
    tenant,
    invoiceId: 'inv_1',
    version: 1,
    content: content(),
    status: 'FINALIZED',
    attention: [],
    amountPaid: 0,
    payments: {},
    current: generation(1),
    previous: [],
    lease: null,
    email: {
      status: 'sent',
      to: 'jane@example.com',
      sentAt: NOW.toISOString(),
      claim: null,
      unconfirmed: 0,
    },
    finalizedAt: NOW.toISOString(),
    paidAt: null,
    voidedAt: null,
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
    ...changes,
  };
}

export function voidInvoice(changes: Partial<Invoice> = {}): Invoice {
  return invoice({ status: 'VOID', voidedAt: NOW.toISOString(), ...changes });
}

/** What an event tells of a payment, and whose it claims to be. */
export type Told = { readonly notice: PaymentNotice; readonly claimed: Claimed };

type Details = {
  readonly payment?: string;
  readonly amount?: number;
  readonly currency?: string;
  /** When Stripe created the event, in seconds after `NOW`. */
  readonly at?: number;
  readonly eventId?: string;
  readonly nonce?: string | null;
  readonly link?: string | null;
  readonly livemode?: boolean;
};

export const sessionPaid = (details: Details = {}) => ofSession('received', details);
export const sessionUnpaid = (details: Details = {}) => ofSession('completed', details);
export const asyncSucceeded = (details: Details = {}) => ofSession('received', details);
export const asyncFailed = (details: Details = {}) => ofSession('async_failed', details);
export const intentSucceeded = (details: Details = {}) => ofIntent('received', details);
export const intentFailed = (details: Details = {}) => ofIntent('declined', details);

export function refunded(refundedAmount: number, details: Details = {}): Told {
  const fact = { kind: 'refunded', money: money(details), refunded: refundedAmount } as const;
  return told('charge.refunded', fact, { ...details, link: null });
}

/** A dispute carries neither our metadata nor a link. */
export function disputed(details: Details = {}): Told {
  const fact = { kind: 'disputed', money: money(details) } as const;
  return told('charge.dispute.created', fact, { nonce: null, ...details });
}

function ofSession(kind: 'received' | 'completed' | 'async_failed', details: Details): Told {
  const fact = { kind, money: money(details), from: 'checkout_session' } as const;
  const { link = 'plink_1' } = details;
  const { notice, claimed } = told(`checkout.session.${kind}`, fact, details);
  return { notice, claimed: { ...claimed, link: { id: link } } };
}

function ofIntent(kind: 'received' | 'declined', details: Details): Told {
  return told(
    `payment_intent.${kind}`,
    { kind, money: money(details), from: 'payment_intent' } as const,
    details,
  );
}

function money({ amount = 129_900, currency = 'USD' }: Details) {
  return { amount, currency };
}

function told(type: string, fact: PaymentNotice['fact'], details: Details): Told {
  const { payment = 'pi_1', at = 0, eventId = `evt_${type}_${payment}_${at}` } = details;
  const { nonce = 'nonce_1', livemode = false } = details;
  return {
    notice: { paymentId: payment, occurrence: { at: secondsLater(at).toISOString(), eventId }, fact },
    claimed: { nonce, link: null, livemode },
  };
}
