import { expect, test } from '@jest/globals';
import { formatAmount } from '../../../lib/local/stripe/currencies.ts';
import { lineItem, linkParams, openScene } from './harness.ts';

async function open(url: string): Promise<{ status: number; page: string; session: string }> {
  const response = await fetch(url);
  const page = await response.text();
  return { status: response.status, page, session: /name="session" value="(cs_\w+)"/.exec(page)?.[1] ?? '' };
}

function send(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'a@example.com', ...fields }),
  });
}

const GOOD = '4242 4242 4242 4242';
const BAD = '4000000000000002';

test('the page shows what is sold, as text', async () => {
  await using scene = await openScene();
  const stripe = scene.client('sk_test_acme-labs_1');
  const product_data = { name: 'Invoice <script>alert(1)</script>', description: '"Work" & more' };
  const link = await stripe.paymentLinks.create(
    linkParams({
      line_items: [{ quantity: 2, price_data: { currency: 'usd', unit_amount: 64_950, product_data } }],
    }),
  );
  const { page, session } = await open(
    `${link.url}?prefilled_email=${encodeURIComponent('"><b>@x.y')}&client_reference_id=ref-1`,
  );

  expect(page).toContain('$1,299.00');
  expect(page).toContain('Acme Labs');
  expect(page).toContain('Test stand-in');
  expect(page).toContain('Invoice &lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('value="&quot;&gt;&lt;b&gt;@x.y"');
  expect(page).not.toContain('<script>');
  expect(await stripe.checkout.sessions.retrieve(session)).toMatchObject({
    status: 'open',
    client_reference_id: 'ref-1',
    customer_email: '"><b>@x.y',
    payment_link: link.id,
  });
});

test('a card is declined, another pays, and then the link is used up', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { session } = await open(link.url);

  const declined = await send(link.url, { session, method: 'card', card: BAD });
  expect(declined.status).toBe(402);
  const page = await declined.text();
  expect(page).toContain('Your card was declined');
  expect(page).toContain(session);

  const paid = await send(link.url, { session, method: 'card', card: GOOD });
  expect(paid.status).toBe(303);
  const done = await open(new URL(paid.headers.get('location') ?? '', link.url).href);
  expect(done.page).toContain('Thanks for your payment');

  expect((await open(link.url)).page).toContain('Already paid');
  expect((await send(link.url, { session, method: 'card', card: GOOD })).status).toBe(409);
  const { data } = await stripe.paymentIntents.list();
  expect(data).toMatchObject([{ status: 'succeeded' }]);
  expect(await stripe.checkout.sessions.retrieve(session)).toMatchObject({
    customer_details: { email: 'a@example.com' },
  });
});

test('a bank debit is delayed', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { session } = await open(link.url);
  const sent = await send(link.url, { session, method: 'us_bank_account' });

  expect(sent.status).toBe(303);
  expect((await open(new URL(sent.headers.get('location') ?? '', link.url).href)).page).toContain(
    'on its way',
  );
  expect(await stripe.checkout.sessions.retrieve(session)).toMatchObject({ payment_status: 'unpaid' });
});

test('wrong input is said on the page, and changes nothing', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { session } = await open(link.url);

  for (const fields of [{ card: '1234' }, { card: '' }, { card: GOOD, email: 'nobody' }]) {
    const answer = await send(link.url, { session, method: 'card', ...fields });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('role="alert"');
  }
  expect((await send(link.url, { session: 'cs_test_x', method: 'card', card: GOOD })).status).toBe(404);
  expect((await stripe.paymentIntents.list()).data).toEqual([]);
});

test('a deactivated link says so, in the words of the seller', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  await stripe.paymentLinks.update(link.id, { active: false });
  expect((await open(link.url)).page).toContain('Link deactivated');
  await stripe.paymentLinks.update(link.id, { inactive_message: 'Ask Jane & Joe.' });
  expect((await open(link.url)).page).toContain('Ask Jane &amp; Joe.');
  expect((await stripe.checkout.sessions.list({ payment_link: link.id })).data).toEqual([]);
  expect((await open(`${scene.url}/pay/test_nothing`)).status).toBe(404);
});

test('after payment the payer goes where the link says', async () => {
  await using scene = await openScene();
  const redirect = { url: 'https://example.com/thanks?s={CHECKOUT_SESSION_ID}' };
  const link = await scene
    .client()
    .paymentLinks.create(
      linkParams({ line_items: [lineItem('jpy', 500)], after_completion: { type: 'redirect', redirect } }),
    );
  const { session, page } = await open(link.url);
  expect(page).toContain('¥500<');
  const paid = await send(link.url, { session, method: 'card', card: GOOD });
  expect(paid.headers.get('location')).toBe(`https://example.com/thanks?s=${session}`);
});

test.each([
  [500, 'jpy', '¥500'],
  [12_340, 'kwd', 'KWD 12.340'],
  [129_900, 'usd', '$1,299.00'],
  [129_900, 'isk', 'ISK 1,299.00'],
  [129_900, 'huf', 'HUF 1,299.00'],
  [500, 'mga', 'MGA 500'],
  [99_999_999, 'eur', '€999,999.99'],
])('%s %s reads %s', (amount, currency, shown) => {
  expect(formatAmount(amount, currency).replaceAll('\u00a0', ' ')).toBe(shown);
});
