import fc from 'fast-check';
import { EVENT_TYPES } from '../../functions/domain/webhook-event.ts';

/** Bodies of webhooks to fuzz with: from events as Stripe sends them to bytes that mean nothing. */

const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 });
/** JSON writes half a surrogate pair as an escape; no text that is UTF-8 can hold one. */
const illFormed = fc.constantFrom('\ud800', 'evt_\udc00', '\udbff\ud800');
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '\0',
    ' ',
    '__proto__',
    'constructor',
    'a'.repeat(255),
    'a'.repeat(256),
    '\u{1f4b6}'.repeat(300),
  ),
  illFormed,
);

/** Mostly `plausible`, and else any text or any JSON. */
const mostly = (plausible: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 18, arbitrary: plausible },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: anything },
  );
const oneOf = (...values: readonly unknown[]) => mostly(fc.constantFrom(...values));

const amount = mostly(fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.double(), fc.constant(129_900)));
const currency = oneOf('usd', 'EUR', 'jpy', 'kwd', 'ß');

/** `data.object`, with what we read of it. */
const subjects = (invoiceIds: fc.Arbitrary<unknown>) => {
  const metadata = fc.record(
    {
      invoice_id: mostly(invoiceIds),
      customer_id: anyText,
      org_id: oneOf('org_1', null),
      env_id: oneOf('prod', null),
      nonce: anyText,
    },
    { requiredKeys: ['invoice_id'] },
  );
  return fc.record(
    {
      id: oneOf('pi_1', 'cs_1'),
      metadata: mostly(metadata),
      payment_intent: oneOf('pi_1', null, { id: 'pi_1' }),
      payment_link: oneOf('plink_1', null, { id: 'plink_1' }),
      payment_status: oneOf('paid', 'unpaid', 'no_payment_required'),
      currency,
      amount,
      amount_total: amount,
      amount_received: amount,
      amount_paid: amount,
      amount_due: amount,
      amount_refunded: amount,
      currency_conversion: mostly(fc.record({ amount_total: amount, source_currency: currency })),
    },
    { requiredKeys: ['metadata', 'currency'] },
  );
};

/** Objects with the fields of an event, each of which may be missing or anything. */
export const eventsOf = (invoiceIds: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      id: mostly(fc.nat({ max: 1_000_000 }).map((number) => `evt_${number}`)),
      type: oneOf(...EVENT_TYPES, 'customer.created'),
      object: oneOf('event', 'event', 'event', 'v2.core.event'),
      livemode: mostly(fc.boolean()),
      created: mostly(fc.oneof(fc.constant(1_772_366_400), fc.integer(), fc.double())),
      data: mostly(fc.record({ object: mostly(subjects(invoiceIds)) })),
      account: anything,
    },
    { requiredKeys: ['id', 'type', 'data'] },
  );

export const anyEvent = eventsOf(anyText);

const indented = (value: fc.Arbitrary<unknown>) =>
  fc.tuple(value, fc.constantFrom('', '  ')).map(([json, indent]) => JSON.stringify(json, null, indent));

const EVENT = '"id":"evt_1","type":"customer.created"';
const nested = (depth: number) => `{${EVENT},"data":${'['.repeat(depth)}${']'.repeat(depth)}}`;
/** What no serialiser writes. */
const oddTexts = fc.constantFrom(
  ...['', ' ', '{', 'evt_1', `{${EVENT},}`, `\u00a0{${EVENT}}`, `{${EVENT}}{}`, `\u2028{${EVENT}}`],
  ...[`{${EVENT},"id":"evt_2"}`, `{${EVENT},"id":null}`, `{"type":0,${EVENT}}`, `{${EVENT},"data":1e999}`],
  ...[`{"__proto__":{${EVENT}}}`, `{${EVENT},"__proto__":{"livemode":true}}`, `{${EVENT},"__proto__":null}`],
  ...[`{${EVENT},"data":{"__proto__":{"object":{"id":"pi_1"}}}}`, `[{${EVENT}}]`, `"{${EVENT}}"`],
  ...[nested(10), nested(100_000), '['.repeat(100_000)],
);

const texts = fc.oneof(
  { weight: 6, arbitrary: indented(anyEvent) },
  { weight: 2, arbitrary: indented(anything) },
  { weight: 2, arbitrary: oddTexts },
);
/** Bytes that are no UTF-8 in an event that otherwise is one. */
const broken = fc
  .constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82])
  .map((bytes) =>
    Buffer.concat([Buffer.from('{"id":"evt_'), Buffer.from(bytes), Buffer.from('","type":"a"}')]),
  );

/** Any body. */
export const bodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: texts.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: texts.map((text) => Buffer.from(`\ufeff${text}`)) },
  { weight: 1, arbitrary: broken },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);

/** What may become of a body between its signature and us. */
export const changes: fc.Arbitrary<(body: Uint8Array) => Uint8Array> = fc.oneof(
  { weight: 9, arbitrary: fc.constant((body: Uint8Array) => body) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(decoded, withBom, reserialised, (body: Uint8Array) => body.subarray(1)),
  },
  { weight: 1, arbitrary: fc.nat().map((bit) => (body: Uint8Array) => flipped(body, bit)) },
);

function decoded(body: Uint8Array): Uint8Array {
  return Buffer.from(new TextDecoder().decode(body));
}

function withBom(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('\ufeff'), body]);
}

function reserialised(body: Uint8Array): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 1));
  } catch {
    return body;
  }
}

function flipped(body: Uint8Array, bit: number): Uint8Array {
  const place = Math.floor(bit / 8) % (body.length || 1);
  return body.map((byte, index) => (index === place ? byte ^ (1 << (bit % 8)) : byte));
}
