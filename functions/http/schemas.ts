import * as v from 'valibot';
import { ATTENTIONS, INVOICE_STATUSES, type InvoiceContent } from '../domain/invoice.ts';
import { CURRENCIES } from '../domain/money.ts';
import { holdsSecret } from '../domain/stripe-credentials.ts';
import { PLATFORM_ID, PLATFORM_ID_RULE } from '../domain/tenant.ts';
import { WEBHOOK_EVENT_STATUSES } from '../domain/webhook-event.ts';

/** What callers may send. Every message says what would be right, and none repeats what was sent. */

export const platformId = v.pipe(v.string(), v.regex(PLATFORM_ID, PLATFORM_ID_RULE));

const TEXT_LENGTH = 10_000;
const unicode = v.check<string, string>((text) => text.isWellFormed(), 'must be well-formed Unicode');
const longText = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.maxLength(TEXT_LENGTH, `must have at most ${TEXT_LENGTH} characters`),
  unicode,
);

const AMOUNT_RULE = 'must be an integer in the smallest currency unit, such as 129900 for USD 1,299.00';
const amount = v.pipe(v.number(AMOUNT_RULE), v.safeInteger(AMOUNT_RULE));

const customer = v.strictObject({
  name: longText,
  email: v.nullish(
    v.pipe(
      v.string(),
      v.email('must be an e-mail address, such as jane@example.com'),
      v.maxLength(254, 'must have at most 254 characters'),
    ),
    null,
  ),
});

const QUANTITY_RULE = 'must be 0 or from 0.000000001 to 1000000000000';
const lineItem = v.strictObject({
  description: longText,
  quantity: v.pipe(
    v.number(),
    v.finite('must be a number'),
    v.check((quantity) => quantity === 0 || (quantity >= 1e-9 && quantity <= 1e12), QUANTITY_RULE),
  ),
  amount,
});

const dueDate = v.pipe(
  v.string(),
  v.check(isCalendarDate, 'must be a date of the calendar as YYYY-MM-DD'),
  v.metadata({ format: 'date' }),
);

const invoiceEntries = {
  invoice_number: v.pipe(
    v.string(),
    v.nonEmpty('must not be empty'),
    v.maxLength(255, 'must have at most 255 characters'),
    unicode,
  ),
  customer_id: platformId,
  customer,
  currency: v.picklist(CURRENCIES, 'must be an upper-case ISO 4217 code that Stripe charges in, such as USD'),
  amount_due: v.pipe(amount, v.minValue(1, 'must be more than 0')),
  line_items: v.nullish(v.pipe(v.array(lineItem), v.maxLength(500, 'must have at most 500 items')), null),
  due_date: v.nullish(dueDate, null),
  memo: v.nullish(
    v.pipe(v.string(), v.maxLength(TEXT_LENGTH, `must have at most ${TEXT_LENGTH} characters`), unicode),
    null,
  ),
};

const invoiceFields = v.strictObject(invoiceEntries);
const identifiedInvoice = v.strictObject({ invoice_id: platformId, ...invoiceEntries });

/** An item of DynamoDB holds 400 KB in all, and an invoice grows with its payments. */
const MAX_INVOICE_BYTES = 200_000;
const SIZE_RULE = 'the invoice must be smaller than 200 KB in all';
const isStorable = (invoice: unknown) => Buffer.byteLength(JSON.stringify(invoice)) < MAX_INVOICE_BYTES;

const SUM_RULE = 'must be the sum of the amounts of line_items';

/** An amount that is none has been refused at its own field. */
function addsUp({ amount_due, line_items }: v.InferOutput<typeof invoiceFields>): boolean {
  if (!line_items || line_items.length === 0) return true;
  const amounts = line_items.map((line) => line.amount);
  if (![amount_due, ...amounts].every(Number.isSafeInteger)) return true;
  return amounts.reduce((sum, each) => sum + BigInt(each), 0n) === BigInt(amount_due);
}

function toContent({
  invoice_number,
  customer_id,
  customer: { name, email },
  currency,
  amount_due,
  line_items,
  due_date,
  memo,
}: v.InferOutput<typeof invoiceFields>): InvoiceContent {
  return {
    invoiceNumber: invoice_number,
    customerId: customer_id,
    customer: { name, email },
    currency,
    amountDue: amount_due,
    lineItems: line_items ?? [],
    dueDate: due_date,
    memo,
  };
}

/** An invoice as the platform sends it, without its id. */
export const InvoiceBody = v.pipe(
  invoiceFields,
  v.check<v.InferOutput<typeof invoiceFields>, string>(isStorable, SIZE_RULE),
  v.forward(v.check<v.InferOutput<typeof invoiceFields>, string>(addsUp, SUM_RULE), ['amount_due']),
  v.transform(toContent),
);

/** What the finalize function is invoked with. */
export const FinalizePayload = v.strictObject({
  org_id: platformId,
  env_id: platformId,
  invoice: v.pipe(
    identifiedInvoice,
    v.check<v.InferOutput<typeof identifiedInvoice>, string>(isStorable, SIZE_RULE),
    v.forward(v.check<v.InferOutput<typeof identifiedInvoice>, string>(addsUp, SUM_RULE), ['amount_due']),
    v.transform(({ invoice_id, ...invoice }) => ({ invoiceId: invoice_id, content: toContent(invoice) })),
  ),
});

const connectionName = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.maxLength(100, 'must have at most 100 characters'),
  unicode,
  v.check<string, string>((name) => !holdsSecret(name), 'must not hold a secret: it is shown'),
);

export const ConnectBody = v.strictObject({
  name: connectionName,
  secret_key: v.string(),
  webhook_secret: v.optional(v.string()),
  configure_webhook: v.optional(v.boolean()),
});

export const UpdateConnectionBody = v.pipe(
  v.strictObject({
    name: v.optional(connectionName),
    secret_key: v.optional(v.string()),
    webhook_secret: v.optional(v.string()),
    is_active: v.optional(v.boolean()),
    confirm_account_change: v.optional(v.boolean()),
    revoke_previous: v.optional(v.boolean()),
  }),
  v.check((body) => Object.keys(body).length > 0, 'at least one field must be sent'),
);

const ATTENTION_RULE = `must be one of ${ATTENTIONS.join(', ')}`;
export const AcknowledgeBody = v.strictObject({
  attention: v.pipe(
    v.array(v.picklist(ATTENTIONS, ATTENTION_RULE)),
    v.nonEmpty('must not be empty'),
    v.maxLength(100, 'must have at most 100 items'),
  ),
});

/** Of what must not happen by accident. */
export const confirmQuery = { confirm: v.optional(v.literal('true', 'must be true, or absent')) };

/** Of every list. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'must be a number from 1 to 100'), v.transform(Number)),
    '20',
  ),
  cursor: v.optional(v.string()),
};

export const eventFilter = {
  status: v.optional(v.picklist(WEBHOOK_EVENT_STATUSES)),
  type: v.optional(v.pipe(v.string(), v.maxLength(255, 'must have at most 255 characters'))),
  invoice_id: v.optional(platformId),
};

export const invoiceFilter = { status: v.optional(v.picklist(INVOICE_STATUSES)) };

/** Stripe's ids have no documented form; this keeps a path from being anything else. */
export const eventId = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(255, 'must have at most 255 characters'),
);

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
