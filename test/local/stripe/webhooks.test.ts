import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { errorOf, eventOf, eventually, linkParams, openReceiver, openScene } from './harness.ts';

test('endpoints are created, read, changed, listed and deleted; the secret is told once', async () => {
  await using scene = await openScene();
  const { webhookEndpoints } = scene.client();
  const made = await webhookEndpoints.create({
    url: 'https://example.com/hook',
    enabled_events: ['charge.refunded'],
    metadata: { by: 'test' },
    description: 'x',
  });

  expect(made.secret).toMatch(/^whsec_\w{32}$/);
  expect(made).toMatchObject({
    status: 'enabled',
    livemode: false,
    metadata: { by: 'test' },
    description: 'x',
  });
  expect(await webhookEndpoints.retrieve(made.id)).not.toHaveProperty('secret');
  expect((await webhookEndpoints.list()).data[0]).not.toHaveProperty('secret');
  expect(await webhookEndpoints.update(made.id, { disabled: true, enabled_events: ['*'] })).toMatchObject({
    status: 'disabled',
    enabled_events: ['*'],
  });
  expect(await webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
  expect(await errorOf(webhookEndpoints.retrieve(made.id))).toMatchObject({ code: 'resource_missing' });
});

test('what is no http address is refused, and plain http in live mode', async () => {
  await using scene = await openScene();
  const create = (key: string, url: string) =>
    errorOf(scene.client(key).webhookEndpoints.create({ url, enabled_events: ['*'] }));

  for (const url of ['example.com/hook', '/hook', 'ftp://example.com', 'http://']) {
    expect(await create('sk_test_acme_1', url)).toMatchObject({ code: 'url_invalid', param: 'url' });
  }
  expect(await create('sk_live_acme_1', 'http://example.com')).toMatchObject({ code: 'url_invalid' });
});

test('sixteen endpoints, an account and mode', async () => {
  await using scene = await openScene();
  const create = (key: string) =>
    scene.client(key).webhookEndpoints.create({ url: 'https://example.com', enabled_events: ['*'] });
  await Promise.all(Array.from({ length: 16 }, () => create('sk_test_acme_1')));

  const error = await errorOf(create('sk_test_acme_1'));
  expect(error).toMatchObject({
    statusCode: 400,
    message: 'You have reached the maximum of 16 test webhook endpoints.',
  });
  await expect(create('sk_live_acme_1')).resolves.toBeTruthy();
  await expect(create('sk_test_other_1')).resolves.toBeTruthy();
});

test('deliveries are signed, and go to those who subscribe', async () => {
  await using scene = await openScene();
  await using all = await openReceiver();
  await using some = await openReceiver();
  await using off = await openReceiver();
  const stripe = scene.client();
  const everything = await stripe.webhookEndpoints.create({
    url: all.url,
    enabled_events: ['*'],
    api_version: '2025-03-31.basil',
  });
  const paid = await stripe.webhookEndpoints.create({
    url: some.url,
    enabled_events: ['payment_intent.succeeded'],
  });
  const disabled = await stripe.webhookEndpoints.create({ url: off.url, enabled_events: ['*'] });
  await stripe.webhookEndpoints.update(disabled.id, { disabled: true });

  const link = await stripe.paymentLinks.create(linkParams());
  const payment = await scene.pay(link.id, 'paid');
  await all.until(5);
  await some.until(1);

  const [received] = some.received;
  const event = eventOf(received, paid.secret ?? '');
  expect(event).toMatchObject({
    type: 'payment_intent.succeeded',
    api_version: link.lastResponse.apiVersion,
    livemode: false,
    pending_webhooks: 2,
    data: { object: { id: payment.payment_intent } },
  });
  expect(received?.body).toBe(JSON.stringify(event, null, 2));
  expect(received?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    'stripe-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
  });
  expect(() => eventOf(received, everything.secret ?? '')).toThrow();

  const events = all.received.map((one) => eventOf(one, everything.secret ?? ''));
  expect(new Set(events.map(({ id }) => id)).size).toBe(5);
  expect(events.map(({ api_version }) => api_version)).toContain('2025-03-31.basil');
  expect(some.received).toHaveLength(1);
  expect(off.received).toHaveLength(0);
});

test('a refused delivery comes again, signed afresh', async () => {
  let now = Date.now();
  await using scene = await openScene({ now: () => now, webhookRetryDelaysMs: [40, 40, 40, 40, 40] });
  await using receiver = await openReceiver();
  const stripe = scene.client();
  const { secret } = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  receiver.answerWith(302);
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(1);
  now += 5000;
  receiver.answerWith(500);
  await receiver.until(3);
  receiver.answerWith(204);
  const count = receiver.received.length + 1;
  await receiver.until(count);
  await new Promise((resolve) => setTimeout(resolve, 60));

  expect(receiver.received.length).toBeLessThanOrEqual(count);
  const ids = receiver.received.map((one) => eventOf(one, secret ?? '').id);
  expect(new Set(ids).size).toBe(1);
  const signatures = receiver.received.map(({ headers }) => headers['stripe-signature']);
  expect(new Set(signatures).size).toBeGreaterThan(1);
});

