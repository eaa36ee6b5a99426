import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../functions/domain/connection.ts';
import { type EndpointFound, wantedEndpoint } from '../../functions/domain/webhook-endpoint.ts';
import { type KeyProof, Unavailable, type WebhookEndpoints } from '../../functions/ports.ts';
import {
  type ConnectStripeDeps,
  type ConnectStripeInput,
  connectStripe,
} from '../../functions/use-cases/connect-stripe.ts';
import { connection, NOW, tenant } from '../support/builders.ts';

const KEY = 'sk_test_QzCanaryKey4242';
const SIGNING_SECRET = 'whsec_QzCanarySecret';

const input: ConnectStripeInput = { tenant, name: 'Production', secretKey: KEY };

type World = {
  readonly stored?: Connection;
  readonly created?: 'created' | 'exists';
  readonly proof?: KeyProof;
  /** At Stripe. */
  readonly endpoints?: readonly EndpointFound[];
  readonly endpoint?: Awaited<ReturnType<WebhookEndpoints['create']>>;
};

/** The ports, and the calls that they get, in order. */
function ports({
  stored,
  created = 'created',
  proof,
  endpoints = [],
  endpoint = { kind: 'created', id: 'we_new', secret: SIGNING_SECRET },
}: World = {}) {
  const calls: string[] = [];
  const deps: ConnectStripeDeps = {
    connections: {
      async find() {
        calls.push('find');
        return stored ?? null;
      },
      async create() {
        calls.push('create');
        return created;
      },
    },
    provider: {
      async proveKey(secretKey) {
        calls.push(`prove ${secretKey}`);
        return proof ?? { kind: 'proven', accountId: 'acct_1', businessName: 'Acme' };
      },
    },
    vault: {
      async seal(secret, _tenant, purpose) {
        calls.push(`seal ${purpose} ${secret}`);
        return { ciphertext: `sealed ${purpose}` };
      },
    },
    endpoints: {
      apiVersion: '2026-10-28.endive',
      async list() {
        calls.push('list endpoints');
        return { kind: 'listed', endpoints };
      },
      async create(_secretKey, { url }, attempt) {
        calls.push(`create endpoint ${url} for ${attempt}`);
        return endpoint;
      },
      async update() {
        throw new Error('nothing has to be mended');
      },
      async remove(_secretKey, id) {
        calls.push(`remove endpoint ${id}`);
      },
    },
    clock: () => NOW,
    newId: () => 'new',
    publicUrl: 'https://api.example.com',
  };
  return { calls, deps };
}

describe('connecting', () => {
  test('proves the key, encrypts, and only then stores', async () => {
    const { calls, deps } = ports();
    const outcome = await connectStripe({ ...input, webhookSecret: SIGNING_SECRET }, deps);
    expect(calls).toEqual([
      'find',
      `prove ${KEY}`,
      `seal secret_key ${KEY}`,
      `seal webhook_secret ${SIGNING_SECRET}`,
      'create',
    ]);
    expect(outcome).toEqual({
      kind: 'connected',
      connection: connection({
        id: 'conn_new',
        attachment: 'conn_new',
        name: 'Production',
        secretKey: { ciphertext: 'sealed secret_key', hint: 'sk_test_…4242' },
        webhookSecrets: [
          { ciphertext: 'sealed webhook_secret', createdAt: NOW.toISOString(), expiresAt: null },
        ],
      }),
    });
  });

  test('without a webhook secret stores none', async () => {
    const { calls, deps } = ports();
    expect(await connectStripe(input, deps)).toMatchObject({ connection: { webhookSecrets: [] } });
    expect(calls).toEqual(['find', `prove ${KEY}`, `seal secret_key ${KEY}`, 'create']);
  });

  test('case 34: uses what was pasted without the white space around it', async () => {
    const { calls, deps } = ports();
    await connectStripe({ ...input, secretKey: ` ${KEY}\n`, webhookSecret: `\t${SIGNING_SECRET} ` }, deps);
    expect(calls).toContain(`seal secret_key ${KEY}`);
    expect(calls).toContain(`seal webhook_secret ${SIGNING_SECRET}`);
  });

  test('the mode is that of the key', async () => {
    const { deps } = ports();
    const outcome = await connectStripe({ ...input, secretKey: 'rk_live_QzCanaryKey4242' }, deps);
    expect(outcome).toMatchObject({
      connection: { livemode: true, secretKey: { hint: 'rk_live_…4242' } },
    });
  });
});

