import * as v from 'valibot';
import type { Closing } from '../../domain/closing.ts';
import type { Connection } from '../../domain/connection.ts';
import { EVENT_SCOPES, type EventCheck } from '../../domain/event-check.ts';
import { ATTENTIONS, EMAIL_STATUSES, INVOICE_STATUSES, type Invoice } from '../../domain/invoice.ts';
import { CURRENCIES } from '../../domain/money.ts';
import type { Payment } from '../../domain/payment.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { type ReceivedEvent, WEBHOOK_EVENT_STATUSES } from '../../domain/webhook-event.ts';

/**
 * How items are stored: as the domain's own types, under the same names, less the tenant that stands in the key.
 * Every item that is read goes through its schema, so that a type never lies about what the table holds.
 */
const text = v.string();
const nullableText = v.nullable(text);
const occurrence = v.object({ at: text, eventId: text });
const money = v.object({ amount: v.number(), currency: text });
const amountFrom = v.picklist(['checkout_session', 'payment_intent']);
const claim = v.nullable(v.object({ owner: text, until: text }));

const payment = v.object({
  amount: v.number(),
  currency: text,
  amountFrom,
  received: v.nullable(v.object({ ...occurrence.entries, order: v.number(), afterVoid: v.boolean() })),
  completed: v.nullable(occurrence),
  declined: v.nullable(occurrence),
  asyncFailed: v.nullable(occurrence),
  refunded: v.number(),
  charged: v.exactOptional(v.number()),
  disputed: v.nullable(occurrence),
  nonce: v.exactOptional(text),
}) satisfies v.GenericSchema<unknown, Payment>;

const generation = v.object({
  number: v.number(),
  nonce: text,
  attachment: text,
  livemode: v.boolean(),
  startedAt: text,
  stuckAt: v.exactOptional(text),
  link: v.nullable(v.object({ id: text, url: text, active: v.boolean() })),
});

const InvoiceRecord = v.object({
  invoiceId: text,
  version: v.number(),
  content: v.object({
    invoiceNumber: text,
    customerId: text,
    customer: v.object({ name: text, email: nullableText }),
    currency: v.picklist(CURRENCIES),
    amountDue: v.number(),
    lineItems: v.array(v.object({ description: text, quantity: v.number(), amount: v.number() })),
    dueDate: nullableText,
    memo: nullableText,
  }),
  status: v.picklist(INVOICE_STATUSES),
  attention: v.array(v.picklist(ATTENTIONS)),
  acknowledged: v.exactOptional(v.record(v.picklist(ATTENTIONS), text)),
  amountPaid: v.number(),
  payments: v.record(text, payment),
  current: generation,
  previous: v.array(generation),
  lease: claim,
  email: v.object({
    status: v.picklist(EMAIL_STATUSES),
    to: nullableText,
    sentAt: nullableText,
    claim,
    unconfirmed: v.number(),
    resends: v.exactOptional(v.array(text)),
    round: v.exactOptional(v.number()),
  }),
  finalizedAt: nullableText,
  paidAt: nullableText,
  voidedAt: nullableText,
  createdAt: text,
  updatedAt: text,
});

const ConnectionRecord = v.object({
  id: text,
  version: v.number(),
  name: text,
  businessName: nullableText,
  isActive: v.boolean(),
  livemode: v.boolean(),
  stripeAccountId: nullableText,
  attachment: text,
  inactiveSince: nullableText,
  unsettledSince: nullableText,
  secretKey: v.object({ ciphertext: text, hint: text }),
  webhookSecrets: v.array(v.object({ ciphertext: text, createdAt: text, expiresAt: nullableText })),
  webhookEndpoint: v.nullable(v.object({ id: text, managed: v.boolean() })),
  lastSignatureFailureAt: v.optional(nullableText, null),
  createdAt: text,
  updatedAt: text,
});

const EventRecord = v.object({
  eventId: text,
  type: text,
  livemode: v.boolean(),
  createdAt: text,
  invoiceId: nullableText,
  customerId: nullableText,
  amount: nullableText,
  currency: nullableText,
  providerPaymentId: nullableText,
  payment: v.nullable(
    v.object({
      notice: v.object({
        paymentId: text,
        occurrence,
        fact: v.variant('kind', [
          v.object({
            kind: v.picklist(['received', 'completed', 'declined', 'async_failed']),
            money,
            from: amountFrom,
          }),
          v.object({ kind: v.literal('refunded'), money, refunded: v.number() }),
          v.object({ kind: v.literal('disputed'), money }),
        ]),
      }),
      claimed: v.object({
        nonce: nullableText,
        link: v.nullable(v.object({ id: nullableText })),
        livemode: v.boolean(),
      }),
      orgId: nullableText,
      envId: nullableText,
    }),
  ),
  status: v.picklist(WEBHOOK_EVENT_STATUSES),
  reason: nullableText,
  receivedAt: text,
  processedAt: nullableText,
  deliveries: v.number(),
});

const ClosingRecord = v.object({
  attachment: text,
  secretKey: v.object({ ciphertext: text }),
  managedEndpointId: nullableText,
  settledAt: text,
  destroyAt: text,
  pass: v.nullable(v.object({ beganAt: text, after: nullableText, leftOpen: v.number() })),
});

const EventCheckRecord = v.object({
  attachment: text,
  readUntil: text,
  pass: v.nullable(
    v.object({
      since: text,
      until: text,
      scope: v.picklist(EVENT_SCOPES),
      after: nullableText,
      isIncomplete: v.exactOptional(v.boolean()),
    }),
  ),
});

export const PaymentPointer = v.object({ invoiceId: text });

export function toInvoice(item: unknown, tenant: Tenant): Invoice {
  return { tenant, ...v.parse(InvoiceRecord, item) };
}

export function toConnection(item: unknown, tenant: Tenant): Connection {
  return { tenant, ...v.parse(ConnectionRecord, item) };
}

export function toClosing(item: unknown, tenant: Tenant): Closing {
  return { tenant, ...v.parse(ClosingRecord, item) };
}

export function toEventCheck(item: unknown, tenant: Tenant): EventCheck {
  return { tenant, ...v.parse(EventCheckRecord, item) };
}

export function toReceivedEvent(item: unknown): ReceivedEvent {
  return v.parse(EventRecord, item);
}

/** The item without the tenant, which its key carries. */
export function toRecord<T extends { readonly tenant: Tenant }>({
  tenant: _,
  ...record
}: T): Omit<T, 'tenant'> {
  return record;
}
