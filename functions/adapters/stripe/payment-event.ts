import * as v from 'valibot';
import { toMajorUnits } from '../../domain/money.ts';
import type { Money, PaymentNotice } from '../../domain/payment.ts';
import type { EventPayment, WebhookEvent } from '../../domain/webhook-event.ts';

/** Anybody with the account can write metadata: what is kept is bounded, and text that a database takes. */
const TEXT_LENGTH = 500;
const boundedText = v.pipe(
  v.string(),
  v.transform((sent) => sent.slice(0, TEXT_LENGTH).toWellFormed()),
);
const text = v.fallback(v.nullish(boundedText, null), null);
const integer = v.fallback(v.nullish(v.pipe(v.number(), v.safeInteger()), null), null);
/** Seconds, up to the end of the year 9999: what RFC 3339 can say. */
const time = v.fallback(
  v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(253_402_300_799))),
  null,
);
/** Stripe puts either an object's id or, expanded, the object. */
const reference = v.fallback(
  v.nullable(
    v.union([
      boundedText,
      v.pipe(
        v.object({ id: boundedText }),
        v.transform(({ id }) => id),
      ),
    ]),
  ),
  null,
);
const metadata = v.fallback(
  v.object({ invoice_id: text, customer_id: text, org_id: text, env_id: text, nonce: text }),
  { invoice_id: null, customer_id: null, org_id: null, env_id: null, nonce: null },
);

const Envelope = v.object({
  id: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(255),
    v.check((id) => id.isWellFormed()),
  ),
  type: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(255),
    v.check((type) => type.isWellFormed()),
  ),
  livemode: v.fallback(v.boolean(), false),
  created: time,
  data: v.fallback(
    v.object({
      object: v.fallback(
        v.custom<Readonly<Record<string, unknown>>>((sent) => typeof sent === 'object' && sent !== null),
        {},
      ),
    }),
    { object: {} },
  ),
});

/** Of `data.object`, whatever it is: what we use. Older API versions lack some, so that nothing is required. */
const Subject = v.object({
  id: text,
  metadata,
  payment_intent: reference,
  payment_link: reference,
  payment_status: text,
  currency: text,
  amount: integer,
  amount_total: integer,
  amount_received: integer,
  amount_paid: integer,
  amount_due: integer,
  amount_refunded: integer,
  /** Adaptive Pricing before it had `presentment_details`: the session's own amount is then the payer's. */
  currency_conversion: v.fallback(
    v.nullish(v.object({ amount_total: integer, source_currency: text }), null),
    null,
  ),
});
type Subject = v.InferOutput<typeof Subject>;

/**
 * Reads a verified body as an event: the last place that knows what Stripe's objects look like.
 * Null where it is not UTF-8, not JSON, or not an object with string `id` and `type`.
 * https://docs.stripe.com/api/events/object
 */
export function parsePaymentEvent(body: Uint8Array, receivedAt: Date): WebhookEvent | null {
  return readPaymentEvent(parseJson(body), receivedAt);
}

/** The same, of what Stripe's API answered. */
export function readPaymentEvent(sent: unknown, receivedAt: Date): WebhookEvent | null {
  const envelope = v.safeParse(Envelope, sent);
  if (!envelope.success) return null;
  const { id: eventId, type, livemode, created, data } = envelope.output;
  const subject = v.parse(Subject, data.object);

  const createdAt = (created === null ? receivedAt : new Date(created * 1000)).toISOString();
  const money = moneyOf(subject);
  return {
    eventId,
    type,
    livemode,
    createdAt,
    invoiceId: subject.metadata.invoice_id || null,
    customerId: subject.metadata.customer_id || null,
    amount: money && toMajorUnits(money.amount, money.currency),
    currency: money?.currency ?? null,
    providerPaymentId: subject.payment_intent ?? subject.id,
    payment: paymentOf(subject, { type, livemode, occurrence: { at: createdAt, eventId } }),
  };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** An invoice keeps its payments in an object, by their ids. Names that every object has are not ids of Stripe's. */
const NO_PAYMENT_IDS: ReadonlySet<string> = new Set([
  '',
  'prototype',
  ...Object.getOwnPropertyNames(Object.prototype),
]);

type Circumstances = Pick<WebhookEvent, 'type' | 'livemode'> & Pick<PaymentNotice, 'occurrence'>;

function paymentOf(subject: Subject, { type, livemode, occurrence }: Circumstances): EventPayment | null {
  const paymentId = subject.payment_intent ?? subject.id;
  const fact = factOf(type, subject);
  if (paymentId === null || NO_PAYMENT_IDS.has(paymentId) || fact === null) return null;
  return {
    notice: { paymentId, occurrence, fact },
    claimed: {
      nonce: subject.metadata.nonce,
      link: type.startsWith('checkout.session.') ? { id: subject.payment_link } : null,
      livemode,
    },
    orgId: subject.metadata.org_id,
    envId: subject.metadata.env_id,
  };
}

/** What the event says of its payment; null where it says nothing, or lacks the amount to say it. */
function factOf(type: string, subject: Subject): PaymentNotice['fact'] | null {
  const money = moneyOf(subject);
  if (!money) return null;
  switch (type) {
    case 'checkout.session.completed': {
      const kind = completedKind(subject.payment_status);
      return kind && { kind, money, from: 'checkout_session' };
    }
    case 'checkout.session.async_payment_succeeded':
      return { kind: 'received', money, from: 'checkout_session' };
    case 'checkout.session.async_payment_failed':
      return { kind: 'async_failed', money, from: 'checkout_session' };
    case 'payment_intent.succeeded':
      return {
        kind: 'received',
        money: { ...money, amount: subject.amount_received ?? money.amount },
        from: 'payment_intent',
      };
    case 'payment_intent.payment_failed':
      return { kind: 'declined', money, from: 'payment_intent' };
    case 'charge.refunded':
      return { kind: 'refunded', money, refunded: subject.amount_refunded ?? money.amount };
    case 'charge.dispute.created':
      return { kind: 'disputed', money };
    default:
      return null;
  }
}

/** `no_payment_required` brings no money. Sessions of before there were delayed payments have no status: completed was paid. */
function completedKind(paymentStatus: string | null): 'received' | 'completed' | null {
  if (paymentStatus === 'unpaid') return 'completed';
  return paymentStatus === 'paid' || paymentStatus === null ? 'received' : null;
}

/** The amount in the currency that the link was made in, not in the one that the payer chose to see. */
function moneyOf(subject: Subject): Money | null {
  const { currency_conversion: converted } = subject;
  if (converted && converted.amount_total !== null && converted.source_currency !== null) {
    return { amount: converted.amount_total, currency: converted.source_currency.toUpperCase() };
  }
  const amount = subject.amount_total ?? subject.amount ?? subject.amount_paid ?? subject.amount_due;
  return amount === null || subject.currency === null
    ? null
    : { amount, currency: subject.currency.toUpperCase() };
}
