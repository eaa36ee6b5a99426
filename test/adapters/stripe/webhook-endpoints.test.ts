import { afterEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { stripeClients } from '../../../functions/adapters/stripe/client.ts';
import { stripeWebhookEndpoints } from '../../../functions/adapters/stripe/webhook-endpoints.ts';
import { wantedEndpoint } from '../../../functions/domain/webhook-endpoint.ts';
import { Unavailable } from '../../../functions/ports.ts';
import { tenant } from '../../support/builders.ts';
import { unique } from '../../support/samples.ts';
import { startStripe } from '../../support/stripe.ts';
import { NOBODY, stubServer } from '../../support/stub-server.ts';

const stripe = await startStripe();
const endpoints = stripeWebhookEndpoints(stripeClients(stripe.url));
afterEach(stripe.clearFaults);

const PATH = '/v1/webhook_endpoints';
const wanted = wantedEndpoint(tenant, 'https://api.example.com');
const anAccount = (kind = 'sk_test') => `${kind}_${unique('acct').replaceAll(/\W/g, '')}_1`;
const found = async (key: string) => {
  const listed = await endpoints.list(key);
  return listed.kind === 'listed' ? listed.endpoints : [];
};
const created = async (key: string, attempt: string) => {
  const answer = await endpoints.create(key, wanted, attempt);
  if (answer.kind !== 'created') throw new Error(answer.kind);
  return answer;
};
const fill = async (key: string) => {
  for (let count = 0; count < 16; count += 1) await created(key, `other/${count}`);
};

describe('an endpoint', () => {
  it('is created with exactly the events, our API version and whose it is', async () => {
    const key = anAccount();
    const { id, secret } = await created(key, 'conn_1/1');
    expect(secret).toMatch(/^whsec_/);
    expect(await found(key)).toEqual([{ id, ...wanted, apiVersion: Stripe.API_VERSION, isEnabled: true }]);
  });

  it('is the same, with its secret, for the same attempt; another one for another', async () => {
    const key = anAccount();
    const first = await created(key, 'conn_1/1');
    expect(await created(key, 'conn_1/1')).toEqual(first);
    expect(await created(key, 'conn_1/2')).not.toEqual(first);
    expect(await found(key)).toHaveLength(2);
  });

  it('whose answer was lost comes with the repetition', async () => {
    const key = anAccount();
    await stripe.fault({ path: PATH, kind: 'after', times: 2 });
    await expect(endpoints.create(key, wanted, 'conn_1/1')).rejects.toThrow(Unavailable);
    const { id } = await created(key, 'conn_1/1');
    expect((await found(key)).map((each) => each.id)).toEqual([id]);
  });

  it('that was removed since is not told of again', async () => {
    const key = anAccount();
    const first = await created(key, 'conn_1/1');
    await endpoints.remove(key, first.id);
    const second = await created(key, 'conn_1/1');
    expect(second.id).not.toBe(first.id);
    expect((await found(key)).map(({ id }) => id)).toEqual([second.id]);
  });

  it('is mended: URL, events, and enabled', async () => {
    const key = anAccount();
    const { id } = await created(key, 'conn_1/1');
    const client = stripeClients(stripe.url)(key);
    await client.webhookEndpoints.update(id, {
      url: 'https://x.example.com',
      enabled_events: ['*'],
      disabled: true,
    });
    expect(await endpoints.update(key, id, wanted)).toEqual({ kind: 'updated' });
    expect(await found(key)).toMatchObject([{ id, url: wanted.url, events: wanted.events, isEnabled: true }]);
  });

  it('that is gone when it is to be mended is a reason to look again', async () => {
    await expect(endpoints.update(anAccount(), 'we_gone', wanted)).rejects.toThrow(Unavailable);
  });

  it('is removed, and removed again', async () => {
    const key = anAccount();
    const { id } = await created(key, 'conn_1/1');
    await endpoints.remove(key, id);
    await endpoints.remove(key, id);
    expect(await found(key)).toEqual([]);
  });
});

describe('refused', () => {
  it('where Stripe cannot reach the address', async () => {
    const insecure = { ...wanted, url: 'http://localhost:4000/hook' };
    const key = anAccount('sk_live');
    expect(await endpoints.create(key, insecure, 'conn_1/1')).toEqual({ kind: 'url_refused' });
    const { id } = await created(key, 'conn_1/2');
    expect(await endpoints.update(key, id, insecure)).toEqual({ kind: 'url_refused' });
  });

  it('at the limit, and no longer once there is room', async () => {
    const key = anAccount();
    await fill(key);
    expect(await endpoints.create(key, wanted, 'conn_1/1')).toEqual({ kind: 'limit_reached' });
    expect(await endpoints.create(key, wanted, 'conn_1/1')).toEqual({ kind: 'limit_reached' });
    const [any] = await found(key);
    await endpoints.remove(key, any?.id ?? '');
    expect(await endpoints.create(key, wanted, 'conn_1/1')).toMatchObject({ kind: 'created' });
    expect(await found(key)).toHaveLength(16);
  });

  it('of a restricted key, which is told what it lacks', async () => {
    const key = anAccount('rk_test');
    await stripe.restrict(key, ['rak_webhook_write']);
    const refusal = { kind: 'key_rejected', detail: expect.stringContaining('Webhook Endpoints') };
    expect(await endpoints.list(key)).toEqual({ kind: 'listed', endpoints: [] });
    expect(await endpoints.create(key, wanted, 'conn_1/1')).toEqual(refusal);
    expect(await endpoints.update(key, 'we_1', wanted)).toEqual(refusal);
    await stripe.restrict(key, ['rak_webhook_read']);
    expect(await endpoints.list(key)).toEqual(refusal);
  });

  it('of a key that Stripe does not know', async () => {
    const list = await endpoints.list('sk_prod_CANARY');
    expect(list).toEqual({ kind: 'key_rejected', detail: expect.stringContaining('does not know') });
    expect(JSON.stringify(list)).not.toContain('CANARY');
  });

  it('for what it is to be: a fault of ours', async () => {
    const stub = await stubServer((response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(
          JSON.stringify({ error: { type: 'invalid_request_error', param: 'api_version', message: 'no' } }),
        ),
    );
    await expect(
      stripeWebhookEndpoints(stripeClients(stub.url)).create('sk_test_a_1', wanted, 'conn_1/1'),
    ).rejects.toThrow('Stripe refused a webhook endpoint');
  });
});

it.each(['list', 'create', 'update', 'remove'] as const)('%s passes on that Stripe is away', async (name) => {
  const away = stripeWebhookEndpoints(stripeClients(NOBODY));
  const calls = {
    list: () => away.list('sk_test_a_1'),
    create: () => away.create('sk_test_a_1', wanted, 'conn_1/1'),
    update: () => away.update('sk_test_a_1', 'we_1', wanted),
    remove: () => away.remove('sk_test_a_1', 'we_1'),
  };
  await expect(calls[name]()).rejects.toThrow(Unavailable);
});
