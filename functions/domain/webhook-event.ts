import type { PaymentNotice } from './payment.ts';
import type { Claimed } from './settlement.ts';

export const WEBHOOK_EVENT_STATUSES = [
  'applied',
  'recorded',
  'ignored',
  'unmatched',
  'rejected',
  'skipped',
] as const;
export type WebhookEventStatus = (typeof WEBHOOK_EVENT_STATUSES)[number];

/** What is kept of an event: never its body. */
export type WebhookEvent = {
  readonly eventId: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly createdAt: string;
  readonly invoiceId: string | null;
  readonly customerId: string | null;
  /** In the major unit, as a decimal string. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly providerPaymentId: string | null;
  /** What it says about a payment, where it says anything: enough to settle it again. */
  readonly payment: EventPayment | null;
};

export type EventPayment = {
  readonly notice: PaymentNotice;
  readonly claimed: Claimed;
  /** The tenant named in the metadata; absent parts are null and decide nothing. */
  readonly orgId: string | null;
  readonly envId: string | null;
};

/** An event as the inbox keeps it. */
export type ReceivedEvent = WebhookEvent & {
  readonly status: WebhookEventStatus;
  readonly reason: string | null;
  readonly receivedAt: string;
  readonly processedAt: string | null;
  /** How often Stripe delivered it. */
  readonly deliveries: number;
};

/** What a webhook endpoint is subscribed to. */
export const EVENT_TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'charge.refunded',
  'charge.dispute.created',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Those that say something about a payment. */
export const PAYMENT_EVENT_TYPES = EVENT_TYPES.filter((type) => !type.startsWith('invoice.'));

/** Those that most payments never have. */
export const RARE_EVENT_TYPES = [
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'charge.refunded',
  'charge.dispute.created',
] as const satisfies readonly EventType[];

/** Events of these types are known. The others are kept in the inbox as `ignored`. */
export const KNOWN_EVENT_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);
