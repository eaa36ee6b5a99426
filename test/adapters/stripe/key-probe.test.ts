import { expect, it } from '@jest/globals';
import { stripeClients } from '../../../functions/adapters/stripe/client.ts';
import { stripeKeyProbe } from '../../../functions/adapters/stripe/key-probe.ts';
import { KEY_PERMISSIONS } from '../../../functions/domain/key-permissions.ts';
import { Unavailable } from '../../../functions/ports.ts';
import { startStripe } from '../../support/stripe.ts';
import { NOBODY } from '../../support/stub-server.ts';

const stripe = await startStripe();
const { probe } = stripeKeyProbe(stripeClients(stripe.url));

it.each([
  ['sk_test_acme_1', [], []],
  ['rk_test_acme_1', [], []],
  ['rk_test_acme_2', ['rak_payment_link_write'], ['Payment Links (write)']],
  ['rk_test_acme_3', ['rak_payment_link_read'], ['Payment Links (write)']],
  ['rk_test_acme_4', ['rak_checkout_session_write'], ['Checkout Sessions (write)']],
  ['rk_test_acme_5', ['rak_event_write', 'rak_payment_intent_write'], []],
  ['rk_test_acme_7', ['rak_charge_read'], ['Charges and Refunds (read)']],
  [
    'rk_test_acme_6',
    ['rak_event_read', 'rak_payment_intent_read', 'rak_webhook_write'],
    ['PaymentIntents (read)', 'Events (read)', 'Webhook Endpoints (write)'],
  ],
])('%s without %j lacks %j', async (key, lacks, missing) => {
  if (key.startsWith('rk_')) await stripe.restrict(key, lacks);
  expect(await probe(key, KEY_PERMISSIONS)).toEqual({ kind: 'known', missing });
});

it('asks only what it is told to, and has no effect', async () => {
  const before = (await stripe.requests()).length;
  await probe('rk_test_quiet_1', KEY_PERMISSIONS);
  await probe('sk_test_quiet_1', ['Events (read)']);
  const asked = (await stripe.requests()).slice(before);
  expect(asked).toHaveLength(7);
  expect(asked.filter(({ method, status }) => method === 'POST' && status !== 404)).toEqual([]);
});

it('does not know a key that Stripe does not know', async () => {
  expect(await probe('sk_prod_1', ['Events (read)'])).toEqual({ kind: 'unknown' });
});

it('passes on that Stripe is away', async () => {
  const away = stripeKeyProbe(stripeClients(NOBODY));
  await expect(away.probe('sk_test_acme_1', KEY_PERMISSIONS)).rejects.toThrow(Unavailable);
});
