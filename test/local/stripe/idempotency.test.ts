import { expect, test } from '@jest/globals';
import { errorOf, lineItem, linkParams, openScene } from './harness.ts';

const withKey = { idempotencyKey: 'finalize-1' };

test('the same key gets the same answer', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const first = await paymentLinks.create(linkParams(), withKey);
  await paymentLinks.update(first.id, { active: false });
  const second = await paymentLinks.create(linkParams(), withKey);

  expect(second).toEqual(first);
  expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  expect(second.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'original-request': first.lastResponse.requestId,
  });
  expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  expect((await paymentLinks.list()).data).toHaveLength(1);
});

test('the same key is another one in another account or mode', async () => {
  await using scene = await openScene();
  const links = await Promise.all(
    ['sk_test_acme_1', 'sk_live_acme_1', 'sk_test_other_1'].map((key) =>
      scene.client(key).paymentLinks.create(linkParams(), withKey),
    ),
  );
  expect(new Set(links.map(({ id }) => id)).size).toBe(3);

  const sibling = await scene.client('sk_test_acme_2').paymentLinks.create(linkParams(), withKey);
  expect(sibling.id).toBe(links[0]?.id);
});

test('other parameters or another path are an error', async () => {
  await using scene = await openScene();
  const { paymentLinks, webhookEndpoints } = scene.client();
  await paymentLinks.create(linkParams(), withKey);

  const changed = linkParams({ line_items: [lineItem('usd', 500)] });
  expect(await errorOf(paymentLinks.create(changed, withKey))).toMatchObject({
    type: 'StripeIdempotencyError',
    statusCode: 400,
    message:
      "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'finalize-1' if you meant to execute a different request.",
  });
  const elsewhere = webhookEndpoints.create({ url: 'https://example.com', enabled_events: ['*'] }, withKey);
  expect((await errorOf(elsewhere)).message).toContain("('/v1/payment_links' vs '/v1/webhook_endpoints')");
});

test('two at once: one is told to wait, and a client that waits gets the one answer', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const outcomes = await Promise.allSettled([
    paymentLinks.create(linkParams(), withKey),
    paymentLinks.create(linkParams(), withKey),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { statusCode: 409, code: 'idempotency_key_in_use' },
  });

  const patient = scene.client('sk_test_acme_1', { maxNetworkRetries: 2 }).paymentLinks;
  const both = await Promise.all(
    [1, 2].map(() => patient.create(linkParams(), { idempotencyKey: 'finalize-2' })),
  );
  expect(both[0]?.id).toBe(both[1]?.id);
  expect((await paymentLinks.list()).data).toHaveLength(2);
});

test('an error of the execution is remembered, one of validation is not', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  const tooSmall = linkParams({ line_items: [lineItem('usd', 1)] });
  await errorOf(paymentLinks.create(tooSmall, withKey));
  expect(await errorOf(paymentLinks.create(linkParams(), withKey))).toMatchObject({
    type: 'StripeIdempotencyError',
  });

  const fraction = linkParams({ line_items: [lineItem('usd', 100.5)] });
  await errorOf(paymentLinks.create(fraction, { idempotencyKey: 'finalize-2' }));
  await expect(paymentLinks.create(linkParams(), { idempotencyKey: 'finalize-2' })).resolves.toBeTruthy();
});

test('a key is forgotten after a day', async () => {
  let now = Date.now();
  await using scene = await openScene({ now: () => now });
  const { paymentLinks } = scene.client();
  const first = await paymentLinks.create(linkParams(), withKey);
  now += 24 * 60 * 60 * 1000 - 1000;
  expect((await paymentLinks.create(linkParams(), withKey)).id).toBe(first.id);
  now += 2000;
  expect((await paymentLinks.create(linkParams(), withKey)).id).not.toBe(first.id);
});
