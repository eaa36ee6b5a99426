import { describe, expect, test } from '@jest/globals';
import type { Stripe } from 'stripe';
import { parsePaymentEvent } from '../../../functions/adapters/stripe/payment-event.ts';
import { KNOWN_EVENT_TYPES, type WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { NOW, secondsLater } from '../../support/builders.ts';

const RECEIVED_AT = secondsLater(7);

const metadata = {
  invoice_id: 'inv_1',
  customer_id: 'cus_1',
  org_id: 'org_1',
  env_id: 'prod',
  nonce: 'nonce_1',
};

/** What the events carry, by the names and types of the stripe package. */
const session: Partial<Stripe.Checkout.Session> = {
  id: 'cs_test_1',
  object: 'checkout.session',
  amount_subtotal: 129_900,
  amount_total: 129_900,
  client_reference_id: 'inv_of_the_payer',
  currency: 'usd',
  currency_conversion: null,
  livemode: false,
  metadata,
  mode: 'payment',
  payment_intent: 'pi_1',
  payment_link: 'plink_1',
  payment_status: 'paid',
  status: 'complete',
};
const intent: Partial<Stripe.PaymentIntent> = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 129_900,
  amount_capturable: 0,
  amount_received: 129_900,
  currency: 'usd',
  latest_charge: 'ch_1',
  livemode: false,
  metadata,
  status: 'succeeded',
};
const charge: Partial<Stripe.Charge> = {
  id: 'ch_1',
  object: 'charge',
  amount: 129_900,
  amount_captured: 129_900,
  amount_refunded: 29_900,
  currency: 'usd',
  metadata,
  payment_intent: 'pi_1',
  refunded: false,
};
const dispute: Partial<Stripe.Dispute> = {
  id: 'du_1',
  object: 'dispute',
  amount: 129_900,
  charge: 'ch_1',
  currency: 'usd',
  metadata: {},
  payment_intent: 'pi_1',
  status: 'needs_response',
};
const stripeInvoice: Partial<Stripe.Invoice> = {
  id: 'in_1',
  object: 'invoice',
  amount_due: 129_900,
  amount_paid: 129_900,
  currency: 'usd',
  metadata,
};

const bytes = (text: string) => new TextEncoder().encode(text);
const parseText = (text: string) => parsePaymentEvent(bytes(text), RECEIVED_AT);

function eventText(type: string, object: unknown, changes: object = {}): string {
  const envelope = {
    id: 'evt_1',
    object: 'event',
    api_version: '2026-02-25.clover',
    created: NOW.getTime() / 1000,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  };
  return JSON.stringify({ ...envelope, ...changes });
}

function parse(type: string, object: unknown, changes?: object): WebhookEvent {
  const event = parseText(eventText(type, object, changes));
  if (!event) throw new Error('not an event');
  return event;
}

const factOf = (type: string, object: unknown) => parse(type, object).payment?.notice.fact ?? null;

const money = { amount: 129_900, currency: 'USD' };

