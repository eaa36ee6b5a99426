import { afterEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { stripeClients } from '../../../functions/adapters/stripe/client.ts';
import { stripePaymentProvider } from '../../../functions/adapters/stripe/payment-provider.ts';
import { type LinkOrder, Unavailable } from '../../../functions/ports.ts';
import { content } from '../../support/builders.ts';
import { unique } from '../../support/samples.ts';
import { startStripe } from '../../support/stripe.ts';
import { NOBODY, stubServer } from '../../support/stub-server.ts';

let stripeNow = Date.now();
const stripe = await startStripe(() => stripeNow);
const provider = stripePaymentProvider(stripeClients(stripe.url));
afterEach(stripe.clearFaults);

const KEY = 'sk_test_acme_CANARY4242';
const LINKS = '/v1/payment_links';
const order = (changes: Partial<LinkOrder> = {}): LinkOrder => {
  const nonce = unique('nonce');
  return {
    idempotencyKey: `acme/prod/inv_1/1/${nonce}`,
    content: content(),
    metadata: { invoice_id: 'inv_1', customer_id: 'cus_1', org_id: 'acme', env_id: 'prod', nonce },
    ...changes,
  };
};
const Links = v.object({
  data: v.array(v.object({ id: v.string(), metadata: v.record(v.string(), v.string()) })),
});
const linksWith = async (nonce: string | undefined) => {
  const { data } = v.parse(Links, JSON.parse(await stripe.read(`${LINKS}?limit=100`, KEY)));
  return data.filter(({ metadata }) => metadata['nonce'] === nonce).map(({ id }) => id);
};
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
const requestsSince = async (count: number) => (await stripe.requests()).slice(count);

describe('a Payment Link', () => {
  it('is created with exactly what is due, to be paid once, in one call', async () => {
    const wanted = order({ content: content({ amountDue: 500, currency: 'JPY', invoiceNumber: 'INV-1' }) });
    const before = (await stripe.requests()).length;
    expect(await provider.createPaymentLink(KEY, wanted)).toEqual({
      kind: 'created',
      link: {
        id: expect.stringMatching(/^plink_/),
        url: expect.stringMatching(/^http/),
        active: true,
      },
    });
    expect(await requestsSince(before)).toEqual([
      {
        method: 'POST',
        path: LINKS,
        idempotency_key: wanted.idempotencyKey,
        status: 200,
        params: {
          line_items: [
            {
              quantity: '1',
              price_data: { currency: 'jpy', unit_amount: '500', product_data: { name: 'Invoice INV-1' } },
            },
          ],
          metadata: wanted.metadata,
          payment_intent_data: { metadata: wanted.metadata },
          restrictions: { completed_sessions: { limit: '1' } },
        },
      },
    ]);
  });

  it('whose invoice number is strange has a name of one line', async () => {
    const invoiceNumber = `<b>\r\n\u202e${'x'.repeat(255)}`;
    const { kind } = await provider.createPaymentLink(KEY, order({ content: content({ invoiceNumber }) }));
    expect(kind).toBe('created');
    const sent = JSON.stringify((await stripe.requests()).at(-1)?.params);
    expect(sent).not.toMatch(/\\r|\\n|\u202e/);
  });

  it('asked for again under its key is the same one', async () => {
    const wanted = order();
    const first = await provider.createPaymentLink(KEY, wanted);
    expect(await provider.createPaymentLink(KEY, wanted)).toEqual(first);
    expect(await linksWith(wanted.metadata['nonce'])).toHaveLength(1);
  });

  it('is the same one after an answer was lost (case 27)', async () => {
    const wanted = order();
    await stripe.fault({ path: LINKS, kind: 'after', times: 10 });
    await expect(provider.createPaymentLink(KEY, wanted)).rejects.toThrow(Unavailable);
    await stripe.clearFaults();
    const made = await linksWith(wanted.metadata['nonce']);
    expect(made).toHaveLength(1);

    const again = await provider.createPaymentLink(KEY, wanted);
    expect(again).toMatchObject({ kind: 'created', link: { id: made[0] } });
    expect(await linksWith(wanted.metadata['nonce'])).toEqual(made);
  });

  it.each(['before', 'after', '500', '429', '409'] as const)(
    'is not known to be or not to be where Stripe fails by %s, and is made by a repetition (case 27)',
    async (kind) => {
      const wanted = order();
      await stripe.fault({ path: LINKS, kind, times: 10 });
      const before = (await stripe.requests()).length;
      const error = await errorOf(provider.createPaymentLink(KEY, wanted));
      expect(error).toBeInstanceOf(Unavailable);
      expect(`${error} ${JSON.stringify(error)}`).not.toContain('CANARY');
      const tried = await requestsSince(before);
      expect(tried.length).toBeLessThan(4);
      expect(new Set(tried.map(({ idempotency_key }) => idempotency_key))).toEqual(
        new Set([wanted.idempotencyKey]),
      );

      await stripe.clearFaults();
      expect(await provider.createPaymentLink(KEY, wanted)).toMatchObject({ kind: 'created' });
      expect(await linksWith(wanted.metadata['nonce'])).toHaveLength(1);
    },
  );

  it.each([
    ['too small', content({ amountDue: 49 }), 'amount_too_small'],
    ['too large', content({ amountDue: 100_000_000 }), 'amount_too_large'],
  ])(
    'of an amount that is %s is not chargeable, and not asked for twice (case 22)',
    async (_, wrong, code) => {
      const before = (await stripe.requests()).length;
      expect(await provider.createPaymentLink(KEY, order({ content: wrong }))).toEqual({
        kind: 'not_chargeable',
        detail: `Stripe refused to charge this invoice (${code}).`,
      });
      expect(await requestsSince(before)).toHaveLength(1);
    },
  );

  it('under a key that was used for something else is not taken for refused', async () => {
    const wanted = order();
    await provider.createPaymentLink(KEY, wanted);
    const other = { ...wanted, content: content({ amountDue: 1_000 }) };
    await expect(provider.createPaymentLink(KEY, other)).rejects.toThrow(Unavailable);
  });

  it.each([
    [401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${KEY}` }],
    [403, { type: 'invalid_request_error', message: `The provided key '${KEY}' does not have it` }],
  ])(
    'is refused to a key with %i, once, and without a word of the key (cases 27, 38)',
    async (status, error) => {
      const stub = await stubServer((response) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error })),
      );
      const outcome = await stripePaymentProvider(stripeClients(stub.url)).createPaymentLink(KEY, order());
      expect(outcome.kind).toBe('key_rejected');
      expect(JSON.stringify(outcome)).not.toContain('CANARY');
      expect(stub.requests).toHaveLength(1);
    },
  );

  it('case 27: is stuck where Stripe repeats its own failure under the key, and away where it fails anew', async () => {
    let isReplayed = true;
    const stub = await stubServer((response) =>
      response
        .writeHead(500, {
          'content-type': 'application/json',
          'stripe-should-retry': 'false',
          ...(isReplayed && { 'idempotent-replayed': 'true' }),
        })
        .end(JSON.stringify({ error: { type: 'api_error', message: 'An unknown error occurred' } })),
    );
    const failing = stripePaymentProvider(stripeClients(stub.url));
    expect(await failing.createPaymentLink(KEY, order())).toEqual({ kind: 'stuck' });
    isReplayed = false;
    await expect(failing.createPaymentLink(KEY, order())).rejects.toThrow(Unavailable);
  });

  it('case 41: that came too often is asked for again, a little later, under the same key', async () => {
    const wanted = order();
    const before = (await stripe.requests()).length;
    await stripe.fault({ path: LINKS, kind: '429', times: 2 });
    expect((await provider.createPaymentLink(KEY, wanted)).kind).toBe('created');
    const asked = await requestsSince(before);
    expect(asked.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(new Set(asked.map(({ idempotency_key }) => idempotency_key))).toEqual(
      new Set([wanted.idempotencyKey]),
    );
  });

  it('is not known of where Stripe is away', async () => {
    await expect(
      stripePaymentProvider(stripeClients(NOBODY)).createPaymentLink(KEY, order()),
    ).rejects.toThrow(Unavailable);
  });
});

describe('a link that was made', () => {
  it('is found by its nonce among others', async () => {
    const wanted = order();
    await provider.createPaymentLink(KEY, order());
    const made = await provider.createPaymentLink(KEY, wanted);
    await provider.createPaymentLink(KEY, order());
    if (made.kind !== 'created') throw new Error('not created');
    const since = new Date(stripeNow - 1_000);
    expect(await provider.findPaymentLink(KEY, wanted.metadata['nonce'] ?? '', since)).toEqual(made.link);
    expect(await provider.findPaymentLink(KEY, 'nonce_of_nobody', since)).toBeNull();
  });

  it('case 28: is found though our clock is ahead of Stripe’s, and not among what is much older', async () => {
    const wanted = order();
    stripeNow = Math.ceil(stripeNow / 1000) * 1000;
    await provider.createPaymentLink(KEY, wanted);
    const nonce = wanted.metadata['nonce'] ?? '';
    const aheadBy = (milliseconds: number) =>
      provider.findPaymentLink(KEY, nonce, new Date(stripeNow + milliseconds));
    expect(await aheadBy(5 * 60_000)).not.toBeNull();
    expect(await aheadBy(6 * 60_000)).toBeNull();
  });

  it('is found behind more than a page of others (case 28)', async () => {
    const wanted = order();
    await provider.createPaymentLink(KEY, wanted);
    for (let batch = 0; batch < 5; batch += 1) {
      await Promise.all(Array.from({ length: 25 }, () => provider.createPaymentLink(KEY, order())));
    }
    const since = new Date(stripeNow - 1_000);
    expect(await provider.findPaymentLink(KEY, wanted.metadata['nonce'] ?? '', since)).not.toBeNull();
  });

  it('of another account is not found', async () => {
    const wanted = order();
    await provider.createPaymentLink(KEY, wanted);
    const since = new Date(stripeNow - 1_000);
    expect(
      await provider.findPaymentLink('sk_test_other_1', wanted.metadata['nonce'] ?? '', since),
    ).toBeNull();
  });

  it('is not said to be missing by a Stripe that may not say or cannot', async () => {
    const denied = await stubServer((response) =>
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'no' } })),
    );
    for (const url of [denied.url, NOBODY]) {
      await expect(
        stripePaymentProvider(stripeClients(url)).findPaymentLink(KEY, 'nonce', new Date(stripeNow)),
      ).rejects.toThrow(Unavailable);
    }
  });
});

describe('what was paid through a link', () => {
  const AT = new Date();

  async function madeLink() {
    const wanted = order();
    const made = await provider.createPaymentLink(KEY, wanted);
    if (made.kind !== 'created') throw new Error('not created');
    return { id: made.link.id, nonce: wanted.metadata['nonce'] };
  }
  async function found(linkId: string) {
    const answer = await provider.findPayments(KEY, linkId, AT);
    if (answer.kind !== 'found') throw new Error(answer.kind);
    return answer.payments;
  }

  it('is nothing, while nobody has completed a checkout', async () => {
    const { id } = await madeLink();
    await stripe.pay(id, 'declined');
    expect(await found(id)).toEqual([]);
  });

  it('is told as by the event, under the id of the session', async () => {
    const { id, nonce } = await madeLink();
    const { payment_intent } = await stripe.pay(id, 'paid');
    const before = (await stripe.requests()).length;
    expect(await found(id)).toEqual([
      expect.objectContaining({
        eventId: expect.stringMatching(/^cs_/),
        type: 'checkout.session.completed',
        invoiceId: 'inv_1',
        livemode: false,
        payment: {
          notice: {
            paymentId: payment_intent,
            occurrence: { at: expect.any(String), eventId: expect.stringMatching(/^cs_/) },
            fact: { kind: 'received', money: { amount: 129_900, currency: 'USD' }, from: 'checkout_session' },
          },
          claimed: { nonce, link: { id }, livemode: false },
          orgId: 'acme',
          envId: 'prod',
        },
      }),
    ]);
    expect(await requestsSince(before)).toHaveLength(1);
  });

  it('is on its way while a delayed payment is, and then there or failed', async () => {
    for (const [outcome, kinds] of [
      ['succeeded', ['received']],
      ['failed', ['completed', 'async_failed']],
    ] as const) {
      const { id } = await madeLink();
      const { payment_intent } = await stripe.pay(id, 'delayed');
      const kindsNow = async () => (await found(id)).map(({ payment }) => payment?.notice.fact.kind);
      expect(await kindsNow()).toEqual(['completed']);
      await stripe.settle(payment_intent, outcome);
      expect(await kindsNow()).toEqual(kinds);
    }
  });

  it('is told to a key that may read sessions, and neither their PaymentIntents nor charges', async () => {
    const session = {
      id: 'cs_test_1',
      object: 'checkout.session',
      payment_status: 'paid',
      payment_intent: 'pi_1',
      payment_link: 'plink_1',
      amount_total: 129_900,
      currency: 'usd',
      livemode: false,
      metadata: { invoice_id: 'inv_1', nonce: 'n' },
    };
    const stub = await stubServer((response, { request }) => {
      const isExpanded = request.url?.includes('expand') ?? false;
      const answer = isExpanded
        ? { error: { type: 'invalid_request_error', message: 'no' } }
        : { object: 'list', data: [session], has_more: false, url: '/v1/checkout/sessions' };
      response
        .writeHead(isExpanded ? 403 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer));
    });
    const answer = await stripePaymentProvider(stripeClients(stub.url)).findPayments(KEY, 'plink_1', AT);
    expect(answer).toMatchObject({
      kind: 'found',
      payments: [
        { invoiceId: 'inv_1', payment: { notice: { paymentId: 'pi_1', fact: { kind: 'received' } } } },
      ],
    });
  });

  it('is not told to a key that may not read it', async () => {
    const { id } = await madeLink();
    const restricted = 'rk_test_acme_3';
    await stripe.restrict(restricted, ['rak_checkout_session_read']);
    expect(await provider.findPayments(restricted, id, AT)).toEqual({
      kind: 'key_rejected',
      detail: expect.stringContaining('Checkout Sessions'),
    });
  });

  it('is not known of where Stripe is away', async () => {
    const away = stripePaymentProvider(stripeClients(NOBODY));
    await expect(away.findPayments(KEY, 'plink_1', AT)).rejects.toThrow(Unavailable);
  });
});

describe('a key', () => {
  it('is proven by the links that it may read, and tells its account', async () => {
    expect(await provider.proveKey(KEY)).toEqual({
      kind: 'proven',
      accountId: expect.stringMatching(/^acct_/),
      businessName: expect.any(String),
    });
  });

  it('that is restricted is proven, too, without telling its account (case 34)', async () => {
    expect(await provider.proveKey('rk_test_acme_2')).toEqual({
      kind: 'proven',
      accountId: null,
      businessName: null,
    });
  });

  it('that Stripe does not know is rejected, without a word of it', async () => {
    const proof = await provider.proveKey('sk_prod_CANARY');
    expect(proof).toEqual({ kind: 'rejected', detail: expect.stringContaining('does not know') });
    expect(JSON.stringify(proof)).not.toContain('CANARY');
  });

  it('that may not read links is rejected, and said why', async () => {
    const stub = await stubServer((response) =>
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { type: 'invalid_request_error', message: KEY } })),
    );
    const proof = await stripePaymentProvider(stripeClients(stub.url)).proveKey(KEY);
    expect(proof).toEqual({ kind: 'rejected', detail: expect.stringContaining('Payment Links') });
    expect(JSON.stringify(proof)).not.toContain('CANARY');
  });

  it.each(['429', '500', 'before'] as const)('is neither proven nor rejected by %s', async (kind) => {
    await stripe.fault({ path: LINKS, method: 'GET', kind, times: 10 });
    await expect(provider.proveKey(KEY)).rejects.toThrow(Unavailable);
  });
});
