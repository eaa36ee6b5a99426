import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
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
import { sentence, validate } from '../../functions/http/validation.ts';

const CANARY = 'sk_live_QzCanary';

const line = { description: 'Consulting', quantity: 1, amount: 129_900 };
const invoice = {
  invoice_number: 'INV-1',
  customer_id: 'cus_1',
  customer: { name: 'Jane Doe', email: 'jane@example.com' },
  currency: 'USD',
  amount_due: 129_900,
  line_items: [line],
  due_date: '2026-04-01',
  memo: 'Thanks',
};
const payload = { org_id: 'org_1', env_id: 'prod', invoice: { invoice_id: 'inv_1', ...invoice } };

/** Every schema of outside data, with data that it takes. */
const schemas: readonly (readonly [string, v.GenericSchema, unknown])[] = [
  ['InvoiceBody', InvoiceBody, invoice],
  ['FinalizePayload', FinalizePayload, payload],
  ['ConnectBody', ConnectBody, { name: 'x', secret_key: 'x', webhook_secret: 'x' }],
  [
    'UpdateConnectionBody',
    UpdateConnectionBody,
    { name: 'x', secret_key: 'x', webhook_secret: 'x', is_active: true, revoke_previous: false },
  ],
  ['pageQuery', v.strictObject(pageQuery), { limit: '1', cursor: 'x' }],
  [
    'eventFilter',
    v.strictObject(eventFilter),
    { status: 'applied', type: 'charge.refunded', invoice_id: 'inv_1' },
  ],
  ['invoiceFilter', v.strictObject(invoiceFilter), { status: 'PAID' }],
  ['path', v.strictObject({ event_id: eventId, env_id: platformId }), { event_id: 'evt_1', env_id: 'prod' }],
];

/** Every value that is `data` with one thing in it, at any depth, replaced by `replacement`; and with one added. */
function replacedAnywhere(data: unknown, replacement: unknown): unknown[] {
  if (Array.isArray(data)) {
    return [
      replacement,
      ...data.flatMap((item, index) =>
        replacedAnywhere(item, replacement).map((changed) => data.with(index, changed)),
      ),
    ];
  }
  if (typeof data !== 'object' || data === null) return [replacement];
  return [
    replacement,
    { ...data, unknown_field: replacement },
    ...Object.entries(data).flatMap(([key, value]) =>
      replacedAnywhere(value, replacement).map((changed) => ({ ...data, [key]: changed })),
    ),
  ];
}

describe('case 38: no message repeats what was sent', () => {
  const secrets: readonly (readonly [string, unknown])[] = [
    ['text', CANARY],
    ['text that is too long', CANARY.repeat(1_000)],
    ['a list', [CANARY]],
    ['a list of objects', [{ description: CANARY, quantity: CANARY, amount: CANARY }]],
    ['an object', { name: CANARY, value: { secret: CANARY } }],
    ['the name of a field', { [CANARY]: 1 }],
  ];

  test.each(schemas)('%s', (_, schema, valid) => {
    expect(validate(schema, valid).ok).toBe(true);
    let refused = 0;
    for (const [, secret] of secrets) {
      for (const data of replacedAnywhere(valid, secret)) {
        const result = validate(schema, data);
        if (result.ok) continue;
        refused += 1;
        expect(JSON.stringify(result.errors)).not.toContain('Canary');
        expect(sentence(result.errors)).not.toContain('Canary');
      }
    }
    expect(refused).toBeGreaterThan(10);
  });

  test.each([true, 0, 12_345_678_901_234, null, [], {}])('nor %j, and all are phrased as a rule', (sent) => {
    for (const [, schema, valid] of schemas) {
      for (const data of replacedAnywhere(valid, sent)) {
        const result = validate(schema, data);
        if (result.ok) continue;
        for (const { message } of result.errors) {
          expect(message).toMatch(/^(must|is|at least|there is)\b/);
          expect(message).not.toMatch(/invalid|received|expected|12345678901234/i);
        }
      }
    }
  });
});

describe('an error names its field', () => {
  const errorsOf = (schema: v.GenericSchema, data: unknown) => {
    const result = validate(schema, data);
    return result.ok ? [] : result.errors;
  };

  test.each<[string, unknown, string, string]>([
    ['missing', { env_id: 'prod', invoice: payload.invoice }, 'org_id', 'is required'],
    ['of the wrong type', { ...payload, org_id: 7 }, 'org_id', 'must be text'],
    ['unknown', { ...payload, extra: 1 }, 'extra', 'is not a known field'],
    ['unknown, and perhaps a secret', { ...payload, [CANARY]: 1 }, '', 'there is a field that is not known'],
    ['not an object', 'x', '', 'must be an object'],
    [
      'deep',
      { ...payload, invoice: { ...payload.invoice, line_items: [line, { ...line, extra: 1 }] } },
      'invoice.line_items.1.extra',
      'is not a known field',
    ],
  ])('%s', (_, data, field, message) => {
    expect(errorsOf(FinalizePayload, data)).toContainEqual({ field, message });
  });

  test('all of them at once', () => {
    const errors = errorsOf(ConnectBody, { name: ' ', extra: 1 });
    expect(errors.map(({ field }) => field).sort()).toEqual(['extra', 'name', 'secret_key']);
    expect(sentence(errors)).toBe(
      'name must not be empty; secret_key is required; extra is not a known field.',
    );
  });

  test('and where none is at fault, the whole', () => {
    const errors = errorsOf(UpdateConnectionBody, {});
    expect(errors).toEqual([{ field: '', message: 'at least one field must be sent' }]);
    expect(sentence(errors)).toBe('at least one field must be sent.');
  });
});
