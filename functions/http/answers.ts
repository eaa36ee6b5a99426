import * as v from 'valibot';
import { HEALTH_CHECKS, HEALTH_STATUSES } from '../domain/health-check.ts';
import { ATTENTIONS, EMAIL_STATUSES, INVOICE_STATUSES } from '../domain/invoice.ts';
import { CURRENCIES } from '../domain/money.ts';
import { PAYMENT_STATUSES } from '../domain/settlement.ts';
import { WEBHOOK_EVENT_STATUSES } from '../domain/webhook-event.ts';
import { problems } from './problem.ts';
import { platformId } from './schemas.ts';

/** What callers are answered: the views' types are made from it, and the OpenAPI document. */

const text = v.string();
const nullableText = v.nullable(text);

/** RFC 3339 in UTC, with milliseconds. */
const time = v.pipe(text, v.isoTimestamp(), v.regex(/\.\d{3}Z$/));
const amount = v.pipe(v.number(), v.safeInteger(), v.description("In the currency's smallest unit."));

const list = <const Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());

export const ConnectionAnswer = v.strictObject({
  id: text,
  provider: v.literal('stripe'),
  name: text,
  is_active: v.boolean(),
  livemode: v.boolean(),
  stripe_account_id: v.pipe(nullableText, v.description('Null where a restricted key may not read it.')),
  secret_key_hint: v.pipe(text, v.description('The prefix and the last four characters.')),
  webhook_secret_set: v.boolean(),
  webhook_url: v.pipe(text, v.url()),
  webhook_endpoint: v.nullable(v.strictObject({ id: text, managed: v.boolean() })),
  last_event_at: v.nullable(time),
  last_signature_failure_at: v.nullable(time),
  created_at: time,
  updated_at: time,
});
export type ConnectionAnswer = v.InferOutput<typeof ConnectionAnswer>;

export const HealthCheckAnswer = v.strictObject({
  check: v.picklist(HEALTH_CHECKS),
  status: v.picklist(HEALTH_STATUSES),
  detail: v.pipe(text, v.description('How it is, and what to do.')),
});
export type HealthCheckAnswer = v.InferOutput<typeof HealthCheckAnswer>;

const payment = v.strictObject({
  provider_payment_id: text,
  amount,
  currency: text,
  status: v.picklist(PAYMENT_STATUSES),
  event_id: v.pipe(
    text,
    v.description(
      'The event that told of it; the checkout session where Stripe was asked, since no event had come.',
    ),
  ),
  at: time,
});

export const InvoiceAnswer = v.strictObject({
  invoice_id: platformId,
  invoice_number: text,
  customer_id: platformId,
  customer: v.strictObject({ name: text, email: nullableText }),
  currency: v.picklist(CURRENCIES),
  amount_due: amount,
  amount_paid: v.pipe(amount, v.description('The sum of the applied payments.')),
  status: v.picklist(INVOICE_STATUSES),
  attention: v.pipe(list(v.picklist(ATTENTIONS)), v.description('What a person must look at.')),
  payment_link: v.nullable(v.strictObject({ id: text, url: v.pipe(text, v.url()), active: v.boolean() })),
  email: v.strictObject({
    status: v.picklist(EMAIL_STATUSES),
    to: nullableText,
    sent_at: v.nullable(time),
  }),
  payments: list(payment),
  due_date: v.nullable(v.pipe(text, v.isoDate())),
  memo: nullableText,
  finalized_at: v.nullable(time),
  paid_at: v.nullable(time),
  created_at: time,
  updated_at: time,
});
export type InvoiceAnswer = v.InferOutput<typeof InvoiceAnswer>;
export type PaymentAnswer = v.InferOutput<typeof payment>;

export const WebhookEventAnswer = v.strictObject({
  event_id: text,
  type: text,
  status: v.picklist(WEBHOOK_EVENT_STATUSES),
  reason: v.pipe(nullableText, v.description('Why it changed no invoice.')),
  invoice_id: nullableText,
  customer_id: nullableText,
  amount: v.nullable(v.pipe(text, v.regex(/^-?\d+(\.\d+)?$/), v.description('In the major unit.'))),
  currency: nullableText,
  provider_payment_id: nullableText,
  livemode: v.boolean(),
  created_at: time,
  received_at: time,
  processed_at: v.nullable(time),
  deliveries: v.pipe(
    v.number(),
    v.integer(),
    v.description('How often Stripe delivered it; 0 where it was fetched, since it never came.'),
  ),
});
export type WebhookEventAnswer = v.InferOutput<typeof WebhookEventAnswer>;

/** One page, newest first. */
export const pageOf = <const Item extends v.GenericSchema>(item: Item) =>
  v.strictObject({
    data: list(item),
    next_cursor: v.pipe(nullableText, v.description('Of the next page; null on the last.')),
  });

/** What Stripe is told of a delivery. */
export const DeliveryAnswer = v.strictObject({
  received: v.literal(true),
  status: v.picklist(WEBHOOK_EVENT_STATUSES),
});

/** RFC 9457. */
export const ProblemAnswer = v.strictObject({
  type: text,
  title: text,
  status: v.pipe(v.number(), v.integer()),
  code: v.picklist(Object.keys(problems)),
  detail: text,
  errors: v.optional(list(v.strictObject({ field: text, message: text }))),
  request_id: text,
});

/** Its form is OpenAPI's. */
export const OpenApiAnswer = v.looseObject({ openapi: v.literal('3.1.0'), paths: v.looseObject({}) });

/** What API Gateway itself refuses: no token or one without the scope, too many requests. */
export const GatewayAnswer = v.strictObject({ message: text });
