import { expect, test } from '@jest/globals';
import { errorOf, linkParams, openScene } from './harness.ts';

test('a restricted key lacks what was taken from it, and is told so before anything is looked up', async () => {
  await using scene = await openScene();
  const restrict = (key: string, lacks: string[]) => scene.control('POST', '/keys/restrict', { key, lacks });
  const stripe = scene.client('rk_test_acme_CANARY0001');
  await restrict('rk_test_acme_CANARY0001', ['rak_payment_link_write', 'rak_webhook_read']);

  expect(await errorOf(stripe.paymentLinks.update('plink_0', { active: false }))).toMatchObject({
    statusCode: 403,
    type: 'StripePermissionError',
    message: expect.stringMatching(
      /^The provided key 'rk_test_\*+0001' does not have the required permissions for this endpoint on account 'acct_\w+'\. Having the 'rak_payment_link_write' permission would allow this request to continue\.$/,
    ),
  });
  await expect(stripe.paymentLinks.list()).resolves.toBeTruthy();
  expect(await errorOf(stripe.webhookEndpoints.list())).toMatchObject({ statusCode: 403 });
  expect(await errorOf(stripe.webhookEndpoints.update('we_0', { disabled: false }))).toMatchObject({
    statusCode: 403,
    message: expect.stringContaining("'rak_webhook_write'"),
  });

  await expect(scene.client('rk_test_acme_2').webhookEndpoints.list()).resolves.toBeTruthy();
  await restrict('rk_test_acme_CANARY0001', []);
  await expect(stripe.paymentLinks.create(linkParams())).resolves.toBeTruthy();
});

test('only a restricted key can lack anything', async () => {
  await using scene = await openScene();
  for (const key of ['sk_test_acme_1', 'nonsense']) {
    expect(await scene.control('POST', '/keys/restrict', { key, lacks: [] })).toMatchObject({ status: 400 });
  }
  const unknown = { key: 'rk_test_acme_1', lacks: ['everything'] };
  expect(await scene.control('POST', '/keys/restrict', unknown)).toMatchObject({ status: 400 });
});
