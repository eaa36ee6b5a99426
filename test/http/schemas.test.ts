import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { CURRENCIES } from '../../functions/domain/money.ts';
import {
  ConnectBody,
  eventFilter,
  eventId,
  FinalizePayload,
  InvoiceBody,
  invoiceFilter,
  pageQuery,
  platformId,
  UpdateConnectionBody,
} from '../../functions/http/schemas.ts';
import { validate } from '../../functions/http/validation.ts';

const invoice = {
  invoice_number: 'INV-1',
  customer_id: 'cus_1',
  customer: { name: 'Jane Doe', email: 'jane@example.com' },
  currency: 'USD',
  amount_due: 129_900,
};
const line = { description: 'Consulting', quantity: 1, amount: 129_900 };

/** The fields at fault, each once; empty where it is taken. */
function faults(schema: v.GenericSchema, data: unknown): string[] {
  const result = validate(schema, data);
  return result.ok ? [] : [...new Set(result.errors.map(({ field }) => field))];
}

const invoiceFaults = (changes: object) => faults(InvoiceBody, { ...invoice, ...changes });

/** As a caller sends it: some numbers exist only in JSON. */
const asJson = (amount: string): unknown =>
  JSON.parse(
    JSON.stringify({ ...invoice, amount_due: 0 }).replace('"amount_due":0', `"amount_due":${amount}`),
  );

