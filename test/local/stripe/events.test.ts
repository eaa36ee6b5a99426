import { expect, test } from '@jest/globals';
import { errorOf, eventually, linkParams, openReceiver, openScene } from './harness.ts';

test('events are listed newest first, and filtered', async () => {
  let now = Date.parse('2026-11-01T00:00:00Z');
  await using scene = await openScene({ now: () => now });
  const stripe = scene.client();
  const link = await stripe.paymentLinks.create(linkParams(), { idempotencyKey: 'made-1' });
  now += 60_000;
  await stripe.paymentLinks.update(link.id, { active: false });
  await stripe.paymentLinks.update(link.id, { active: false });

  const { data } = await stripe.events.list();
  expect(data).toMatchObject([
    {
      type: 'payment_link.updated',
      data: { previous_attributes: { active: true }, object: { active: false } },
    },
    {
      type: 'payment_link.created',
      livemode: false,
      pending_webhooks: 0,
      data: { object: { id: link.id, active: true } },
      request: { id: expect.stringMatching(/^req_/), idempotency_key: 'made-1' },
    },
  ]);

  const early = Math.floor(now / 1000) - 60;
  const types = async (params: Parameters<typeof stripe.events.list>[0]) =>
    (await stripe.events.list(params)).data.map(({ type }) => type);
  expect(await types({ created: { gt: early } })).toEqual(['payment_link.updated']);
  expect(await types({ created: { lte: early } })).toEqual(['payment_link.created']);
  expect(await types({ created: { gte: early, lt: early + 1 } })).toEqual(['payment_link.created']);
  expect(await types({ types: ['payment_link.updated', 'charge.failed'] })).toEqual(['payment_link.updated']);
  expect(await types({ type: 'payment_link.*' })).toHaveLength(2);
  expect(await types({ delivery_success: false })).toEqual([]);
  expect(await types({ limit: 1 })).toEqual(['payment_link.updated']);

  expect((await stripe.events.retrieve(data[1]?.id ?? '')).type).toBe('payment_link.created');
  expect((await scene.client('sk_live_acme_1').events.list()).data).toEqual([]);
});

test('pending_webhooks and delivery_success follow the deliveries', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [20] });
  await using receiver = await openReceiver();
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['payment_link.created'] });
  receiver.answerWith(500);
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(2);

  const undelivered = await stripe.events.list({ delivery_success: false });
  expect(undelivered.data).toMatchObject([{ type: 'payment_link.created', pending_webhooks: 1 }]);

  receiver.answerWith(200);
  const resent = await scene.control('POST', `/events/${undelivered.data[0]?.id}/resend`);
  expect(resent.body).toMatchObject({ deliveries: [{ status: 200 }] });
  expect(receiver.received).toHaveLength(3);
  await eventually(async () => (await stripe.events.list({ delivery_success: false })).data.length === 0);
  expect((await stripe.events.list()).data).toMatchObject([{ pending_webhooks: 0 }]);
});

test('an event of no endpoint that listens counts as delivered: disabled, deleted, or subscribed to something else', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [20] });
  await using receiver = await openReceiver();
  const stripe = scene.client();
  const listen = (type: 'payment_link.created' | 'charge.refunded') =>
    stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: [type] });
  const disabled = await listen('payment_link.created');
  await stripe.webhookEndpoints.update(disabled.id, { disabled: true });
  await stripe.webhookEndpoints.del((await listen('payment_link.created')).id);
  await listen('charge.refunded');
  await stripe.paymentLinks.create(linkParams());

  expect((await stripe.events.list({ delivery_success: false })).data).toEqual([]);
  expect((await stripe.events.list({ delivery_success: true })).data).toMatchObject([
    { pending_webhooks: 0 },
  ]);
  expect(receiver.received).toEqual([]);
});

test('an event that some endpoint took and another did not is undelivered', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [] });
  await using good = await openReceiver();
  await using bad = await openReceiver();
  bad.answerWith(500);
  const stripe = scene.client();
  for (const { url } of [good, bad]) await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
  await stripe.paymentLinks.create(linkParams());
  await good.until(1);
  await bad.until(1);
  await eventually(async () => (await stripe.events.list()).data[0]?.pending_webhooks === 1);

  const undelivered = { types: ['payment_link.created', 'charge.failed'], delivery_success: false };
  expect((await stripe.events.list(undelivered)).data).toHaveLength(1);
  expect((await stripe.events.list({ ...undelivered, types: ['charge.failed'] })).data).toEqual([]);
});

test('events are there for thirty days', async () => {
  let now = Date.parse('2026-11-01T00:00:00Z');
  await using scene = await openScene({ now: () => now });
  const { events, paymentLinks } = scene.client();
  await paymentLinks.create(linkParams());
  now += 29 * 24 * 3_600_000;
  const { data } = await events.list();
  expect(data).toHaveLength(1);

  now += 25 * 3_600_000;
  expect((await events.list()).data).toEqual([]);
  expect(await errorOf(events.retrieve(data[0]?.id ?? ''))).toMatchObject({ code: 'resource_missing' });
});

test('undelivered events are read page by page, oldest first from a known one', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [] });
  await using receiver = await openReceiver();
  receiver.answerWith(500);
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  for (const _ of [1, 2, 3, 4, 5]) await stripe.paymentLinks.create(linkParams());

  const oldestFirst = (await stripe.events.list()).data.map(({ id }) => id).reverse();
  const [known = '', ...later] = oldestFirst;
  const read: string[] = [];
  for await (const { id } of stripe.events.list({
    ending_before: known,
    delivery_success: false,
    limit: 2,
  })) {
    read.push(id);
  }
  expect(read).toEqual(later);
});