describe('with the webhook endpoint', () => {
  const wanted = wantedEndpoint(tenant, 'https://api.example.com');
  const left: EndpointFound = { ...wanted, id: 'we_left', apiVersion: null, isEnabled: true };
  const configuring = { ...input, configureWebhook: true };
  const creation = `create endpoint ${wanted.url} for conn_new`;

  test('creates it before anything is stored, and keeps its secret', async () => {
    const { calls, deps } = ports();
    expect(await connectStripe(configuring, deps)).toMatchObject({
      kind: 'connected',
      connection: {
        version: 1,
        webhookEndpoint: { id: 'we_new', managed: true },
        webhookSecrets: [{ ciphertext: 'sealed webhook_secret', expiresAt: null }],
      },
    });
    expect(calls.slice(2)).toEqual([
      `seal secret_key ${KEY}`,
      'list endpoints',
      creation,
      `seal webhook_secret ${SIGNING_SECRET}`,
      'create',
    ]);
  });

  test('what an attempt before left behind goes once the new one is stored', async () => {
    const { calls, deps } = ports({ endpoints: [left] });
    await connectStripe(configuring, deps);
    expect(calls.slice(-2)).toEqual(['create', 'remove endpoint we_left']);
  });

  test('case 36: of two at once, the one that stores second takes its own endpoint away again', async () => {
    const { calls, deps } = ports({ endpoints: [left], created: 'exists' });
    expect(await connectStripe(configuring, deps)).toMatchObject({ code: 'connection_exists' });
    expect(calls.slice(-2)).toEqual(['create', 'remove endpoint we_new']);
  });

  test.each([
    ['webhook_url_not_public', { kind: 'url_refused' }],
    ['endpoint_limit_reached', { kind: 'limit_reached' }],
    ['stripe_key_rejected', { kind: 'key_rejected', detail: 'No.' }],
  ] as const)('%s: nothing is stored', async (code, endpoint) => {
    const { calls, deps } = ports({ endpoint });
    expect(await connectStripe(configuring, deps)).toMatchObject({ kind: 'refused', code });
    expect(calls.at(-1)).toBe(creation);
  });

  test('at the limit, what an attempt before left behind makes room', async () => {
    const { calls, deps } = ports({ endpoints: [left], endpoint: { kind: 'limit_reached' } });
    await connectStripe(configuring, deps);
    expect(calls.slice(-3)).toEqual([creation, 'remove endpoint we_left', creation]);
  });
});

describe('refused', () => {
  const rejected: KeyProof = { kind: 'rejected', detail: 'Stripe does not know this key.' };

  test.each<[string, Partial<ConnectStripeInput>, World, string, string[]]>([
    ['a publishable key', { secretKey: 'pk_test_QzCanary' }, {}, 'not_a_secret_key', []],
    ['a webhook secret as key', { secretKey: SIGNING_SECRET }, {}, 'not_a_secret_key', []],
    ['a key as webhook secret', { webhookSecret: KEY }, {}, 'not_a_webhook_secret', []],
    ['an empty webhook secret', { webhookSecret: '' }, {}, 'not_a_webhook_secret', []],
    ['where one is connected', {}, { stored: connection() }, 'connection_exists', ['find']],
    ['a key that Stripe rejects', {}, { proof: rejected }, 'stripe_key_rejected', ['find', `prove ${KEY}`]],
  ])('case 34: %s, before anything is encrypted or stored', async (_, changes, world, code, expected) => {
    const { calls, deps } = ports(world);
    expect(await connectStripe({ ...input, ...changes }, deps)).toEqual({
      kind: 'refused',
      code,
      detail: expect.stringMatching(/^[A-Z].+\.$/),
    });
    expect(calls).toEqual(expected);
  });

  test('case 36: of two at once, the one that stores second', async () => {
    const { deps } = ports({ created: 'exists' });
    expect(await connectStripe(input, deps)).toMatchObject({ kind: 'refused', code: 'connection_exists' });
  });
});

test('case 38: no outcome carries a secret', async () => {
  const worlds: World[] = [
    {},
    { created: 'exists' },
    { stored: connection() },
    { proof: { kind: 'rejected', detail: 'No.' } },
  ];
  const secrets = [KEY, `rk_live_QzCanary`, `pk_test_QzCanary`, SIGNING_SECRET, 'QzCanary'];
  for (const world of worlds) {
    for (const secretKey of secrets) {
      for (const webhookSecret of secrets) {
        const outcome = await connectStripe({ ...input, secretKey, webhookSecret }, ports(world).deps);
        expect(JSON.stringify(outcome)).not.toContain('QzCanary');
      }
    }
  }
});

test.each(['find', 'proveKey', 'seal', 'create'])(
  'a service that is away at %s is the caller’s to hear of',
  async (step) => {
    const away = () => Promise.reject(new Unavailable('aws'));
    const { calls, deps } = ports();
    const { connections, provider, vault } = deps;
    const failing: ConnectStripeDeps = {
      ...deps,
      connections: {
        find: step === 'find' ? away : connections.find,
        create: step === 'create' ? away : connections.create,
      },
      provider: { proveKey: step === 'proveKey' ? away : provider.proveKey },
      vault: { seal: step === 'seal' ? away : vault.seal },
    };
    await expect(connectStripe(input, failing)).rejects.toThrow(Unavailable);
    expect(calls).not.toContain('create');
  },
);
