import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { errorOf, linkParams, openScene, type Scene } from './harness.ts';

/** A stand-in with a limit, whose clock stands still until it is moved. */
async function openLimited(per_second: number): Promise<Scene & { pass(milliseconds: number): void }> {
  let now = Date.parse('2026-11-01T00:00:00Z');
  const scene = await openScene({ now: () => now });
  await scene.control('POST', '/rate-limit', { per_second });
  return {
    ...scene,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** How many of that many calls were answered. */
async function answered(count: number, call: () => Promise<unknown>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, call));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

test('no limit holds until one is set, nor after it is ended', async () => {
  await using scene = await openScene();
  const list = () => scene.client().paymentLinks.list();
  expect((await scene.control('GET', '/rate-limit')).body).toEqual({ per_second: null, refused: 0 });
  expect(await answered(60, list)).toBe(60);

  expect(await scene.control('POST', '/rate-limit', { per_second: 5 })).toMatchObject({ status: 201 });
  expect(await answered(60, list)).toBeLessThan(60);
  expect((await scene.control('DELETE', '/rate-limit')).body).toMatchObject({ per_second: null });
  expect(await answered(60, list)).toBe(60);
});

test('case 41: a request too many is refused in the words of Stripe, and counted', async () => {
  await using scene = await openLimited(2);
  const { paymentLinks } = scene.client();
  expect(await answered(2, () => paymentLinks.list())).toBe(2);

  const response = await fetch(`${scene.url}/v1/payment_links`, {
    headers: { authorization: 'Bearer sk_test_acme_1' },
  });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({
    error: {
      type: 'invalid_request_error',
      code: 'rate_limit',
      doc_url: 'https://stripe.com/docs/error-codes/rate-limit',
      message:
        'Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    },
  });
  expect(response.headers.get('stripe-rate-limited-reason')).toBe('endpoint-rate');
  expect(response.headers.has('retry-after')).toBe(false);
  expect(response.headers.get('request-id')).toMatch(/^req_/);
  expect(await errorOf(paymentLinks.list())).toMatchObject({
    type: 'StripeRateLimitError',
    statusCode: 429,
    code: 'rate_limit',
  });

  expect((await scene.control('GET', '/rate-limit')).body).toEqual({ per_second: 2, refused: 2 });
  const requests = v.parse(
    v.array(v.object({ status: v.number() })),
    (await scene.control('GET', '/requests')).body,
  );
  expect(requests.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
});

test('in live mode the message is another', async () => {
  await using scene = await openLimited(1);
  const { paymentLinks } = scene.client('sk_live_acme_1');
  await paymentLinks.list();
  expect((await errorOf(paymentLinks.list())).message).toMatch(/^Request rate limit exceeded\. You can/);
});

test('what passes comes back with time, and never more than a second of it', async () => {
  await using scene = await openLimited(10);
  const list = () => scene.client().paymentLinks.list();
  expect(await answered(20, list)).toBe(10);
  scene.pass(300);
  expect(await answered(20, list)).toBe(3);
  scene.pass(50);
  expect(await answered(20, list)).toBe(0);
  scene.pass(50);
  expect(await answered(20, list)).toBe(1);
  scene.pass(60_000);
  expect(await answered(20, list)).toBe(10);
});

test('case 41: each account, each mode and each endpoint has its own', async () => {
  await using scene = await openLimited(2);
  const acme = scene.client();
  const link = await acme.paymentLinks.create(linkParams());
  const other = await acme.paymentLinks.create(linkParams());
  expect(await answered(2, () => acme.paymentLinks.create(linkParams()))).toBe(0);

  // One endpoint, whatever the id.
  await acme.paymentLinks.retrieve(link.id);
  await acme.paymentLinks.retrieve(other.id);
  expect(await answered(1, () => acme.paymentLinks.retrieve(link.id))).toBe(0);

  expect(await answered(3, () => acme.paymentLinks.update(link.id, { active: false }))).toBe(2);
  expect(await answered(3, () => acme.paymentLinks.list())).toBe(2);
  for (const key of ['sk_live_acme_1', 'sk_test_other_1']) {
    expect(await answered(3, () => scene.client(key).paymentLinks.create(linkParams()))).toBe(2);
  }
  // Another key of the account that has used up its own.
  expect(await answered(1, () => scene.client('rk_test_acme_2').paymentLinks.create(linkParams()))).toBe(0);
});

test('case 27: what is refused has no effect, and is not remembered under its idempotency key', async () => {
  await using scene = await openLimited(1);
  const { paymentLinks } = scene.client();
  await paymentLinks.create(linkParams());
  const withKey = { idempotencyKey: 'finalize-1' };
  expect(await errorOf(paymentLinks.create(linkParams(), withKey))).toMatchObject({ statusCode: 429 });
  expect((await paymentLinks.list()).data).toHaveLength(1);

  scene.pass(1000);
  const made = await paymentLinks.create(linkParams(), withKey);
  expect(made.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  expect((await paymentLinks.list()).data).toHaveLength(2);
});

test('an unknown key is told so, limit or not', async () => {
  await using scene = await openLimited(1);
  const { paymentLinks } = scene.client('pk_test_acme_1');
  await errorOf(paymentLinks.list());
  expect(await errorOf(paymentLinks.list())).toMatchObject({ statusCode: 401 });
});

test.each([[{}], [{ per_second: 0 }], [{ per_second: '25' }], [{ per_second: 25, per_minute: 1 }]])(
  '%j is no limit',
  async (wrong) => {
    await using scene = await openScene();
    expect((await scene.control('POST', '/rate-limit', wrong)).status).toBe(400);
    expect((await scene.control('GET', '/rate-limit')).body).toEqual({ per_second: null, refused: 0 });
  },
);
