import { expect, test } from '@jest/globals';
import type { Stripe } from 'stripe';
import { errorOf, lineItem, linkParams, openScene, type Payment } from './harness.ts';

async function typesOf(stripe: Stripe, payment: Payment): Promise<string[]> {
  const events = await Promise.all(payment.event_ids.map((id) => stripe.events.retrieve(id)));
  return events.map(({ type }) => type).sort();
}

test('paid: session, PaymentIntent and charge, with their metadata', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const payment = await scene.pay(link.id, 'paid');

  const session = await stripe.checkout.sessions.retrieve(payment.checkout_session, {
    expand: ['payment_intent.latest_charge'],
  });
  expect(session).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    amount_total: 129_900,
    currency: 'usd',
    payment_link: link.id,
    metadata: { invoice_id: 'inv_1' },
    payment_intent: {
      id: payment.payment_intent,
      status: 'succeeded',
      amount_received: 129_900,
      metadata: { invoice_id: 'inv_1', from: 'link' },
      latest_charge: { status: 'succeeded', paid: true, metadata: { from: 'link' } },
    },
  });
  expect(session.metadata).not.toHaveProperty('from');
  expect(await typesOf(stripe, payment)).toEqual([
    'charge.succeeded',
    'checkout.session.completed',
    'payment_intent.created',
    'payment_intent.succeeded',
  ]);
  expect((await stripe.paymentLinks.retrieve(link.id)).restrictions?.completed_sessions.count).toBe(1);
  const found = await stripe.checkout.sessions.list({
    payment_link: link.id,
    expand: ['data.payment_intent'],
  });
  expect(found.data).toMatchObject([{ payment_intent: { status: 'succeeded' } }]);
});

test('declined and then paid is one session and one PaymentIntent', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const declined = await scene.pay(link.id, 'declined');

  expect(await typesOf(stripe, declined)).toEqual([
    'charge.failed',
    'payment_intent.created',
    'payment_intent.payment_failed',
  ]);
  expect(await stripe.checkout.sessions.retrieve(declined.checkout_session)).toMatchObject({
    status: 'open',
  });
  expect(await stripe.paymentIntents.retrieve(declined.payment_intent)).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { code: 'card_declined' },
  });

  const paid = await scene.pay(link.id, 'paid');
  expect(paid).toMatchObject({
    checkout_session: declined.checkout_session,
    payment_intent: declined.payment_intent,
  });
  expect(await typesOf(stripe, paid)).not.toContain('payment_intent.created');
});

test('a bank debit is on its way until it is settled', async () => {
  await using scene = await openScene();
  const stripe = scene.client();

  for (const outcome of ['succeeded', 'failed'] as const) {
    const link = await stripe.paymentLinks.create(linkParams());
    const delayed = await scene.pay(link.id, 'delayed');
    expect(await typesOf(stripe, delayed)).toEqual([
      'charge.pending',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.processing',
    ]);
    expect(await stripe.checkout.sessions.retrieve(delayed.checkout_session)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    });

    const settled = await scene.settle(delayed.payment_intent, outcome);
    const succeeded = outcome === 'succeeded';
    expect(await typesOf(stripe, settled)).toEqual(
      succeeded
        ? ['charge.succeeded', 'checkout.session.async_payment_succeeded', 'payment_intent.succeeded']
        : ['charge.failed', 'checkout.session.async_payment_failed', 'payment_intent.payment_failed'],
    );
    expect(await stripe.checkout.sessions.retrieve(delayed.checkout_session)).toMatchObject({
      payment_status: succeeded ? 'paid' : 'unpaid',
    });
    const again = await scene.control('POST', `/payment-intents/${delayed.payment_intent}/settle`, {
      outcome,
    });
    expect(again.status).toBe(400);
  }
});

test('many pay at once, one may', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const path = `/payment-links/${link.id}/pay`;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => scene.control('POST', path, { outcome: 'paid' })),
  );

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  expect(answers.find(({ status }) => status !== 200)?.body).toMatchObject({
    error: { code: 'payment_link_used_up' },
  });
});

test('without a limit a link is paid twice; deactivated it is not paid', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const { restrictions: _, ...unlimited } = linkParams();
  const link = await stripe.paymentLinks.create(unlimited);
  const first = await scene.pay(link.id, 'paid');
  const second = await scene.pay(link.id, 'paid');
  expect(second.payment_intent).not.toBe(first.payment_intent);

  await stripe.paymentLinks.update(link.id, { active: false });
  const refused = await scene.control('POST', `/payment-links/${link.id}/pay`, { outcome: 'paid' });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'payment_link_inactive' } } });
});

test('an open session can be expired, and then not be paid', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { checkout_session } = await scene.pay(link.id, 'declined');
  await stripe.paymentLinks.update(link.id, { active: false });

  expect((await stripe.checkout.sessions.list({ payment_link: link.id, status: 'open' })).data).toHaveLength(
    1,
  );
  expect(await stripe.checkout.sessions.expire(checkout_session)).toMatchObject({ status: 'expired' });
  expect(await errorOf(stripe.checkout.sessions.expire(checkout_session))).toMatchObject({ statusCode: 400 });
  expect((await stripe.events.list({ type: 'checkout.session.expired' })).data).toHaveLength(1);
  expect((await scene.control('POST', `/payment-links/${link.id}/pay`, { outcome: 'paid' })).status).toBe(
    400,
  );
});

