import { isUtf8 } from 'node:buffer';
import * as v from 'valibot';
import { NOW } from './builders.ts';
import { type Delivery, signatureOf, signed, stripeVerifies, TIMESTAMP } from './stripe-verdicts.ts';

/**
 * Where we answer otherwise than stripe-node, on purpose. The list is complete: without one of these, both accept or
 * both refuse.
 */
export type Difference = {
  readonly name: string;
  readonly applies: (delivery: Delivery) => boolean;
  /** Deliveries to which no other difference applies. */
  readonly examples: readonly Delivery[];
};

const PAYLOAD = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object: {} } });
const T = `t=${TIMESTAMP}`;
const GOOD = `v1=${signatureOf(PAYLOAD)}`;
const WRONG = `v1=${'0'.repeat(64)}`;

const Event = v.object({ id: v.string(), type: v.string() });
const ThinEvent = v.object({ object: v.literal('v2.core.event') });

/** What stripe-node accepts and we refuse. */
export const STRICTER: readonly Difference[] = [
  {
    name: 'case 6: more than 300 seconds ahead',
    applies: ({ header, now = NOW }) =>
      Number.parseInt(valuesOf('t', header).at(-1) ?? '', 10) - Math.floor(now.getTime() / 1000) > 300,
    examples: [
      { header: signed(PAYLOAD, { timestamp: TIMESTAMP + 301 }), body: PAYLOAD },
      { header: signed(PAYLOAD, { timestamp: TIMESTAMP * 1000 }), body: PAYLOAD },
    ],
  },
  {
    name: 'case 6: a t that is more than its number',
    applies: ({ header }) => valuesOf('t', header).some((value) => !/^[1-9]\d*$/.test(value)),
    examples: [`${TIMESTAMP}abc`, `${TIMESTAMP}.5`, ` ${TIMESTAMP}`, `+${TIMESTAMP}`, `0${TIMESTAMP}`].map(
      (value) => ({ header: `t=${value},${GOOD}`, body: PAYLOAD }),
    ),
  },
  {
    name: 'case 6: a repeated t',
    applies: ({ header }) => valuesOf('t', header).length > 1,
    examples: [
      { header: `t=1,${T},${GOOD}`, body: PAYLOAD },
      { header: `${T},${T},${GOOD}`, body: PAYLOAD },
    ],
  },
  {
    name: 'more than ten v1',
    applies: ({ header }) => valuesOf('v1', header).length > 10,
    examples: [{ header: [T, ...Array(10).fill(WRONG), GOOD].join(), body: PAYLOAD }],
  },
  {
    name: 'a v1 that is no lower-case HMAC beside a good one',
    applies: ({ header }) => valuesOf('v1', header).some((value) => !/^[0-9a-f]{64}$/.test(value)),
    examples: [`v1=${'A'.repeat(64)}`, 'v1=0', `v1=${'0'.repeat(65)}`, `${GOOD} `, `${GOOD}=`].map(
      (beside) => ({
        header: `${T},${GOOD},${beside}`,
        body: PAYLOAD,
      }),
    ),
  },
  {
    name: 'an element that is no scheme and value',
    applies: ({ header }) => !header.split(',').every((element) => /^[a-z0-9_]+=.*$/.test(element)),
    examples: ['', 'v0', '=', ` ${GOOD}`, 'V1=0', 'v0=\n0'].map((element) => ({
      header: `${T},${GOOD},${element}`,
      body: PAYLOAD,
    })),
  },
  {
    name: 'a header of more than 2,048 characters',
    applies: ({ header }) => header.length > 2_048,
    examples: [{ header: `${T},${GOOD},v0=${'0'.repeat(2_048)}`, body: PAYLOAD }],
  },
  {
    name: 'case 8: a BOM that is not signed',
    applies: ({ body }) => Buffer.from(body).subarray(0, 3).equals(Buffer.from('\ufeff')),
    examples: [{ header: signed(PAYLOAD), body: `\ufeff${PAYLOAD}` }],
  },
  {
    name: 'case 8: broken UTF-8 that is signed as what a decoder makes of it',
    applies: ({ body }) => !isUtf8(Buffer.from(body)),
    examples: [
      {
        header: signed(PAYLOAD.replace('evt_1', 'evt_\ufffd')),
        body: Buffer.from(PAYLOAD.replace('evt_1', 'evt_\xff'), 'latin1'),
      },
    ],
  },
  {
    name: 'case 8: JSON that is no object with id and type as text',
    applies: ({ body }) => !v.is(Event, read(body)),
    examples: [
      'null',
      '[]',
      '1',
      '"evt_1"',
      '{}',
      '{"id":"evt_1"}',
      '{"id":1,"type":"customer.created"}',
      '{"__proto__":{"id":"evt_1","type":"customer.created"}}',
    ].map((body) => ({ header: signed(body), body })),
  },
  {
    name: 'an id or type that is empty, longer than 255 characters or ill-formed',
    applies: ({ body }) => {
      const { output, success } = v.safeParse(Event, read(body));
      return success && [output.id, output.type].some(isUnusable);
    },
    examples: ['', 'e'.repeat(256), '\ud800']
      .flatMap((text) => [
        JSON.stringify({ id: text, type: 'customer.created' }),
        JSON.stringify({ id: 'evt_1', type: text }),
      ])
      .map((body) => ({ header: signed(body), body })),
  },
];

/** What stripe-node refuses and we accept: a thin event is genuine, and a refusal would only make Stripe repeat it. */
export const THIN_EVENT: Difference = {
  name: 'case 9: a thin event, which stripe-node wants read by another function',
  applies: (delivery) => stripeVerifies(delivery) && v.is(ThinEvent, read(delivery.body)),
  examples: [
    JSON.stringify({ id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found' }),
  ].map((body) => ({ header: signed(body), body })),
};

function valuesOf(scheme: string, header: string): string[] {
  return header
    .split(',')
    .filter((element) => element.startsWith(`${scheme}=`))
    .map((element) => element.slice(scheme.length + 1));
}

/** The JSON as stripe-node reads it: without a BOM, and with what is broken replaced. */
function read(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(Buffer.from(body)));
  } catch {
    return undefined;
  }
}

function isUnusable(text: string): boolean {
  return text === '' || text.length > 255 || !text.isWellFormed();
}