describe('an invoice', () => {
  test('becomes its content', () => {
    const full = { ...invoice, line_items: [line], due_date: '2026-04-01', memo: 'Thanks' };
    expect(validate(InvoiceBody, full)).toEqual({
      ok: true,
      value: {
        invoiceNumber: 'INV-1',
        customerId: 'cus_1',
        customer: { name: 'Jane Doe', email: 'jane@example.com' },
        currency: 'USD',
        amountDue: 129_900,
        lineItems: [line],
        dueDate: '2026-04-01',
        memo: 'Thanks',
      },
    });
  });

  test('absent and null are the same, so that a repetition by another client is no change', () => {
    const absent = validate(InvoiceBody, { ...invoice, customer: { name: 'Jane' } });
    const nulls = { customer: { name: 'Jane', email: null }, line_items: null, due_date: null, memo: null };
    expect(validate(InvoiceBody, { ...invoice, ...nulls })).toEqual(absent);
    expect(absent).toMatchObject({
      value: { customer: { email: null }, lineItems: [], dueDate: null, memo: null },
    });
  });

  test.each([
    '0',
    '-1',
    '0.5',
    '129900.01',
    '"129900"',
    'null',
    'true',
    '[129900]',
    '1e21',
    '9007199254740992',
  ])('case 22: an amount_due of %s is invalid', (amount) => {
    expect(faults(InvoiceBody, asJson(amount))).toEqual(['amount_due']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'case 22: an amount_due of %d is invalid',
    (amount_due) => {
      expect(invoiceFaults({ amount_due })).toEqual(['amount_due']);
    },
  );

  test.each(['1', '129900', '129900.0', '1299e2', '9007199254740991'])(
    'an amount_due of %s is valid',
    (amount) => {
      expect(faults(InvoiceBody, asJson(amount))).toEqual([]);
    },
  );

  test('case 22: every currency that Stripe presents is valid', () => {
    expect(CURRENCIES.flatMap((currency) => invoiceFaults({ currency }))).toEqual([]);
  });

  test.each(['usd', 'Usd', 'XXX', 'US', 'USD ', '', 'constructor', null, 840])(
    'a currency of %j is invalid',
    (currency) => {
      expect(invoiceFaults({ currency })).toEqual(['currency']);
    },
  );

  test.each<[string, number[]]>([
    ['too little', [129_899]],
    ['too much', [129_900, 1]],
    [
      'one that only floating point takes for right',
      [Number.MAX_SAFE_INTEGER, 2, -Number.MAX_SAFE_INTEGER, 129_897],
    ],
  ])('a sum of the line items that is %s is invalid', (_, amounts) => {
    const line_items = amounts.map((amount) => ({ ...line, amount }));
    expect(invoiceFaults({ line_items })).toEqual(['amount_due']);
  });

  test('a fractional amount_due is invalid beside line items, too', () => {
    expect(invoiceFaults({ amount_due: 129_900.5, line_items: [line] })).toEqual(['amount_due']);
  });

  test('line items that add up are valid, discounts too, and none at all', () => {
    const line_items = [130_000, -100].map((amount) => ({ ...line, amount }));
    expect(invoiceFaults({ line_items })).toEqual([]);
    expect(invoiceFaults({ line_items: [] })).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an empty description', { description: '' }, 'description'],
    ['a description of 10,001 characters', { description: 'x'.repeat(10_001) }, 'description'],
    ['a negative quantity', { quantity: -1 }, 'quantity'],
    ['a quantity too small to be shown', { quantity: 1e-10 }, 'quantity'],
    ['half an emoji', { description: '\ud83e' }, 'description'],
    ['a quantity as text', { quantity: '1' }, 'quantity'],
    ['an infinite quantity', { quantity: Number.POSITIVE_INFINITY }, 'quantity'],
    ['a fractional amount', { amount: 129_900.5 }, 'amount'],
    ['no amount', { amount: undefined }, 'amount'],
    ['an unknown field', { unit_price: 1 }, 'unit_price'],
  ])('a line with %s is invalid', (_, changes, field) => {
    expect(invoiceFaults({ line_items: [{ ...line, ...changes }] })).toEqual([`line_items.0.${field}`]);
  });

  test('more than 500 lines are invalid', () => {
    const lines = (count: number) => Array.from({ length: count }, () => ({ ...line, amount: 0 }));
    expect(invoiceFaults({ line_items: [line, ...lines(499)] })).toEqual([]);
    expect(invoiceFaults({ line_items: [line, ...lines(500)] })).toEqual(['line_items']);
  });

  test('one that is too large to be stored is invalid as a whole', () => {
    const lines = (length: number) =>
      Array.from({ length }, () => ({ ...line, description: 'x'.repeat(10_000) }));
    const amount_due = (length: number) => length * line.amount;
    expect(invoiceFaults({ amount_due: amount_due(19), line_items: lines(19) })).toEqual([]);
    expect(invoiceFaults({ amount_due: amount_due(20), line_items: lines(20) })).toEqual(['']);
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-4-1',
    '01.04.2026',
    '2026-04-01T00:00:00Z',
    '',
    '+02026-04-01',
    '２０２６-04-01',
  ])('a due_date of %j is invalid', (due_date) => {
    expect(invoiceFaults({ due_date })).toEqual(['due_date']);
  });

  test.each(['2028-02-29', '1999-12-31', '2026-04-30'])('a due_date of %s is valid', (due_date) => {
    expect(invoiceFaults({ due_date })).toEqual([]);
  });

  test.each([
    'jane',
    'jane@',
    '@example.com',
    'a@b',
    'jane@example.com\r\nBcc: x@example.com',
    'a@example.com,b@example.com',
    '',
    `${'j'.repeat(250)}@example.com`,
  ])('a customer e-mail of %j is invalid', (email) => {
    expect(invoiceFaults({ customer: { name: 'Jane', email } })).toEqual(['customer.email']);
  });

  test.each<[string, object, string]>([
    ['an empty number', { invoice_number: '' }, 'invoice_number'],
    ['a long number', { invoice_number: 'x'.repeat(256) }, 'invoice_number'],
    ['a customer id with a slash', { customer_id: 'a/b' }, 'customer_id'],
    ['a long customer id', { customer_id: 'c'.repeat(65) }, 'customer_id'],
    ['no customer', { customer: null }, 'customer'],
    ['a nameless customer', { customer: { email: null } }, 'customer.name'],
    ['an unknown field of the customer', { customer: { ...invoice.customer, phone: '1' } }, 'customer.phone'],
    ['half an emoji in a name', { customer: { name: '\ud83e' } }, 'customer.name'],
    ['half an emoji in the number', { invoice_number: '\ud83e' }, 'invoice_number'],
    ['a long memo', { memo: 'x'.repeat(10_001) }, 'memo'],
    ['line items that are no list', { line_items: { 0: line } }, 'line_items'],
  ])('%s is invalid', (_, changes, field) => {
    expect(invoiceFaults(changes)).toEqual([field]);
  });

  test.each([
    'org_id',
    'env_id',
    'invoice_id',
    'status',
    'amount_paid',
    'payments',
    'paid_at',
    'metadata',
    'constructor',
  ])('case 40: %s in a body is refused', (field) => {
    expect(invoiceFaults({ [field]: 'PAID' })).toEqual([field]);
  });

  test('case 8: __proto__ in a body is refused', () => {
    const body: unknown = JSON.parse(JSON.stringify(invoice).replace('{', '{"__proto__":{"amount_paid":1},'));
    expect(faults(InvoiceBody, body)).toEqual(['__proto__']);
  });
});

describe('what the finalize function is invoked with', () => {
  const payload = { org_id: 'org_1', env_id: 'prod', invoice: { invoice_id: 'inv_1', ...invoice } };

  test('becomes tenant, id and content', () => {
    expect(validate(FinalizePayload, payload)).toMatchObject({
      ok: true,
      value: {
        org_id: 'org_1',
        env_id: 'prod',
        invoice: { invoiceId: 'inv_1', content: { amountDue: 129_900 } },
      },
    });
  });

  test.each<[string, object, string]>([
    ['without invoice', { invoice: undefined }, 'invoice'],
    ['without invoice_id', { invoice }, 'invoice.invoice_id'],
    ['with a wrong sum', { invoice: { ...payload.invoice, line_items: [line, line] } }, 'invoice.amount_due'],
    ['with a status', { invoice: { ...payload.invoice, status: 'PAID' } }, 'invoice.status'],
    ['with another field', { amount_paid: 1 }, 'amount_paid'],
    ['with an org_id of the wrong form', { org_id: 'org#1' }, 'org_id'],
  ])('%s is invalid', (_, changes, field) => {
    expect(faults(FinalizePayload, { ...payload, ...changes })).toEqual([field]);
  });

  test.each([undefined, null, 'x', 7, [payload]])('%j is invalid', (data) => {
    expect(faults(FinalizePayload, data)).not.toEqual([]);
  });
});

describe('a platform id', () => {
  test.each(['a', 'A-b_9', 'x'.repeat(64)])('%s is valid', (id) => {
    expect(faults(platformId, id)).toEqual([]);
  });

  test.each(['', 'x'.repeat(65), 'a b', 'a/b', 'a#b', 'a.b', 'é', 'a\n', '../x', '%2F'])(
    '%j is invalid',
    (id) => {
      expect(faults(platformId, id)).not.toEqual([]);
    },
  );
});

describe('the body of a connection', () => {
  const connect = { name: 'Production', secret_key: 'sk_test_1' };

  test('its name is trimmed, its secrets are left to those who know their form', () => {
    expect(validate(ConnectBody, { ...connect, name: ' P ', webhook_secret: ' whsec_1\n' })).toEqual({
      ok: true,
      value: { name: 'P', secret_key: 'sk_test_1', webhook_secret: ' whsec_1\n' },
    });
  });

  test.each<[object, string]>([
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ secret_key: undefined }, 'secret_key'],
    [{ secret_key: 1 }, 'secret_key'],
    [{ webhook_secret: 1 }, 'webhook_secret'],
    [{ org_id: 'org_2' }, 'org_id'],
    [{ livemode: true }, 'livemode'],
  ])('%j is invalid', (changes, field) => {
    expect(faults(ConnectBody, { ...connect, ...changes })).toEqual([field]);
  });

  test('a change must change something', () => {
    for (const body of [
      { name: 'New' },
      { secret_key: 'x' },
      { webhook_secret: 'x' },
      { is_active: false },
    ]) {
      expect(faults(UpdateConnectionBody, body)).toEqual([]);
    }
    expect(faults(UpdateConnectionBody, {})).toEqual(['']);
  });

  test.each<[object, string]>([
    [{ is_active: 'false' }, 'is_active'],
    [{ is_active: null }, 'is_active'],
    [{ confirm_account_change: 'true' }, 'confirm_account_change'],
    [{ revoke_previous: 1 }, 'revoke_previous'],
    [{ org_id: 'org_2' }, 'org_id'],
    [{ livemode: true }, 'livemode'],
  ])('case 40: a change of %j is invalid', (changes, field) => {
    expect(faults(UpdateConnectionBody, { name: 'New', ...changes })).toEqual([field]);
  });
});

