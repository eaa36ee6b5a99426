import { expect, test } from '@jest/globals';
import { errorOf, lineItem, linkParams, openScene } from './harness.ts';

test('a link is created, read, changed and listed', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const link = await paymentLinks.create(linkParams());
  const other = await paymentLinks.create(linkParams());

  expect(link).toMatchObject({
    object: 'payment_link',
    active: true,
    currency: 'usd',
    livemode: false,
    metadata: { invoice_id: 'inv_1' },
    payment_intent_data: { metadata: { invoice_id: 'inv_1', from: 'link' } },
    restrictions: { completed_sessions: { count: 0, limit: 1 } },
  });
  expect(link.url).toMatch(new RegExp(`^${scene.url}/pay/test_\\w+$`));

  const changed = await paymentLinks.update(link.id, {
    active: false,
    metadata: { invoice_id: '', more: 'x' },
  });
  expect(changed).toMatchObject({ active: false, metadata: { more: 'x' } });
  expect(changed.metadata).not.toHaveProperty('invoice_id');
  expect(await paymentLinks.retrieve(link.id)).toMatchObject({ active: false });

  expect((await paymentLinks.list()).data.map(({ id }) => id)).toEqual([other.id, link.id]);
  expect((await paymentLinks.list({ active: true })).data.map(({ id }) => id)).toEqual([other.id]);
});

test('line items, also expanded', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const link = await paymentLinks.create(
    linkParams({
      line_items: [{ ...lineItem('eur', 250), quantity: 3 }, lineItem('eur', 100)],
      expand: ['line_items'],
    }),
  );
  const { data } = await paymentLinks.listLineItems(link.id);

  expect(data).toMatchObject([
    { object: 'item', amount_total: 750, currency: 'eur', quantity: 3, description: 'Invoice INV-1' },
    { amount_total: 100 },
  ]);
  expect(data[0]?.price).toMatchObject({ unit_amount: 250, type: 'one_time' });
  expect(link.line_items?.data.map(({ id }) => id)).toEqual(data.map(({ id }) => id));
});

test('pages go both ways', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const made: string[] = [];
  for (let count = 0; count < 5; count += 1) made.unshift((await paymentLinks.create(linkParams())).id);

  const first = await paymentLinks.list({ limit: 2 });
  expect(first).toMatchObject({ has_more: true, url: '/v1/payment_links' });
  expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 2));

  const last = await paymentLinks.list({ limit: 3, starting_after: made[1] ?? '' });
  expect(last.has_more).toBe(false);
  expect(last.data.map(({ id }) => id)).toEqual(made.slice(2));

  const back = await paymentLinks.list({ limit: 1, ending_before: made[3] ?? '' });
  expect(back.data.map(({ id }) => id)).toEqual([made[2]]);
  expect(back.has_more).toBe(true);

  const all: string[] = [];
  for await (const link of paymentLinks.list({ limit: 2 })) all.push(link.id);
  expect(all).toEqual(made);
  expect(await errorOf(paymentLinks.list({ limit: 101 }))).toMatchObject({ statusCode: 400, param: 'limit' });
});

const unitAmount = 'line_items[0][price_data][unit_amount]';

test.each([
  ['usd', 49, 'amount_too_small'],
  ['usd', 0, 'amount_too_small'],
  ['gbp', 29, 'amount_too_small'],
  ['jpy', 49, 'amount_too_small'],
  ['usd', 100_000_000, 'amount_too_large'],
  ['idr', 1_000_000_000_000, 'amount_too_large'],
  ['kwd', 12_345, 'parameter_invalid_integer'],
  ['isk', 150, 'parameter_invalid_integer'],
  ['ugx', 10_001, 'parameter_invalid_integer'],
  ['usd', 10.5, 'parameter_invalid_integer'],
])('%s %s is refused: %s', async (currency, amount, code) => {
  await using scene = await openScene();
  const call = scene.client().paymentLinks.create(linkParams({ line_items: [lineItem(currency, amount)] }));
  expect(await errorOf(call)).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    code,
    param: unitAmount,
  });
});

test.each([
  ['usd', 50],
  ['gbp', 30],
  ['usd', 99_999_999],
  ['idr', 999_999_999_999],
  ['kwd', 12_340],
  ['isk', 15_000],
  ['huf', 17_501],
])('%s %s is accepted', async (currency, amount) => {
  await using scene = await openScene();
  const link = await scene
    .client()
    .paymentLinks.create(linkParams({ line_items: [lineItem(currency, amount)] }));
  expect(link.currency).toBe(currency);
});

test('wrong parameters are named as Stripe names them', async () => {
  await using scene = await openScene();
  const post = async (body: string) => {
    const response = await fetch(`${scene.url}/v1/payment_links`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_acme_1' },
      body: new URLSearchParams(body),
    });
    expect(response.status).toBe(400);
    return response.json();
  };
  const price = 'line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500';
  const product = 'line_items[0][price_data][product_data][name]=x';

  expect(await post('')).toMatchObject({
    error: { code: 'parameter_missing', param: 'line_items', message: 'Missing required param: line_items.' },
  });
  expect(await post(`${price}&line_items[0][quantity]=1`)).toMatchObject({
    error: { code: 'parameter_missing', param: 'line_items[0][price_data][product_data]' },
  });
  expect(await post(`${price}&${product}`)).toMatchObject({
    error: { code: 'parameter_missing', param: 'line_items[0][quantity]' },
  });
  expect(await post(`${price}&${product}&line_items[0][quantity]=1&colour=red`)).toEqual({
    error: {
      type: 'invalid_request_error',
      code: 'parameter_unknown',
      doc_url: 'https://stripe.com/docs/error-codes/parameter-unknown',
      message: 'Received unknown parameter: colour',
      param: 'colour',
    },
  });
  expect(await post(`${price}&${product}&line_items[0][quantity]=1&line_items[0][tip]=1`)).toMatchObject({
    error: { code: 'parameter_unknown', param: 'line_items[0][tip]' },
  });
  expect(
    await post(`${price}&${product}&line_items[0][quantity]=1&metadata[${'k'.repeat(41)}]=x`),
  ).toMatchObject({
    error: { param: 'metadata' },
  });
});

test('metadata has limits, and an unknown currency is refused', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));

  for (const metadata of [many, { long: 'v'.repeat(501) }]) {
    expect(await errorOf(paymentLinks.create(linkParams({ metadata })))).toMatchObject({ statusCode: 400 });
  }
  const full = { ['k'.repeat(40)]: 'v'.repeat(500) };
  expect((await paymentLinks.create(linkParams({ metadata: full }))).metadata).toEqual(full);

  const unknown = await errorOf(paymentLinks.create(linkParams({ line_items: [lineItem('xyz', 500)] })));
  expect(unknown.message).toMatch(
    /^Invalid currency: xyz\. Stripe currently supports these currencies: aed, /,
  );
});
