import * as v from 'valibot';
import { ATTENTIONS, INVOICE_STATUSES } from '../../domain/invoice.ts';
import type { InvoiceEvent, InvoiceEventType } from '../../domain/invoice-events.ts';

/** The `detail` of each event, as subscribers read it: docs/events.md holds the JSON Schemas that are made from this. */

const text = v.string();
const time = v.pipe(text, v.isoTimestamp());
const currency = v.pipe(text, v.description('Upper-case ISO 4217.'));
const amount = v.pipe(v.number(), v.integer(), v.description("In the currency's smallest unit."));

/** Ids, amounts and states. Names, addresses and payment links stay where a token is needed to read them. */
const Invoice = v.pipe(
  v.object({
    invoice_id: text,
    invoice_number: text,
    customer_id: text,
    version: v.pipe(v.number(), v.integer(), v.description('The highest is the latest.')),
    currency,
    amount_due: amount,
    amount_paid: amount,
    status: v.picklist(INVOICE_STATUSES),
    attention: v.pipe(v.array(v.picklist(ATTENTIONS)), v.readonly()),
    finalized_at: v.nullable(time),
    paid_at: v.nullable(time),
  }),
  v.description('As it stood right after the change.'),
);

const FailedPayment = v.object({
  provider_payment_id: text,
  amount,
  currency,
  status: v.literal('failed'),
});

const fields = <const Type extends InvoiceEventType>(type: Type) => ({
  id: v.pipe(text, v.description('The same in every delivery of this event.')),
  type: v.literal(type),
  created_at: v.pipe(time, v.description('When the invoice changed.')),
  org_id: text,
  env_id: text,
  invoice: Invoice,
});

const InvoiceFinalized = v.object(fields('invoice.finalized'));
const InvoicePaid = v.object(fields('invoice.paid'));
const InvoicePaymentFailed = v.object({ ...fields('invoice.payment_failed'), payment: FailedPayment });
const InvoiceAttention = v.object(fields('invoice.attention'));

/** The schemas that the document names. */
export const definitions = {
  InvoiceFinalized,
  InvoicePaid,
  InvoicePaymentFailed,
  InvoiceAttention,
  Invoice,
  FailedPayment,
};

export const EventDetail = v.union([InvoiceFinalized, InvoicePaid, InvoicePaymentFailed, InvoiceAttention]);
export type EventDetail = v.InferOutput<typeof EventDetail>;

export function eventDetail(event: InvoiceEvent): EventDetail {
  if (event.type !== 'invoice.payment_failed') return common(event, event.type);
  const { id: provider_payment_id, amount, currency } = event.payment;
  return {
    ...common(event, event.type),
    payment: { provider_payment_id, amount, currency, status: 'failed' },
  };
}

function common<Type extends InvoiceEventType>({ id, at, invoice }: InvoiceEvent, type: Type) {
  const { tenant, content } = invoice;
  return {
    id,
    type,
    created_at: at,
    org_id: tenant.orgId,
    env_id: tenant.envId,
    invoice: {
      invoice_id: invoice.invoiceId,
      invoice_number: content.invoiceNumber,
      customer_id: content.customerId,
      version: invoice.version,
      currency: content.currency,
      amount_due: content.amountDue,
      amount_paid: invoice.amountPaid,
      status: invoice.status,
      attention: invoice.attention,
      finalized_at: invoice.finalizedAt,
      paid_at: invoice.paidAt,
    },
  };
}