describe('the known types', () => {
  const fromSession = { money, from: 'checkout_session' };
  const fromIntent = { money, from: 'payment_intent' };

  test.each<[string, object, object | null]>([
    ['checkout.session.completed', session, { kind: 'received', ...fromSession }],
    ['checkout.session.async_payment_succeeded', session, { kind: 'received', ...fromSession }],
    [
      'checkout.session.async_payment_failed',
      { ...session, payment_status: 'unpaid' },
      { kind: 'async_failed', ...fromSession },
    ],
    ['payment_intent.succeeded', intent, { kind: 'received', ...fromIntent }],
    [
      'payment_intent.payment_failed',
      { ...intent, amount_received: 0, status: 'requires_payment_method' },
      { kind: 'declined', ...fromIntent },
    ],
    ['charge.refunded', charge, { kind: 'refunded', money, refunded: 29_900 }],
    ['charge.dispute.created', dispute, { kind: 'disputed', money }],
    ['invoice.payment_succeeded', stripeInvoice, null],
    ['invoice.payment_failed', { ...stripeInvoice, amount_paid: 0 }, null],
  ])('%s', (type, object, fact) => {
    expect(KNOWN_EVENT_TYPES).toContain(type);
    const { payment, ...event } = parse(type, object);
    expect(event).toMatchObject({ eventId: 'evt_1', type, livemode: false, createdAt: NOW.toISOString() });
    expect(payment?.notice ?? null).toEqual(
      fact && { paymentId: 'pi_1', occurrence: { at: NOW.toISOString(), eventId: 'evt_1' }, fact },
    );
  });

  test('are all of the contract', () => {
    expect(KNOWN_EVENT_TYPES.size).toBe(9);
  });

  test('the five fields of the inbox', () => {
    const five = { invoiceId: 'inv_1', customerId: 'cus_1', amount: '1299.00', currency: 'USD' };
    expect(parse('checkout.session.completed', session)).toMatchObject({
      ...five,
      providerPaymentId: 'pi_1',
    });
    expect(parse('payment_intent.succeeded', intent)).toMatchObject({ ...five, providerPaymentId: 'pi_1' });
    expect(parse('invoice.payment_succeeded', stripeInvoice)).toMatchObject({
      ...five,
      providerPaymentId: 'in_1',
    });
  });

  test('of a session the link is named, of a PaymentIntent none', () => {
    expect(parse('checkout.session.completed', session).payment).toMatchObject({
      claimed: { nonce: 'nonce_1', link: { id: 'plink_1' }, livemode: false },
      orgId: 'org_1',
      envId: 'prod',
    });
    expect(parse('payment_intent.succeeded', intent).payment?.claimed).toEqual({
      nonce: 'nonce_1',
      link: null,
      livemode: false,
    });
  });

  test('case 19: what the payer controls decides nothing', () => {
    const { client_reference_id: _, ...without } = session;
    expect(parse('checkout.session.completed', session)).toEqual(
      parse('checkout.session.completed', without),
    );
    expect(parse('checkout.session.completed', { ...session, metadata: {} })).toMatchObject({
      invoiceId: null,
      payment: { claimed: { nonce: null } },
    });
  });

  test('case 21: the mode is the event’s', () => {
    const live = parse('payment_intent.succeeded', intent, { livemode: true });
    expect(live).toMatchObject({ livemode: true, payment: { claimed: { livemode: true } } });
  });

  test('another type says nothing of a payment', () => {
    expect(parse('payment_intent.created', intent)).toMatchObject({ invoiceId: 'inv_1', payment: null });
  });
});

describe('a completed checkout', () => {
  test.each([
    ['paid', 'received'],
    ['unpaid', 'completed'],
    ['no_payment_required', null],
    ['something_new', null],
  ])('case 13: with payment_status %s: %s', (payment_status, kind) => {
    expect(factOf('checkout.session.completed', { ...session, payment_status })?.kind ?? null).toBe(kind);
  });

  test('case 24: before there was a payment_status, completed meant paid', () => {
    const { payment_status: _, ...old } = session;
    expect(factOf('checkout.session.completed', old)?.kind).toBe('received');
  });
});

