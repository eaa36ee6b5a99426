import { expect, test } from '@jest/globals';
import { readApiKey } from '../../../lib/local/stripe/api-key.ts';
import { startStripeStandIn } from '../../../lib/local/stripe/stand-in.ts';
import { errorOf, linkParams, openScene } from './harness.ts';

test('keys that differ after the last underscore belong to one account', async () => {
  await using scene = await openScene();
  const link = await scene.client('sk_test_acme_1').paymentLinks.create(linkParams());

  expect((await scene.client('sk_test_acme_2').paymentLinks.retrieve(link.id)).id).toBe(link.id);
  expect((await scene.client('rk_test_acme_3').paymentLinks.retrieve(link.id)).id).toBe(link.id);

  const stranger = await errorOf(scene.client('sk_test_other_1').paymentLinks.retrieve(link.id));
  expect(stranger).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
    message: `No such payment_link: '${link.id}'`,
  });
  const live = await errorOf(scene.client('sk_live_acme_1').paymentLinks.retrieve(link.id));
  expect(live.message).toContain('a similar object exists in test mode, but a live mode key was used');
});

test('the account of a key', async () => {
  await using scene = await openScene();
  const account = await scene.client('sk_test_acme-labs_1').accounts.retrieveCurrent();

  expect(account.id).toMatch(/^acct_\w{16}$/);
  expect(account.business_profile?.name).toBe('Acme Labs');
  expect(account.settings?.dashboard.display_name).toBe('Acme Labs');
  expect((await scene.client('sk_live_acme-labs_9').accounts.retrieveCurrent()).id).toBe(account.id);
  expect((await scene.client('sk_test_acme-labs_2').accounts.retrieve(account.id)).id).toBe(account.id);
  expect((await scene.client('sk_test_solo').accounts.retrieveCurrent()).id).not.toBe(account.id);
});

test('a restricted key may not read the account', async () => {
  await using scene = await openScene();
  const error = await errorOf(scene.client('rk_test_acme_1234567890').accounts.retrieveCurrent());

  expect(error).toMatchObject({ type: 'StripePermissionError', statusCode: 403 });
  expect(error.message).toMatch(
    /^The provided key 'rk_test_\*+7890' does not have the required permissions for this endpoint on account 'acct_/,
  );
});

test.each(['pk_test_acme_1234567', 'whsec_abcdefghijkl', 'nonsense', 'sk_test_', 'sk_prod_acme_1'])(
  'key %s is refused, and not repeated',
  async (key) => {
    await using scene = await openScene();
    const error = await errorOf(scene.client(key).paymentLinks.list());
    expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(error.message).toMatch(/^Invalid API Key provided: [a-z_]*\**\w{0,4}$/);
  },
);

test('no key at all, and the key as user name', async () => {
  await using scene = await openScene();
  const none = await fetch(`${scene.url}/v1/payment_links`);
  expect(none.status).toBe(401);
  expect(await none.json()).toMatchObject({
    error: {
      type: 'invalid_request_error',
      message: expect.stringContaining('You did not provide an API key'),
    },
  });

  const authorization = `Basic ${Buffer.from('sk_test_acme_1:').toString('base64')}`;
  const basic = await fetch(`${scene.url}/v1/payment_links`, { headers: { authorization } });
  expect(basic.status).toBe(200);
  expect(basic.headers.get('request-id')).toMatch(/^req_/);
  expect(basic.headers.get('stripe-version')).toMatch(/^\d{4}-\d{2}-\d{2}/);
});

test('a key shows no more than prefix and last four characters', () => {
  expect(readApiKey('sk_test_51HsecretpartABCD')?.masked).toBe('sk_test_*************ABCD');
  expect(readApiKey('sk_live_short')?.masked).toBe('sk_live_*****');
});

test('a port in use is an ordinary error, and closing is quick', async () => {
  const first = await startStripeStandIn({ port: 0 });
  const port = Number(new URL(first.url).port);
  await expect(startStripeStandIn({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });

  await fetch(first.url);
  const before = Date.now();
  await first.close();
  expect(Date.now() - before).toBeLessThan(1000);
});