describe('queries and paths', () => {
  const page = v.strictObject(pageQuery);

  test.each([
    [{}, 20],
    [{ limit: '1' }, 1],
    [{ limit: '99' }, 99],
    [{ limit: '100' }, 100],
  ])('%j asks for %d', (query, limit) => {
    expect(validate(page, query)).toMatchObject({ ok: true, value: { limit } });
  });

  test.each(['0', '101', '-1', '1.5', '01', '1e1', ' 1', '', '１'])('a limit of %j is invalid', (limit) => {
    expect(faults(page, { limit })).toEqual(['limit']);
  });

  test('filters take only what there is', () => {
    expect(faults(v.strictObject(invoiceFilter), { status: 'VOID' })).toEqual([]);
    expect(faults(v.strictObject(invoiceFilter), { status: 'void' })).toEqual(['status']);
    expect(faults(v.strictObject(eventFilter), { status: 'PAID' })).toEqual(['status']);
    expect(faults(v.strictObject(eventFilter), { invoice_id: 'a/b' })).toEqual(['invoice_id']);
    expect(faults(v.strictObject({ ...pageQuery, ...eventFilter }), { org_id: 'org_2' })).toEqual(['org_id']);
  });

  test('an event id has 1 to 255 characters', () => {
    expect(faults(eventId, 'evt_1')).toEqual([]);
    expect(faults(eventId, '')).not.toEqual([]);
    expect(faults(eventId, 'e'.repeat(256))).not.toEqual([]);
  });
});