describe('case 15: amounts', () => {
  test('of a session its amount_total, of a PaymentIntent its amount_received', () => {
    expect(factOf('checkout.session.completed', { ...session, amount_total: 100 })?.money.amount).toBe(100);
    expect(factOf('payment_intent.succeeded', { ...intent, amount_received: 100 })?.money.amount).toBe(100);
  });

  test('with Adaptive Pricing, ours and not the one that the payer saw', () => {
    const presentment_details = { presentment_amount: 19_500_000, presentment_currency: 'jpy' };
    for (const [type, object] of [
      ['checkout.session.completed', session],
      ['payment_intent.succeeded', intent],
    ] as const) {
      expect(factOf(type, { ...object, presentment_details })?.money).toEqual(money);
    }
  });

  test('case 24: at older endpoints ours is in currency_conversion', () => {
    const converted = {
      ...session,
      amount_total: 195_000,
      currency: 'jpy',
      currency_conversion: {
        amount_subtotal: 129_900,
        amount_total: 129_900,
        fx_rate: '1.5',
        source_currency: 'usd',
      },
    };
    expect(factOf('checkout.session.completed', converted)?.money).toEqual(money);
    expect(parse('checkout.session.completed', converted)).toMatchObject({
      amount: '1299.00',
      currency: 'USD',
    });
  });

  test.each([
    { amount_total: null, source_currency: 'jpy' },
    { amount_total: 195_000, source_currency: null },
    {},
  ])('a currency_conversion of %j converts nothing', (currency_conversion) => {
    const { money: told } = factOf('checkout.session.completed', { ...session, currency_conversion }) ?? {};
    expect(told).toEqual(money);
  });

  test.each([
    ['usd', 129_900, '1299.00'],
    ['jpy', 500, '500'],
    ['kwd', 12_340, '12.340'],
    ['isk', 50_000, '500.00'],
    ['ugx', 1_234_500, '12345.00'],
    ['huf', 17_550, '175.50'],
    ['USD', 5, '0.05'],
    ['xxx', 1, '0.01'],
  ])('case 22: %s %d is shown as %s', (currency, amount, shown) => {
    expect(parse('payment_intent.succeeded', { ...intent, amount, currency })).toMatchObject({
      amount: shown,
      currency: currency.toUpperCase(),
    });
  });

  test.each([129_900.5, '129900', null, 2 ** 53, [129_900]])(
    'an amount of %j is none: the event says nothing of a payment',
    (amount) => {
      expect(parse('checkout.session.completed', { ...session, amount_total: amount })).toMatchObject({
        amount: null,
        currency: null,
        payment: null,
      });
    },
  );
});

describe('case 24: shapes of other API versions', () => {
  test('without amount_received, the amount', () => {
    const { amount_received: _, ...old } = intent;
    expect(factOf('payment_intent.succeeded', old)?.money).toEqual(money);
  });

  test('with expanded objects in place of ids', () => {
    const expanded = { ...session, payment_intent: intent, payment_link: { id: 'plink_1', active: true } };
    expect(parse('checkout.session.completed', expanded)).toEqual(
      parse('checkout.session.completed', session),
    );
  });

  test('without a PaymentIntent, the object’s own id', () => {
    const old = { ...session, payment_intent: null };
    expect(parse('checkout.session.completed', old).payment?.notice.paymentId).toBe('cs_test_1');
  });

  test('an invoice that still names its PaymentIntent', () => {
    const old = { ...stripeInvoice, payment_intent: 'pi_1' };
    expect(parse('invoice.payment_succeeded', old).providerPaymentId).toBe('pi_1');
  });
});

