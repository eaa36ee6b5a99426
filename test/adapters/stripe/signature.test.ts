import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Stripe } from 'stripe';
import { parsePaymentEvent } from '../../../functions/adapters/stripe/payment-event.ts';
import { isSigned, readSignatureHeader } from '../../../functions/adapters/stripe/signature.ts';
import { NOW } from '../../support/builders.ts';

const { webhooks } = Stripe;

const SECRET = 'whsec_test';
const TIMESTAMP = NOW.getTime() / 1000;
const PAYLOAD = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object: {} } });

const bytes = (text: string) => new TextEncoder().encode(text);

type SigningOptions = {
  readonly secret?: string;
  readonly timestamp?: number;
  readonly scheme?: string;
};

/** A header as stripe-node makes it. */
function signed(payload: string, { secret = SECRET, timestamp = TIMESTAMP, ...others }: SigningOptions = {}) {
  return webhooks.generateTestHeaderString({ payload, secret, timestamp, ...others });
}

/** The hexadecimal signature in such a header. */
function signatureOf(payload: string, options?: SigningOptions): string {
  return signed(payload, options).replace(/^.*=/, '');
}

type Delivery = {
  readonly header: string;
  readonly body: string | Uint8Array;
  readonly secret?: string;
  readonly now?: Date;
};

function weAccept({ header, body, secret = SECRET, now = NOW }: Delivery): boolean {
  const received = typeof body === 'string' ? bytes(body) : body;
  const read = readSignatureHeader(header, now);
  return read !== null && isSigned(read, received, secret) && parsePaymentEvent(received, now) !== null;
}

function stripeAccepts({ header, body, secret = SECRET, now = NOW }: Delivery): boolean {
  const received = typeof body === 'string' ? body : Buffer.from(body);
  try {
    webhooks.constructEvent(received, header, secret, 300, undefined, now.getTime());
    return true;
  } catch {
    return false;
  }
}

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

  test('everything that its generator signs is accepted, by any secret', () => {
    const ages = fc.integer({ min: -300, max: 300 });
    fc.assert(
      fc.property(payloads, secrets, ages, (body, secret, age) => {
        const header = signed(body, { secret, timestamp: TIMESTAMP - age });
        expect(bothSay({ header, body, secret })).toBe('accepted');
      }),
      { numRuns: 1_000 },
    );
  });

  test('nothing is accepted by another secret', () => {
    fc.assert(
      fc.property(payloads, secrets, secrets, (body, secret, other) => {
        fc.pre(secret !== other);
        expect(bothSay({ header: signed(body, { secret: other }), body, secret })).toBe('refused');
      }),
    );
  });

  test('nothing is accepted with one byte changed', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(payloads, change, (payload, [place, difference]) => {
        const body = bytes(payload);
        const index = place % body.length;
        body[index] = (body[index] ?? 0) ^ difference;
        expect(weAccept({ header: signed(payload), body })).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

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

describe('stricter than stripe-node, on purpose', () => {
  const v1 = (payload: string) => `v1=${signatureOf(payload)}`;
  const wrong = `v1=${'0'.repeat(64)}`;
  const withBom = `\ufeff${PAYLOAD}`;
  const brokenUtf8 = Buffer.from(PAYLOAD.replace('evt_1', 'evt_\u0001'));
  brokenUtf8[brokenUtf8.indexOf(1)] = 0xff;

  test.each<[string, Delivery]>([
    [
      'case 6: more than 300 seconds ahead',
      { header: signed(PAYLOAD, { timestamp: TIMESTAMP + 301 }), body: PAYLOAD },
    ],
    ['a t that goes on after its digits', { header: `t=${TIMESTAMP}abc,${v1(PAYLOAD)}`, body: PAYLOAD }],
    ['a t with a fraction', { header: `t=${TIMESTAMP}.5,${v1(PAYLOAD)}`, body: PAYLOAD }],
    ['a repeated t', { header: `t=1,t=${TIMESTAMP},${v1(PAYLOAD)}`, body: PAYLOAD }],
    ['the same t twice', { header: `t=${TIMESTAMP},t=${TIMESTAMP},${v1(PAYLOAD)}`, body: PAYLOAD }],
    [
      'more than ten v1',
      { header: `t=${TIMESTAMP},${Array(10).fill(wrong).join(',')},${v1(PAYLOAD)}`, body: PAYLOAD },
    ],
    [
      'an upper-case v1 beside a good one',
      { header: `t=${TIMESTAMP},${v1(PAYLOAD)},v1=${'A'.repeat(64)}`, body: PAYLOAD },
    ],
    [
      'an element without a value beside a good one',
      { header: `t=${TIMESTAMP},${v1(PAYLOAD)},`, body: PAYLOAD },
    ],
    ['case 8: a BOM that is not signed', { header: signed(PAYLOAD), body: bytes(withBom) }],
    [
      'case 8: broken UTF-8 that is signed as what a decoder makes of it',
      { header: signed(brokenUtf8.toString()), body: brokenUtf8 },
    ],
    ['case 8: null', { header: signed('null'), body: 'null' }],
    ['case 8: []', { header: signed('[]'), body: '[]' }],
    ['case 8: a string', { header: signed('"evt_1"'), body: '"evt_1"' }],
    ['case 8: an object without id and type', { header: signed('{}'), body: '{}' }],
  ])('%s', (_, delivery) => {
    expect({ stripe: stripeAccepts(delivery), ours: weAccept(delivery) }).toEqual({
      stripe: true,
      ours: false,
    });
  });

  test('case 8: a signed BOM is genuine, but no event', () => {
    const header = readSignatureHeader(signed(withBom), NOW);
    expect(header && isSigned(header, bytes(withBom), SECRET)).toBe(true);
    expect(weAccept({ header: signed(withBom), body: bytes(withBom) })).toBe(false);
  });

  test('exactly 300 seconds ahead and exactly ten v1 are accepted, as stripe-node does', () => {
    const ahead = signed(PAYLOAD, { timestamp: TIMESTAMP + 300 });
    const ten = `t=${TIMESTAMP},${Array(9).fill(wrong).join(',')},${v1(PAYLOAD)}`;
    for (const header of [ahead, ten]) expect(bothSay({ header, body: PAYLOAD })).toBe('accepted');
  });
});

test('case 9: a thin event is accepted; stripe-node wants it parsed by another function', () => {
  const body = JSON.stringify({
    id: 'evt_1',
    object: 'v2.core.event',
    type: 'v1.billing.meter.no_meter_found',
  });
  const delivery = { header: signed(body), body };
  expect({ stripe: stripeAccepts(delivery), ours: weAccept(delivery) }).toEqual({
    stripe: false,
    ours: true,
  });
});

test('a missing or enormous header is refused', () => {
  expect(readSignatureHeader(undefined, NOW)).toBeNull();
  expect(readSignatureHeader(`${signed(PAYLOAD)},v0=${'a'.repeat(2_048)}`, NOW)).toBeNull();
});