test('adaptive pricing keeps amount and currency of the price', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams({ line_items: [lineItem('usd', 10_000)] }));
  const payment = await scene.pay(link.id, 'paid', { presentment_currency: 'jpy' });

  expect(await stripe.checkout.sessions.retrieve(payment.checkout_session)).toMatchObject({
    amount_total: 10_000,
    currency: 'usd',
    presentment_details: { presentment_amount: 15_000, presentment_currency: 'jpy' },
  });
});

test('refunds, in part and in full', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { payment_intent } = await scene.pay(link.id, 'paid');

  expect(await stripe.refunds.create({ payment_intent, amount: 900 })).toMatchObject({
    amount: 900,
    status: 'succeeded',
  });
  expect(await stripe.refunds.create({ payment_intent })).toMatchObject({ amount: 129_000 });
  expect(await errorOf(stripe.refunds.create({ payment_intent }))).toMatchObject({
    code: 'charge_already_refunded',
  });

  const { data } = await stripe.events.list({ type: 'charge.refunded' });
  expect(data.map(({ data: { object } }) => object)).toMatchObject([
    { payment_intent, amount_refunded: 129_900, refunded: true, metadata: { from: 'link' } },
    { amount_refunded: 900, refunded: false },
  ]);
});

test('a dispute names the PaymentIntent, and has no metadata of ours', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  const { payment_intent } = await scene.pay(link.id, 'paid');
  const { status } = await scene.control('POST', `/payment-intents/${payment_intent}/dispute`);

  expect(status).toBe(200);
  const { data } = await stripe.events.list({ type: 'charge.dispute.created' });
  expect(data[0]?.data.object).toMatchObject({ object: 'dispute', payment_intent, metadata: {} });
  expect((await stripe.charges.list({ payment_intent })).data).toMatchObject([{ disputed: true }]);
});

test('the sessions of a link, with what became of the money, page by page', async () => {
  let now = Date.parse('2026-11-01T00:00:00Z');
  await using scene = await openScene({ now: () => now });
  const stripe = scene.client();
  const { restrictions: _, ...unlimited } = linkParams();
  const link = await stripe.paymentLinks.create(unlimited);
  const other = await stripe.paymentLinks.create(linkParams());
  await scene.pay(other.id, 'paid');
  const first = await scene.pay(link.id, 'paid');
  now += 60_000;
  const second = await scene.pay(link.id, 'delayed');
  now += 60_000;
  const third = await scene.pay(link.id, 'declined');
  await stripe.refunds.create({ payment_intent: first.payment_intent, amount: 900 });
  await scene.control('POST', `/payment-intents/${first.payment_intent}/dispute`);

  const ofLink = { payment_link: link.id, expand: ['data.payment_intent.latest_charge'] };
  const page = await stripe.checkout.sessions.list({ ...ofLink, limit: 2 });
  expect(page).toMatchObject({
    has_more: true,
    data: [
      {
        id: third.checkout_session,
        status: 'open',
        payment_intent: { status: 'requires_payment_method', latest_charge: { status: 'failed' } },
      },
      {
        id: second.checkout_session,
        status: 'complete',
        payment_status: 'unpaid',
        payment_intent: { status: 'processing', latest_charge: { status: 'pending', refunded: false } },
      },
    ],
  });
  const rest = await stripe.checkout.sessions.list({ ...ofLink, starting_after: second.checkout_session });
  expect(rest).toMatchObject({
    has_more: false,
    data: [
      {
        id: first.checkout_session,
        payment_status: 'paid',
        payment_intent: {
          status: 'succeeded',
          amount_received: 129_900,
          latest_charge: { amount: 129_900, amount_refunded: 900, refunded: false, disputed: true },
        },
      },
    ],
  });
  // Which dispute it is, the charge does not say since long; the list of disputes does.
  expect(await stripe.disputes.list({ payment_intent: first.payment_intent })).toMatchObject({
    data: [{ object: 'dispute', amount: 129_900 }],
  });

  const ids = async (params: Stripe.Checkout.SessionListParams) =>
    (await stripe.checkout.sessions.list(params)).data.map(({ id }) => id);
  expect(await ids({ payment_link: link.id, status: 'complete' })).toEqual([
    second.checkout_session,
    first.checkout_session,
  ]);
  expect(await ids({ payment_link: link.id, created: { gt: Math.floor(now / 1000) - 60 } })).toEqual([
    third.checkout_session,
  ]);
  expect(await ids({ payment_intent: second.payment_intent })).toEqual([second.checkout_session]);
  expect(await ids({ payment_link: 'plink_of_nobody' })).toEqual([]);
});

test('a session whose page was only opened has no PaymentIntent to expand', async () => {
  await using scene = await openScene();
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams());
  await fetch(link.url);
  const { data } = await stripe.checkout.sessions.list({
    payment_link: link.id,
    expand: ['data.payment_intent.latest_charge'],
  });
  expect(data).toMatchObject([{ status: 'open', payment_intent: null }]);
});

test('unknown objects and wrong bodies are told apart', async () => {
  await using scene = await openScene();
  const unknown = await scene.control('POST', '/payment-links/plink_x/pay', { outcome: 'paid' });
  expect(unknown.status).toBe(404);
  const link = await scene.client().paymentLinks.create(linkParams());
  const wrong = await scene.control('POST', `/payment-links/${link.id}/pay`, { outcome: 'maybe' });
  expect(wrong.status).toBe(400);
  expect((await scene.control('POST', '/payment-intents/pi_x/settle', { outcome: 'failed' })).status).toBe(
    404,
  );
});
