import { createHmac } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { NOW } from '../../support/builders.ts';
import { property } from '../../support/property.ts';
import { STRICTER, THIN_EVENT } from '../../support/stripe-differences.ts';
import { type Delivery, SECRET, stripeAccepts, TIMESTAMP, weAccept } from '../../support/stripe-verdicts.ts';
import { bodies, changes } from '../../support/webhook-bodies.ts';

const nearby = fc.oneof(
  fc.constantFrom(0, -299, -300, -301, 299, 300, 301),
  fc.integer({ min: -320, max: 320 }),
);
/** What may follow `t=`. */
const times = fc.oneof(
  { weight: 8, arbitrary: nearby.map((ahead) => `${TIMESTAMP + ahead}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['abc', '.5', 'e3', '=', '=5', ' ', '000', '\u0660', '\n'].map((end) => `${TIMESTAMP}${end}`),
      ...[' ', '+', '-', '0', '00000', '0x', '\t', '\ufeff'].map((start) => `${start}${TIMESTAMP}`),
      ...['', '0', '-0', '-1', 'NaN', '1e400', `${Number.MAX_SAFE_INTEGER}`, '9'.repeat(400)],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);

type Element = (good: string) => string;
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
/** What may stand beside the time and the good signature. */
const elements: fc.Arbitrary<Element> = fc.oneof(
  fc.constantFrom<Element>(
    (good) => `v1=${good}`,
    (good) => `v1=${good}=`,
    (good) => `v1=${good} `,
    (good) => ` v1=${good}`,
    (good) => `V1=${good}`,
    (good) => `v0=${good}`,
    (good) => `v1=${good.toUpperCase()}`,
    (good) => `v1=${good.slice(1)}`,
    (good) => `v1=${good}0`,
    (good) => Array(11).fill(`v1=${good}`).join(),
  ),
  fc
    .constantFrom(
      '',
      ' ',
      '=',
      'v1',
      'v1=',
      't',
      'v0=',
      'v0=\n',
      '__proto__=1',
      'a_2=a=b',
      `v1=${'é'.repeat(64)}`,
    )
    .map(constantly),
  times.map((time) => constantly(`t=${time}`)),
  fc
    .array(hex, { minLength: 1, maxLength: 11 })
    .map((wrong) => constantly(wrong.map((v1) => `v1=${v1}`).join())),
  fc.string({ unit: 'binary', maxLength: 20 }).map(constantly),
  fc.integer({ min: 1_900, max: 2_100 }).map((length) => constantly(`v0=${'0'.repeat(length)}`)),
);

function constantly(text: string): Element {
  return () => text;
}

/** Signed with the secret, and then made into anything that may arrive. */
const signedDeliveries: fc.Arbitrary<Delivery> = fc
  .record({
    sent: bodies,
    change: changes,
    time: times,
    /** stripe-node signs the number that it reads, and not the text. */
    timeAsRead: fc.boolean(),
    first: fc.boolean(),
    beside: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.tuple(elements, fc.nat()), { maxLength: 3 }) },
    ),
    milliseconds: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ sent, change, time, timeAsRead, first, beside, milliseconds }) => {
    const content = `${timeAsRead ? Number.parseInt(time, 10) : time}.`;
    const good = createHmac('sha256', SECRET).update(content).update(sent).digest('hex');
    const header = [`t=${time}`, `v1=${good}`];
    if (first) header.reverse();
    for (const [element, place] of beside) header.splice(place % (header.length + 1), 0, element(good));
    return {
      header: header.join(),
      body: change(sent),
      now: new Date(NOW.getTime() + milliseconds),
    };
  });

const anyDeliveries: fc.Arbitrary<Delivery> = fc.record({
  header: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(times, hex).map(([time, v1]) => `t=${time},v1=${v1}`),
    fc.array(elements, { maxLength: 5 }).map((made) => made.map((element) => element('0'.repeat(64))).join()),
  ),
  body: bodies,
});

/** stripe-node's verdict, but for the differences that have a name. */
function expectedOf(delivery: Delivery): boolean {
  return (
    (stripeAccepts(delivery) || THIN_EVENT.applies(delivery)) &&
    !STRICTER.some(({ applies }) => applies(delivery))
  );
}

property(
  'case 6, case 7, case 8: what is signed, and then anything, is accepted as by stripe-node, but for the named differences',
  fc.property(signedDeliveries, (delivery) => {
    expect(weAccept(delivery)).toBe(expectedOf(delivery));
  }),
  { numRuns: 5_000 },
);

property(
  'case 6: what nobody signed is accepted by neither',
  fc.property(anyDeliveries, (delivery) => {
    expect({ ours: weAccept(delivery), stripe: stripeAccepts(delivery) }).toEqual({
      ours: false,
      stripe: false,
    });
  }),
  { numRuns: 5_000 },
);
