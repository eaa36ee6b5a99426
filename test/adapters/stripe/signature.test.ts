import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSigned, readSignatureHeader } from '../../../functions/adapters/stripe/signature.ts';
import { NOW } from '../../support/builders.ts';
import { property } from '../../support/property.ts';
import { STRICTER, THIN_EVENT } from '../../support/stripe-differences.ts';
import {
  type Delivery,
  SECRET,
  signatureOf,
  signed,
  stripeAccepts,
  TIMESTAMP,
  weAccept,
} from '../../support/stripe-verdicts.ts';

const PAYLOAD = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object: {} } });

const bytes = (text: string) => new TextEncoder().encode(text);

/** What both say; fails where they differ. */
function bothSay(delivery: Delivery): 'accepted' | 'refused' {
  const ours = weAccept(delivery);
  expect(stripeAccepts(delivery)).toBe(ours);
  return ours ? 'accepted' : 'refused';
}

describe('as stripe-node does', () => {
  const text = fc.string({ unit: 'binary' });
  const events = fc.record({
    id: fc.string({ minLength: 1 }),
    type: fc.string({ minLength: 1 }),
    data: fc.record({ object: fc.dictionary(text, fc.jsonValue()) }),
  });
  const payloads = fc
    .tuple(events, fc.constantFrom('', '  ', '\t'), fc.constantFrom('', '\n'))
    .map(([event, indent, end]) => `${JSON.stringify(event, null, indent)}${end}`);
  /** Without NUL, with which a key for an HMAC is filled up anyway. */
  const secrets = fc.string({ unit: 'grapheme' }).filter((secret) => secret.trim() !== '');

  const ages = fc.integer({ min: -300, max: 300 });
  property(
    'everything that its generator signs is accepted, by any secret',
    fc.property(payloads, secrets, ages, (body, secret, age) => {
      const header = signed(body, { secret, timestamp: TIMESTAMP - age });
      expect(bothSay({ header, body, secret })).toBe('accepted');
    }),
  );

  property(
    'nothing is accepted by another secret',
    fc.property(payloads, secrets, secrets, (body, secret, other) => {
      fc.pre(secret !== other);
      expect(bothSay({ header: signed(body, { secret: other }), body, secret })).toBe('refused');
    }),
  );

  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  property(
    'nothing is accepted with one byte changed',
    fc.property(payloads, change, (payload, [place, difference]) => {
      const body = bytes(payload);
      const index = place % body.length;
      body[index] = (body[index] ?? 0) ^ difference;
      expect(weAccept({ header: signed(payload), body })).toBe(false);
    }),
  );

  test('case 8: a body that a proxy serialised again is refused', () => {
    const body = JSON.stringify(JSON.parse(PAYLOAD), null, 2);
    expect(bothSay({ header: signed(PAYLOAD), body })).toBe('refused');
  });

  test.each([
    [299, 'accepted'],
    [300, 'accepted'],
    [301, 'refused'],
  ])('case 6: %d seconds old is %s', (age, expected) => {
    expect(bothSay({ header: signed(PAYLOAD, { timestamp: TIMESTAMP - age }), body: PAYLOAD })).toBe(
      expected,
    );
  });

  test('a part of a second more is not a second more', () => {
    const now = new Date(NOW.getTime() + 999);
    const header = signed(PAYLOAD, { timestamp: TIMESTAMP - 300 });
    expect(bothSay({ header, body: PAYLOAD, now })).toBe('accepted');
  });

  test('case 7: of several v1, one good one suffices, wherever it stands', () => {
    const [t, wrong, good] = [`t=${TIMESTAMP}`, `v1=${'0'.repeat(64)}`, `v1=${signatureOf(PAYLOAD)}`];
    for (const header of [`${t},${wrong},${good}`, `${t},${good},${wrong}`, `${good},${t}`]) {
      expect(bothSay({ header, body: PAYLOAD })).toBe('accepted');
    }
    expect(bothSay({ header: `${t},${wrong},${wrong}`, body: PAYLOAD })).toBe('refused');
  });

  test('case 6: another scheme only is refused, beside v1 it is ignored', () => {
    const v0 = signed(PAYLOAD, { scheme: 'v0' });
    expect(bothSay({ header: v0, body: PAYLOAD })).toBe('refused');
    expect(bothSay({ header: `${v0},v1=${signatureOf(PAYLOAD)}`, body: PAYLOAD })).toBe('accepted');
  });

  test.each([
    ['empty', ''],
    ['without t', `v1=${signatureOf(PAYLOAD)}`],
    ['without signature', `t=${TIMESTAMP}`],
    ['with an empty signature', `t=${TIMESTAMP},v1=`],
    ['with a signature cut short', `t=${TIMESTAMP},v1=${signatureOf(PAYLOAD).slice(0, -2)}`],
    ['with an upper-case signature', `t=${TIMESTAMP},v1=${signatureOf(PAYLOAD).toUpperCase()}`],
    ['with another t than the signed one', `t=${TIMESTAMP - 1},v1=${signatureOf(PAYLOAD)}`],
    ['with a negative t', signed(PAYLOAD, { timestamp: -TIMESTAMP })],
    ['of junk', 'garbage'],
  ])('case 6: a header %s is refused', (_, header) => {
    expect(bothSay({ header, body: PAYLOAD })).toBe('refused');
  });

  test('case 8: what is not JSON is refused, though signed', () => {
    for (const body of ['', '{', 'id=evt_1', '{"id": evt_1}']) {
      expect(bothSay({ header: signed(body), body })).toBe('refused');
    }
  });
});

