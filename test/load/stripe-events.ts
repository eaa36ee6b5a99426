import type Stripe from 'stripe';
import { API_VERSION } from '../../lib/local/stripe/backend.ts';
import { newId } from '../../lib/local/stripe/ids.ts';
import { charge } from '../../lib/local/stripe/objects/charge.ts';
import { checkoutSession } from '../../lib/local/stripe/objects/checkout-session.ts';
import { dispute } from '../../lib/local/stripe/objects/dispute.ts';
import { paymentIntent } from '../../lib/local/stripe/objects/payment-intent.ts';
import type { Payment } from './lives.ts';

/** An event as Stripe words it. */
export type StripeEvent = {
  readonly id: string;
  readonly type: string;
  readonly payload: string;
  /** What the inbox may say of it in the end. */
  readonly statuses: readonly string[];
};

type Details = {
  /** Seconds. */
  readonly created: number;
  readonly statuses: readonly string[];
  readonly livemode?: boolean;
};

export function stripeEvent(type: string, object: object, details: Details): StripeEvent {
  const { created, statuses, livemode = false } = details;
  const id = newId('evt');
  const event = {
    id,
    object: 'event',
    api_version: API_VERSION,
    created,
    data: { object },
    livemode,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
  // Stripe indents what it delivers.
  return { id, type, payload: JSON.stringify(event, null, 2), statuses };
}

/** What an invoice can be settled by. */
const SETTLES = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'charge.refunded',
  'charge.dispute.created',
]);

const DECLINED = {
  code: 'card_declined',
  decline_code: 'generic_decline',
  message: 'Your card was declined.',
};

/** All that Stripe tells of a payment through `link`: begun `at` (seconds), and over a second later. */
export function eventsOf(payment: Payment, link: Stripe.PaymentLink, at: number): StripeEvent[] {
  const later = at + 1;
  const { amount, currency } = payment.shownAs ?? payment;
  const intent: Stripe.PaymentIntent = {
    ...paymentIntent({ link, amount, created: at }),
    id: payment.id,
    currency: currency.toLowerCase(),
  };
  const session = {
    ...checkoutSession({
      link,
      amount,
      created: at,
      url: link.url,
      customerEmail: null,
      clientReferenceId: null,
    }),
    currency: intent.currency,
    currency_conversion: payment.shownAs && {
      amount_subtotal: payment.amount,
      amount_total: payment.amount,
      fx_rate: '1',
      source_currency: payment.currency.toLowerCase(),
    },
    payment_intent: intent.id,
    status: 'complete',
  };

  const events: StripeEvent[] = [];
  const tell = (type: string, object: object, created: number) => {
    const statuses = SETTLES.has(type) ? ['applied', 'recorded'] : ['ignored'];
    events.push(stripeEvent(type, object, { created, statuses }));
  };
  const moved = (status: 'succeeded' | 'pending' | 'failed', method: 'card' | 'us_bank_account') =>
    charge({
      intent,
      method,
      email: null,
      created: at,
      status,
      failure: status === 'failed' ? DECLINED : null,
    });
  const failed = (method: 'card' | 'us_bank_account', created: number) => {
    tell('charge.failed', moved('failed', method), created);
    tell('payment_intent.payment_failed', { ...intent, last_payment_error: DECLINED }, created);
  };
  const succeeded = (method: 'card' | 'us_bank_account', created: number) => {
    tell('charge.succeeded', moved('succeeded', method), created);
    tell('payment_intent.succeeded', { ...intent, status: 'succeeded', amount_received: amount }, created);
  };
  const ofSession = (type: string, payment_status: 'paid' | 'unpaid', created: number) =>
    tell(`checkout.session.${type}`, { ...session, payment_status }, created);

  tell('payment_intent.created', intent, at);
  for (let declined = 0; declined < payment.declines; declined += 1) failed('card', at);
  switch (payment.end) {
    case 'given_up':
      break;
    case 'paid':
      succeeded('card', at);
      ofSession('completed', 'paid', at);
      break;
    case 'debit_pending':
    case 'debit_paid':
    case 'debit_failed':
      tell('charge.pending', moved('pending', 'us_bank_account'), at);
      tell('payment_intent.processing', { ...intent, status: 'processing' }, at);
      ofSession('completed', 'unpaid', at);
  }
  if (payment.end === 'debit_paid') {
    succeeded('us_bank_account', later);
    if (payment.hasAsyncEvents) ofSession('async_payment_succeeded', 'paid', later);
  }
  if (payment.end === 'debit_failed') {
    failed('us_bank_account', later);
    if (payment.hasAsyncEvents) ofSession('async_payment_failed', 'unpaid', later);
  }
  const paid = moved('succeeded', 'card');
  if (payment.refunded > 0) tell('charge.refunded', { ...paid, amount_refunded: payment.refunded }, later);
  if (payment.isDisputed) tell('charge.dispute.created', dispute(paid, later), later);
  return events;
}