describe('whatever is in it', () => {
  test('case 9: a thin event', () => {
    const thin = {
      id: 'evt_test_65QJ',
      object: 'v2.core.event',
      type: 'v1.billing.meter.error_report_triggered',
      livemode: false,
      created: '2026-03-01T12:00:00.000Z',
      related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
    };
    expect(parseText(JSON.stringify(thin))).toEqual({
      eventId: 'evt_test_65QJ',
      type: 'v1.billing.meter.error_report_triggered',
      livemode: false,
      createdAt: RECEIVED_AT.toISOString(),
      invoiceId: null,
      customerId: null,
      amount: null,
      currency: null,
      providerPaymentId: null,
      payment: null,
    });
  });

  test.each([undefined, null, {}, [], 'inv_1', { invoice_id: '' }, { invoice_id: 7 }, { invoice_id: null }])(
    'case 20: metadata %j names no invoice',
    (other) => {
      expect(parse('payment_intent.succeeded', { ...intent, metadata: other }).invoiceId).toBeNull();
    },
  );

  test('without metadata, nothing is claimed', () => {
    const { metadata: _, ...bare } = intent;
    const { payment } = parse('payment_intent.succeeded', bare);
    expect(payment).toMatchObject({ claimed: { nonce: null }, orgId: null, envId: null });
  });

  test('without an id, no payment is spoken of', () => {
    const { id: _, ...bare } = intent;
    expect(parse('payment_intent.succeeded', bare)).toMatchObject({ providerPaymentId: null, payment: null });
  });

  test('without a currency, no amount is known', () => {
    const { currency: _, ...bare } = intent;
    expect(parse('payment_intent.succeeded', bare)).toMatchObject({
      amount: null,
      currency: null,
      payment: null,
    });
  });

  test('without a mode, it is the test mode: nothing real is settled by it', () => {
    const event = parse('payment_intent.succeeded', intent, { livemode: undefined });
    expect(event).toMatchObject({ livemode: false, payment: { claimed: { livemode: false } } });
  });

  test('what is longer than an id can be is cut', () => {
    const long = { ...metadata, invoice_id: 'i'.repeat(501) };
    const { invoiceId } = parse('payment_intent.succeeded', { ...intent, metadata: long });
    expect(invoiceId).toBe('i'.repeat(500));
  });

  test.each<[string, object]>([
    ['no data', { data: undefined }],
    ['null data', { data: null }],
    ['an array as data', { data: [] }],
    ['no object', { data: {} }],
    ['null as object', { data: { object: null } }],
    ['a string as object', { data: { object: 'pi_1' } }],
    ['an array as object', { data: { object: [] } }],
  ])('%s: an event of nothing', (_, changes) => {
    expect(parse('payment_intent.succeeded', intent, changes)).toMatchObject({
      invoiceId: null,
      amount: null,
      payment: null,
    });
  });

  test.each([null, 'yesterday', 1.5, 1e15, -1e15, Number.MAX_SAFE_INTEGER])(
    'created %j is no time: that of its arrival counts',
    (created) => {
      expect(parse('payment_intent.succeeded', intent, { created }).createdAt).toBe(
        RECEIVED_AT.toISOString(),
      );
    },
  );

  test('case 8: __proto__ is a name like any other', () => {
    const text = eventText('payment_intent.succeeded', intent);
    const polluted = text
      .replace('{', '{"__proto__":{"polluted":true,"type":"x"},')
      .replace('"metadata":{', '"metadata":{"__proto__":{"nonce":"nonce_x"},')
      .replace('"object":{', '"object":{"__proto__":{"amount_total":1},');
    expect(polluted.match(/__proto__/g)).toHaveLength(3);
    expect(parseText(polluted)).toEqual(parseText(text));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('case 8: a prototype alone gives an event neither id nor type', () => {
    expect(parseText('{"__proto__":{"id":"evt_1","type":"payment_intent.succeeded"}}')).toBeNull();
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', ''])(
    'case 8: %j is no payment, since no invoice could keep one by that name',
    (id) => {
      const event = parse('payment_intent.succeeded', { ...intent, id });
      expect(event).toMatchObject({ invoiceId: 'inv_1', providerPaymentId: id, payment: null });
      expect(parse('checkout.session.completed', { ...session, payment_intent: id }).payment).toBeNull();
    },
  );

  test('case 8: of duplicate keys the last counts, as for every JSON parser of JavaScript', () => {
    const text = eventText('payment_intent.succeeded', intent);
    expect(parseText(text.replace('"id":"evt_1"', '"id":"evt_0","id":"evt_1"'))).toEqual(parseText(text));
  });
});

describe('case 8: no event', () => {
  test.each([
    '',
    ' ',
    'null',
    'true',
    '7',
    '"evt_1"',
    '[]',
    '[{"id":"evt_1","type":"x"}]',
    '{}',
    '{"id":"evt_1"}',
    '{"type":"x"}',
    '{"id":1,"type":"x"}',
    '{"id":"evt_1","type":null}',
    '{"id":"","type":"x"}',
    '{"id":"evt_1","type":""}',
    '{"id":"evt_1","type":"x"',
    'id=evt_1&type=x',
    `\ufeff{"id":"evt_1","type":"x"}`,
    `{"id":"${'e'.repeat(256)}","type":"x"}`,
    '['.repeat(200_000),
  ])('%.40s', (text) => {
    expect(parseText(text)).toBeNull();
  });

  test('invalid UTF-8', () => {
    const [start, end] = [bytes('{"id":"evt_'), bytes('","type":"x"}')];
    const around = (middle: readonly number[]) =>
      parsePaymentEvent(Uint8Array.of(...start, ...middle, ...end), RECEIVED_AT);
    expect(around([0xc3, 0xa9])?.eventId).toBe('evt_é');
    for (const broken of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
      expect(around(broken)).toBeNull();
    }
  });

  test('UTF-16', () => {
    expect(parsePaymentEvent(Buffer.from('{"id":"evt_1","type":"x"}', 'utf16le'), RECEIVED_AT)).toBeNull();
  });
});