describe('otherwise than stripe-node, on purpose', () => {
  test.each(STRICTER)('$name is refused', (difference) => {
    for (const delivery of difference.examples) {
      expect({ stripe: stripeAccepts(delivery), ours: weAccept(delivery) }).toEqual({
        stripe: true,
        ours: false,
      });
      expect(STRICTER.filter(({ applies }) => applies(delivery))).toEqual([difference]);
    }
  });

  test(`${THIN_EVENT.name}, is accepted`, () => {
    for (const delivery of THIN_EVENT.examples) {
      expect({ stripe: stripeAccepts(delivery), ours: weAccept(delivery) }).toEqual({
        stripe: false,
        ours: true,
      });
      expect([...STRICTER, THIN_EVENT].filter(({ applies }) => applies(delivery))).toEqual([THIN_EVENT]);
    }
  });

  test.each([`0${TIMESTAMP}`, `${TIMESTAMP} `, ` ${TIMESTAMP}`, `${TIMESTAMP}.0`, `+${TIMESTAMP}`])(
    'case 6: t=%s is refused, also where just that is signed',
    (time) => {
      const hmac = createHmac('sha256', SECRET).update(`${time}.${PAYLOAD}`).digest('hex');
      expect(bothSay({ header: `t=${time},v1=${hmac}`, body: PAYLOAD })).toBe('refused');
    },
  );

  test('case 8: a signed BOM is genuine, but no event', () => {
    const body = `\ufeff${PAYLOAD}`;
    const header = readSignatureHeader(signed(body), NOW);
    expect(header && isSigned(header, bytes(body), SECRET)).toBe(true);
    expect(bothSay({ header: signed(body), body })).toBe('refused');
  });

  test('exactly 300 seconds ahead and exactly ten v1 are accepted, as stripe-node does', () => {
    const ahead = signed(PAYLOAD, { timestamp: TIMESTAMP + 300 });
    const wrong = `v1=${'0'.repeat(64)}`;
    const ten = [`t=${TIMESTAMP}`, ...Array(9).fill(wrong), `v1=${signatureOf(PAYLOAD)}`].join();
    for (const header of [ahead, ten]) expect(bothSay({ header, body: PAYLOAD })).toBe('accepted');
  });
});

test('a missing header is refused', () => {
  expect(readSignatureHeader(undefined, NOW)).toBeNull();
});

test('case 6: a header without a signature shows by itself that it is not genuine', () => {
  expect(readSignatureHeader(`t=${TIMESTAMP}`, NOW)).toBeNull();
  expect(readSignatureHeader(signed(PAYLOAD, { scheme: 'v0' }), NOW)).toBeNull();
});

test('a header may have 2,048 characters', () => {
  const header = `${signed(PAYLOAD)},v0=`.padEnd(2_048, '0');
  expect(bothSay({ header, body: PAYLOAD })).toBe('accepted');
  expect(readSignatureHeader(`${header}0`, NOW)).toBeNull();
});
