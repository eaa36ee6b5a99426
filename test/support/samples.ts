import { randomUUID } from 'node:crypto';
import type { Connection } from '../../functions/domain/connection.ts';
import { beginInvoice, newClaim } from '../../functions/domain/finalization.ts';
import type { Invoice, PaymentLink } from '../../functions/domain/invoice.ts';
import type { Tenant } from '../../functions/domain/tenant.ts';
import type { EventPayment, WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { connection, content, NOW } from './builders.ts';

/** Things of the domain as one table holds many of them: each call makes ids of its own, so that tests share no items. */

export function later(milliseconds: number, than: Date = NOW): Date {
  return new Date(than.getTime() + milliseconds);
}

export function unique(prefix: string): string {
  return `${prefix}_${randomUUID().slice(0, 13)}`;
}

export function aTenant(): Tenant {
  return { orgId: unique('org'), envId: 'prod' };
}

export function connectionOf(tenant: Tenant, changes: Partial<Connection> = {}): Connection {
  return connection({ tenant, id: unique('conn'), ...changes });
}

export function link(changes: Partial<PaymentLink> = {}): PaymentLink {
  const id = unique('plink');
  return { id, url: `https://buy.stripe.com/${id}`, active: true, ...changes };
}

/** An invoice as it is stored before Stripe is called, under a fresh lease. */
export function begun(tenant: Tenant, changes: Partial<Invoice> = {}, now: Date = NOW): Invoice {
  const lease = newClaim(unique('owner'), now);
  const nonce = unique('nonce');
  const invoice = beginInvoice(connectionOf(tenant), unique('inv'), content(), { nonce, lease, now });
  return { ...invoice, ...changes };
}

/** A received payment of what is due, through the invoice's current link, as a checkout session tells it. */
export function paidEvent(invoice: Invoice, changes: Partial<WebhookEvent> = {}): WebhookEvent {
  const eventId = unique('evt');
  const { amountDue: amount, currency } = invoice.content;
  const payment: EventPayment = {
    notice: {
      paymentId: unique('pi'),
      occurrence: { at: NOW.toISOString(), eventId },
      fact: { kind: 'received', money: { amount, currency }, from: 'checkout_session' },
    },
    claimed: {
      nonce: invoice.current.nonce,
      link: { id: invoice.current.link?.id ?? null },
      livemode: invoice.current.livemode,
    },
    orgId: invoice.tenant.orgId,
    envId: invoice.tenant.envId,
  };
  return {
    eventId,
    type: 'checkout.session.completed',
    livemode: invoice.current.livemode,
    createdAt: NOW.toISOString(),
    invoiceId: invoice.invoiceId,
    customerId: invoice.content.customerId,
    amount: '1299.00',
    currency,
    providerPaymentId: payment.notice.paymentId,
    payment,
    ...changes,
  };
}

/** The same payment, as its PaymentIntent tells it: an event of its own, which names no link. */
export function asIntent(session: WebhookEvent): WebhookEvent {
  if (session.payment?.notice.fact.kind !== 'received') throw new Error('the session received no money');
  const { money } = session.payment.notice.fact;
  return saying(
    { ...session, eventId: unique('evt'), type: 'payment_intent.succeeded' },
    { fact: { kind: 'received', money, from: 'payment_intent' }, claimed: { link: null } },
  );
}

/** The event with its payment changed: the parts are merged into what it says. */
export function saying(
  event: WebhookEvent,
  changes: {
    readonly paymentId?: string;
    readonly at?: string;
    readonly fact?: EventPayment['notice']['fact'];
    readonly claimed?: Partial<EventPayment['claimed']>;
    readonly orgId?: string | null;
    readonly envId?: string | null;
  },
): WebhookEvent {
  const { payment } = event;
  if (!payment) throw new Error('the event tells of no payment');
  const { notice, claimed, orgId, envId } = payment;
  return {
    ...event,
    providerPaymentId: changes.paymentId ?? event.providerPaymentId,
    payment: {
      notice: {
        paymentId: changes.paymentId ?? notice.paymentId,
        occurrence: { at: changes.at ?? notice.occurrence.at, eventId: event.eventId },
        fact: changes.fact ?? notice.fact,
      },
      claimed: { ...claimed, ...changes.claimed },
      orgId: changes.orgId === undefined ? orgId : changes.orgId,
      envId: changes.envId === undefined ? envId : changes.envId,
    },
  };
}
