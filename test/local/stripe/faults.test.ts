import { expect, test } from '@jest/globals';
import { errorOf, linkParams, openScene } from './harness.ts';

const path = '/v1/payment_links';
const withKey = { idempotencyKey: 'finalize-1' };

test('before: the connection drops and nothing happened; after: something did', async () => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();

  // The client tries a dropped connection once more by itself: so two of them.
  await scene.control('POST', '/faults', { path, kind: 'before', times: 2 });
  expect(await errorOf(paymentLinks.create(linkParams(), withKey))).toMatchObject({
    type: 'StripeConnectionError',
  });
  expect((await paymentLinks.list()).data).toHaveLength(0);

  await scene.control('POST', '/faults', { path, kind: 'after', times: 2 });
  expect(await errorOf(paymentLinks.create(linkParams(), withKey))).toMatchObject({
    type: 'StripeConnectionError',
  });
  const { data } = await paymentLinks.list();
  expect(data).toHaveLength(1);

  const answered = await paymentLinks.create(linkParams(), withKey);
  expect(answered.id).toBe(data[0]?.id);
  expect(answered.lastResponse.headers).toHaveProperty('idempotent-replayed', 'true');
});

test.each([
  ['500', 'StripeAPIError', undefined],
  ['429', 'StripeRateLimitError', 'rate_limit'],
  ['409', 'StripeAPIError', 'idempotency_key_in_use'],
])('%s has no effect and is not remembered', async (kind, type, code) => {
  await using scene = await openScene();
  const { paymentLinks } = scene.client();
  await scene.control('POST', '/faults', { path, kind, times: 1 });

  expect(await errorOf(paymentLinks.create(linkParams(), withKey))).toMatchObject({
    type,
    code,
    statusCode: Number(kind),
  });
  expect((await paymentLinks.list()).data).toHaveLength(0);
  const made = await paymentLinks.create(linkParams(), withKey);
  expect(made.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
});

test('contains picks by body, key or path; method by method', async () => {
  await using scene = await openScene();
  const mine = { path, kind: '500', times: 1 };
  await scene.control('POST', '/faults', { ...mine, contains: 'metadata[invoice_id]=inv 7' });
  await scene.control('POST', '/faults', { ...mine, contains: 'sk_test_other' });
  await scene.control('POST', '/faults', { ...mine, method: 'get' });
  const acme = scene.client().paymentLinks;

  await expect(acme.create(linkParams())).resolves.toBeTruthy();
  expect(await errorOf(acme.create(linkParams({ metadata: { invoice_id: 'inv 7' } })))).toMatchObject({
    statusCode: 500,
  });
  expect(await errorOf(scene.client('sk_test_other_1').paymentLinks.create(linkParams()))).toMatchObject({
    statusCode: 500,
  });
  expect(await errorOf(acme.list())).toMatchObject({ statusCode: 500 });
});

test('faults are listed with what is left, cleared, and checked', async () => {
  await using scene = await openScene();
  const fault = { path, method: 'POST', kind: '500', times: 2 };
  expect((await scene.control('POST', '/faults', fault)).status).toBe(201);
  await errorOf(scene.client().paymentLinks.create(linkParams()));
  expect((await scene.control('GET', '/faults')).body).toEqual([{ ...fault, times: 1 }]);

  await scene.control('DELETE', '/faults');
  expect((await scene.control('GET', '/faults')).body).toEqual([]);
  await expect(scene.client().paymentLinks.create(linkParams())).resolves.toBeTruthy();
  for (const wrong of [{ ...fault, kind: '418' }, { ...fault, times: 0 }, { ...fault, colour: 'red' }, 'x']) {
    expect((await scene.control('POST', '/faults', wrong)).status).toBe(400);
  }
});

test('requests are seen in order, without the key', async () => {
  await using scene = await openScene();
  const key = 'sk_test_acme_canary1234';
  const { paymentLinks } = scene.client(key);
  const link = await paymentLinks.create(linkParams(), withKey);
  await paymentLinks.list({ limit: 3 });
  await errorOf(paymentLinks.retrieve('plink_x'));
  await scene.control('POST', '/faults', { path: `${path}/${link.id}`, kind: 'before', times: 2 });
  await errorOf(paymentLinks.update(link.id, { active: false }));

  const { body } = await scene.control('GET', '/requests');
  const dropped = {
    method: 'POST',
    path: `${path}/${link.id}`,
    idempotency_key: expect.any(String),
    status: null,
    params: { active: 'false' },
  };
  expect(body).toEqual([
    {
      method: 'POST',
      path,
      idempotency_key: 'finalize-1',
      status: 200,
      params: expect.objectContaining({ metadata: { invoice_id: 'inv_1' } }),
    },
    { method: 'GET', path, idempotency_key: null, status: 200, params: { limit: '3' } },
    { method: 'GET', path: `${path}/plink_x`, idempotency_key: null, status: 404, params: {} },
    dropped,
    dropped,
  ]);
  expect(JSON.stringify(body)).not.toContain('canary');
});