test('an unreachable endpoint is tried as often as said', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [400] });
  const gone = await openReceiver();
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: gone.url, enabled_events: ['*'] });
  await gone[Symbol.asyncDispose]();
  await stripe.paymentLinks.create(linkParams());
  await new Promise((resolve) => setTimeout(resolve, 40));

  await using back = await openReceiver(Number(new URL(gone.url).port));
  await back.until(1);
  expect(back.received).toHaveLength(1);
});

test('a resend that succeeds ends the retries', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [150] });
  await using receiver = await openReceiver();
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  receiver.answerWith(500);
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(1);
  receiver.answerWith(200);
  const { data } = await stripe.events.list();
  await scene.control('POST', `/events/${data[0]?.id}/resend`);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(receiver.received).toHaveLength(2);
});

test('a rolled secret signs along during its overlap', async () => {
  await using scene = await openScene();
  await using receiver = await openReceiver();
  const stripe = scene.client();
  const made = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  const roll = async (body?: unknown) => {
    const answer = await scene.control('POST', `/webhook-endpoints/${made.id}/roll`, body);
    return v.parse(v.object({ secret: v.string() }), answer.body).secret;
  };

  const second = await roll({ overlap_seconds: 60 });
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(1);
  expect(receiver.received[0]?.headers['stripe-signature']).toMatch(
    /^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/,
  );
  expect(eventOf(receiver.received[0], second).id).toBe(eventOf(receiver.received[0], made.secret ?? '').id);

  const third = await roll();
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(2);
  expect(eventOf(receiver.received[1], third).type).toBe('payment_link.created');
  expect(() => eventOf(receiver.received[1], second)).toThrow();
});

test('closing does not wait for an endpoint that hangs', async () => {
  await using receiver = await openReceiver();
  receiver.answerWith('hang');
  const scene = await openScene({ webhookRetryDelaysMs: [10_000] });
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  await stripe.paymentLinks.create(linkParams());
  await receiver.until(1);

  const before = Date.now();
  await scene.close();
  expect(Date.now() - before).toBeLessThan(1000);
});

test('with deliveries off, events are kept; on again, what is pending is delivered once', async () => {
  await using scene = await openScene({ webhookRetryDelaysMs: [10_000] });
  await using receiver = await openReceiver();
  const stripe = scene.client();
  const { secret } = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  expect((await scene.control('GET', '/deliveries')).body).toEqual({ enabled: true });

  await scene.control('POST', '/deliveries', { enabled: false });
  const link = await stripe.paymentLinks.create(linkParams());
  const { event_ids } = await scene.pay(link.id, 'paid');
  const undelivered = await stripe.events.list({ delivery_success: false });
  expect(undelivered.data).toHaveLength(1 + event_ids.length);
  expect(undelivered.data).toMatchObject(undelivered.data.map(() => ({ pending_webhooks: 1 })));
  expect(receiver.received).toEqual([]);

  await scene.control('POST', '/deliveries', { enabled: true });
  await scene.control('POST', '/deliveries', { enabled: true });
  await receiver.until(5);
  await eventually(async () => (await stripe.events.list({ delivery_success: false })).data.length === 0);
  const ids = receiver.received.map((one) => eventOf(one, secret ?? '').id);
  expect(ids.sort()).toEqual(undelivered.data.map(({ id }) => id).sort());
  expect((await scene.control('POST', '/deliveries', {})).status).toBe(400);
});

test('with deliveries off, an event can be resent, and a retry waits', async () => {
  let now = Date.now();
  await using scene = await openScene({ now: () => now, webhookRetryDelaysMs: [10_000] });
  await using receiver = await openReceiver();
  receiver.answerWith(500);
  const stripe = scene.client();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  const links = [1, 2].map(() => stripe.paymentLinks.create(linkParams()));
  await Promise.all(links);
  await receiver.until(2);
  await scene.control('POST', '/deliveries', { enabled: false });

  receiver.answerWith(200);
  const { data } = await stripe.events.list();
  const resent = await scene.control('POST', `/events/${data[0]?.id}/resend`);
  expect(resent.body).toMatchObject({ deliveries: [{ status: 200 }] });
  now += 20_000;
  expect((await stripe.events.list()).data).toMatchObject([{ pending_webhooks: 0 }, { pending_webhooks: 1 }]);

  await scene.control('POST', '/deliveries', { enabled: true });
  await eventually(async () => (await stripe.events.list({ delivery_success: false })).data.length === 0);
  expect(receiver.received).toHaveLength(4);
});
