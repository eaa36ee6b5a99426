import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dynamoClosings } from '../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../functions/adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from '../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceLinks } from '../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from '../../functions/adapters/dynamodb/invoices.ts';
import { dynamoReplays, dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice, PaymentLink } from '../../functions/domain/invoice.ts';
import { type LinkOrder, Unavailable } from '../../functions/ports.ts';
import { type DisconnectStripeDeps, disconnectStripe } from '../../functions/use-cases/disconnect-stripe.ts';
import { finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../functions/use-cases/sweep.ts';
import { content, NOW } from '../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
import { noPayments, reconciliation } from '../support/reconciliation.ts';
import { aTenant, connectionOf, later, link, paidEvent, saying, unique } from '../support/samples.ts';
import { dying, hooked, stopsOf } from '../support/stopping.ts';

const client = documentClient(await startTable());
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const store = {
  connections: dynamoConnections(client, TABLE_NAME),
  closings: dynamoClosings(client, TABLE_NAME),
  invoices: dynamoInvoices(client, TABLE_NAME),
  invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
  dueInvoices: dynamoDueInvoices(client, TABLE_NAME),
  finalizations: dynamoFinalizations(client, TABLE_NAME),
  events: dynamoWebhookEvents(client, TABLE_NAME),
  replays: dynamoReplays(client, TABLE_NAME),
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KEY = 'sk_test_QzCanaryKey';

type Deps = SweepDeps & DisconnectStripeDeps;

/** One tenant and its Stripe account, at a time that is set; the database is the real one. */
function scene() {
  const tenant = aTenant();
  const state = { now: NOW, isStripeAway: false };
  const links: { readonly link: PaymentLink; readonly order: LinkOrder }[] = [];
  const payable = new Set<string>();
  const endpoints = new Set<string>();
  const mails: string[] = [];
  const logged: string[] = [];
  /** What was done at Stripe, in order. */
  const effects: string[] = [];
  const mine = <T extends { readonly tenant: { readonly orgId: string } }>(items: readonly T[]) =>
    items.filter((item) => item.tenant.orgId === tenant.orgId);
  const answer = async (key: string) => {
    if (state.isStripeAway) throw new Unavailable('Stripe');
    expect(key).toBe(KEY);
  };

  const deps = {
    ...store,
    ...reconciliation(client),
    clock: () => state.now,
    newId: randomUUID,
    sleep: async () => undefined,
    // The table is shared with the other tests, and so is the index of what is due.
    closings: { ...store.closings, due: async () => [tenant] },
    dueInvoices: {
      ...store.dueInvoices,
      list: async (now: Date) => mine(await store.dueInvoices.list(now, 100_000)),
    },
    vault: { open: async ({ ciphertext }: { readonly ciphertext: string }) => ciphertext },
    endpoints: {
      async remove(key: string, id: string) {
        await answer(key);
        if (endpoints.delete(id)) effects.push(`remove ${id}`);
      },
    },
    log: {
      info: () => undefined,
      warn: (message: string) => logged.push(message),
      error: (message: string) => logged.push(message),
    },
    provider: {
      ...noPayments,
      async createPaymentLink(key: string, order: LinkOrder) {
        await answer(key);
        const known = links.find((made) => made.order.idempotencyKey === order.idempotencyKey);
        const made = known ?? { link: link(), order };
        if (!known) {
          links.push(made);
          payable.add(made.link.id);
        }
        return { kind: 'created' as const, link: made.link };
      },
      async closePaymentLink(key: string, linkId: string) {
        await answer(key);
        if (payable.delete(linkId)) effects.push('close');
        return 'closed' as const;
      },
      async findPaymentLink(key: string, nonce: string) {
        await answer(key);
        const found = links.find(({ order }) => order.metadata['nonce'] === nonce);
        return found ? { ...found.link, active: payable.has(found.link.id) } : null;
      },
    },
    mailer: {
      async send({ to }: { readonly to: string }) {
        mails.push(to);
        return { kind: 'sent' as const };
      },
    },
  } satisfies Deps;

  const wait = (milliseconds: number) => {
    state.now = later(milliseconds, state.now);
  };
  const stored = async (invoiceId: string): Promise<Invoice> => {
    const invoice = await store.finalizations.find(tenant, invoiceId);
    if (!invoice) throw new Error('not stored');
    return invoice;
  };
  return {
    tenant,
    state,
    deps,
    links,
    payable,
    endpoints,
    mails,
    logged,
    effects,
    wait,
    stored,
    async connect(endpointId: string | null = null): Promise<Connection> {
      if (endpointId !== null) endpoints.add(endpointId);
      const id = unique('conn');
      const connection = connectionOf(tenant, {
        id,
        attachment: id,
        secretKey: { ciphertext: KEY, hint: 'sk_test_…4242' },
        webhookEndpoint: endpointId === null ? null : { id: endpointId, managed: true },
      });
      expect(await store.connections.create(connection)).toBe('created');
      return connection;
    },
    finalize: (invoiceId = unique('inv'), with_: Deps = deps) =>
      finalizeInvoice({ tenant, invoiceId, content: content() }, with_),
    disconnect: (confirm = false, with_: Deps = deps) => disconnectStripe({ tenant, confirm }, with_),
    sweep: () => sweep(deps),
    /** As the schedule does. */
    async sweepFor(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(MINUTE);
        await sweep(deps);
      }
    },
    isConnected: async () => (await store.connections.find(tenant)) !== null,
    holdsKey: async () =>
      JSON.stringify([await store.connections.find(tenant), await store.closings.of(tenant)]).includes(KEY),
  };
}

/** A tenant with a managed endpoint and finalized invoices. */
async function connected(invoiceIds = ['inv_1', 'inv_2', 'inv_3']) {
  const all = scene();
  const connection = await all.connect('we_ours');
  for (const invoiceId of invoiceIds) await all.finalize(invoiceId);
  all.wait(1);
  return { ...all, connection, invoiceIds };
}

const FINALIZE = ['find', 'begin', 'open', 'createPaymentLink', 'saveLink', 'send', 'markEmail'];

describe('a disconnected account', () => {
  it('has its endpoint removed and every link closed at once, and its key soon after (case 33)', async () => {
    const { disconnect, stored, invoiceIds, payable, endpoints, effects, isConnected, tenant, sweepFor } =
      await connected();
    expect(await disconnect()).toEqual({ kind: 'disconnected' });
    expect(await isConnected()).toBe(false);
    expect([payable.size, endpoints.size]).toEqual([0, 0]);
    expect(effects).toEqual(['remove we_ours', 'close', 'close', 'close']);
    for (const invoiceId of invoiceIds) {
      expect(await stored(invoiceId)).toMatchObject({
        status: 'FINALIZED',
        current: { link: { active: false } },
      });
    }
    await sweepFor(2);
    expect(JSON.stringify(await dump(client, tenant.orgId))).not.toContain(KEY);
    expect(effects).toHaveLength(4);
  });

  it('does not keep an endpoint that others made from being theirs', async () => {
    const { connect, disconnect, endpoints } = scene();
    const connection = await connect();
    endpoints.add('we_theirs');
    const webhookEndpoint = { id: 'we_theirs', managed: false };
    await store.connections.update({ ...connection, version: 2, webhookEndpoint }, 1);
    await disconnect();
    expect([...endpoints]).toEqual(['we_theirs']);
  });

  it('takes no new invoice, and nothing asks for money any more', async () => {
    const { disconnect, finalize, sweepFor, links, mails } = await connected();
    await disconnect();
    expect(await finalize()).toMatchObject({ kind: 'refused', code: 'connection_not_found' });
    expect(await finalize('inv_1')).toMatchObject({ code: 'connection_not_found' });
    await sweepFor(20);
    expect([links.length, mails.length]).toEqual([3, 3]);
  });

  it('keeps its key while something new can come, and never for ten minutes', async () => {
    const { disconnect, tenant, state, wait, sweep, holdsKey } = await connected();
    await disconnect();
    const [closing] = await store.closings.of(tenant);
    if (!closing) throw new Error('it is closed already');
    const began = state.now.getTime();
    while (state.now < new Date(closing.settledAt)) {
      expect(await holdsKey()).toBe(true);
      wait(20 * SECOND);
      await sweep();
    }
    expect(await holdsKey()).toBe(false);
    expect(state.now.getTime() - began).toBeLessThan(10 * MINUTE);
  });

  it('of many invoices is closed to the last, by as many sweeps as it takes', async () => {
    const { connect, finalize, disconnect, deps, state, sweepFor, payable, holdsKey } = scene();
    await connect();
    await Promise.all(Array.from({ length: 130 }, () => finalize()));
    // Each takes two seconds: most are left to the sweeper.
    const slow = hooked(deps, async (name, go) => {
      if (name === 'closePaymentLink') state.now = later(2 * SECOND, state.now);
      return go();
    });
    await disconnect(false, slow);
    expect(payable.size).toBeGreaterThan(0);
    await sweepFor(3);
    expect(payable.size).toBe(0);
    expect(await holdsKey()).toBe(false);
  });
});

describe('a disconnection that is stopped', () => {
  it('could be stopped at each of these', async () => {
    const { disconnect, deps } = await connected();
    const whole = dying(deps, null);
    await disconnect(false, whole.deps);
    const inOrder = ['find', 'list', 'remove', 'of', 'open', 'remove', 'list'];
    expect(whole.calls.slice(0, inOrder.length)).toEqual(inOrder);
    expect(whole.calls.filter((name) => name === 'closePaymentLink')).toHaveLength(3);
    expect(whole.calls.filter((name) => name === 'recordClosed')).toHaveLength(3);
  });

  it.each(['called again', 'left to the sweeper'])(
    'anywhere, and %s, leaves no connection, link, endpoint or key (case 30)',
    async (then) => {
      const first = await connected(['inv_1']);
      const { deps, calls } = dying(first.deps, null);
      await first.disconnect(false, deps);
      for (const [when, name, stop] of stopsOf(calls)) {
        const { disconnect, deps, sweepFor, payable, endpoints, isConnected, holdsKey } = await connected([
          'inv_1',
        ]);
        const at = `${when} call ${stop.port}, ${name}`;
        await disconnect(false, dying(deps, stop).deps).catch(() => null);
        expect([at, await holdsKey()]).toEqual([at, true]);

        if (then === 'called again') {
          expect([at, await disconnect()]).toEqual([at, { kind: 'disconnected' }]);
          expect([at, payable.size, endpoints.size]).toEqual([at, 0, 0]);
        } else if (await isConnected()) {
          // Nothing has happened yet, and nobody was told that it had.
          expect([at, payable.size, endpoints.size]).toEqual([at, 1, 1]);
          continue;
        }
        await sweepFor(2);
        expect([at, payable.size, endpoints.size]).toEqual([at, 0, 0]);
        expect([at, await isConnected(), await holdsKey()]).toEqual([at, false, false]);
      }
    },
  );
});

describe('where Stripe is away', () => {
  it('it is disconnected all the same, and closed once Stripe is back', async () => {
    const { disconnect, state, sweepFor, payable, endpoints, isConnected, holdsKey, logged } =
      await connected();
    state.isStripeAway = true;
    expect(await disconnect()).toEqual({ kind: 'disconnected' });
    expect(logged).toEqual(['left to the sweeper']);
    await sweepFor(5);
    expect([payable.size, endpoints.size, await isConnected(), await holdsKey()]).toEqual([
      3,
      1,
      false,
      true,
    ]);
    state.isStripeAway = false;
    await sweepFor(1);
    expect([payable.size, endpoints.size, await holdsKey()]).toEqual([0, 0, false]);
  });

  it('for good, the key is destroyed within ten minutes, and that is logged', async () => {
    const { disconnect, tenant, state, sweep, sweepFor, wait, holdsKey, logged } = await connected();
    state.isStripeAway = true;
    await disconnect();
    const [closing] = await store.closings.of(tenant);
    const destroyAt = new Date(closing?.destroyAt ?? 0);
    wait(destroyAt.getTime() - state.now.getTime() - 1);
    await sweep();
    expect(await holdsKey()).toBe(true);
    await sweepFor(1);
    expect(await holdsKey()).toBe(false);
    expect(logged.at(-1)).toBe('a key was destroyed with links left open');
  });

  it.each([
    ['cannot be closed', 'closePaymentLink'],
    ['may have been made, and cannot be looked for', 'findPaymentLink'],
  ] as const)('for one link that %s alone, the others are closed', async (_, call) => {
    const { connect, finalize, disconnect, deps, links, payable, wait, sweepFor, holdsKey } = scene();
    await connect('we_ours');
    const JUST_MADE = { port: FINALIZE.indexOf('createPaymentLink') + 1, when: 'after' } as const;
    for (let index = 0; index < 60; index += 1) {
      // The newest is looked at first.
      const isBroken = index === 59 && call === 'findPaymentLink';
      await finalize(unique('inv'), isBroken ? dying(deps, JUST_MADE).deps : deps).catch(() => null);
      wait(1);
    }
    const { closePaymentLink, findPaymentLink } = deps.provider;
    const broken = links.at(-1);
    const nonce = broken?.order.metadata['nonce'];
    const away = async () => Promise.reject(new Unavailable('Stripe'));
    Object.assign(deps.provider, {
      closePaymentLink: async (key: string, id: string) =>
        call === 'closePaymentLink' && id === broken?.link.id ? away() : closePaymentLink(key, id),
      findPaymentLink: async (key: string, wanted: string) =>
        call === 'findPaymentLink' && wanted === nonce ? away() : findPaymentLink(key, wanted),
    });
    await disconnect();
    await sweepFor(2);
    expect([...payable]).toEqual([broken?.link.id]);
    expect(await holdsKey()).toBe(true);

    Object.assign(deps.provider, { closePaymentLink, findPaymentLink });
    await sweepFor(1);
    expect(payable.size).toBe(0);
    expect(await holdsKey()).toBe(false);
  });

  it('for its endpoints alone, the links are closed', async () => {
    const { disconnect, deps, payable, endpoints, sweepFor, holdsKey } = await connected();
    const { remove } = deps.endpoints;
    deps.endpoints.remove = async () => Promise.reject(new Unavailable('Stripe'));
    await disconnect();
    await sweepFor(2);
    expect([payable.size, endpoints.size, await holdsKey()]).toEqual([0, 1, true]);
    deps.endpoints.remove = remove;
    await sweepFor(1);
    expect([endpoints.size, await holdsKey()]).toEqual([0, false]);
  });
});

describe('a finalize that was under way', () => {
  it.each(FINALIZE.map((name, index) => [name, index] as const))(
    'before %s leaves no link that can be paid (case 30)',
    async (_, index) => {
      const { connect, finalize, disconnect, deps, payable, sweepFor, holdsKey } = scene();
      await connect();
      let calls = 0;
      const interrupted = hooked(deps, async (_, go) => {
        if (calls++ === index) await disconnect();
        return go();
      });
      await finalize('inv_late', interrupted).catch(() => null);
      await sweepFor(2);
      expect(payable.size).toBe(0);
      expect(await holdsKey()).toBe(false);
    },
  );

  it.each(stopsOf(FINALIZE))(
    'and was stopped %s %s leaves no link that can be paid (case 30)',
    async (_, __, stop) => {
      const { connect, finalize, disconnect, deps, payable, links, sweepFor, holdsKey } = scene();
      await connect();
      await finalize('inv_broken', dying(deps, stop).deps).catch(() => null);
      await disconnect();
      // Until a link whose answer was lost is among Stripe's events.
      await sweepFor(7);
      expect(payable.size).toBe(0);
      expect(await holdsKey()).toBe(false);
      expect(links.length).toBeLessThanOrEqual(1);
    },
  );

  it('and saves its link as late as it can leaves none that can be paid', async () => {
    const { connect, finalize, disconnect, deps, payable, sweep, sweepFor, wait, stored, holdsKey } = scene();
    await connect();
    const late = hooked(deps, async (name, go) => {
      if (name === 'find') {
        const read = await go();
        await disconnect();
        return read;
      }
      if (name === 'saveLink') {
        for (let half = 0; half < 2; half += 1) {
          wait(12 * SECOND);
          await sweep();
        }
      }
      return go();
    });
    await finalize('inv_late', late);
    expect((await stored('inv_late')).status).toBe('FINALIZED');
    await sweepFor(2);
    expect(payable.size).toBe(0);
    expect((await stored('inv_late')).current.link?.active).toBe(false);
    expect(await holdsKey()).toBe(false);
  });
});

describe('money on its way', () => {
  async function pending() {
    const all = await connected();
    const invoice = await all.stored('inv_2');
    const money = { amount: 129_900, currency: 'USD' };
    const event = saying(paidEvent(invoice), {
      fact: { kind: 'completed', money, from: 'checkout_session' },
    });
    await settlePayment(event, all.connection, { settlements, clock: all.deps.clock });
    expect((await all.stored('inv_2')).status).toBe('PAYMENT_PENDING');
    return all;
  }

  it('is not left behind unless that is confirmed', async () => {
    const { disconnect, tenant, payable, endpoints, isConnected } = await pending();
    const before = await dump(client, tenant.orgId);
    expect(await disconnect()).toMatchObject({ kind: 'refused', code: 'payments_in_flight' });
    expect(await dump(client, tenant.orgId)).toEqual(before);
    expect([payable.size, endpoints.size]).toEqual([3, 1]);

    expect(await disconnect(true)).toEqual({ kind: 'disconnected' });
    expect([payable.size, endpoints.size, await isConnected()]).toEqual([0, 0, false]);
  });

  it('is found behind any number of other invoices', async () => {
    const { finalize, wait, disconnect } = await pending();
    wait(MINUTE);
    await Promise.all(Array.from({ length: 120 }, () => finalize()));
    expect(await disconnect()).toMatchObject({ code: 'payments_in_flight' });
  });
});

describe('calling it again', () => {
  it('is as good as once while it is being closed, and then finds nothing to disconnect', async () => {
    const { disconnect, sweepFor, effects } = await connected();
    for (let times = 0; times < 3; times += 1) expect(await disconnect()).toEqual({ kind: 'disconnected' });
    expect(effects).toHaveLength(4);
    await sweepFor(2);
    expect(await disconnect()).toMatchObject({ kind: 'refused', code: 'connection_not_found' });
  });

  it('by ten at once disconnects once (case 36)', async () => {
    const { disconnect, payable, endpoints, tenant, sweepFor, holdsKey } = await connected();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => disconnect()));
    const told = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind));
    expect(told).toContain('disconnected');
    for (const one of told) expect(['disconnected', 'write_conflict']).toContain(one);
    expect(await store.closings.of(tenant)).toHaveLength(1);
    await sweepFor(2);
    expect([payable.size, endpoints.size, await holdsKey()]).toEqual([0, 0, false]);
  });

  it('where nothing was ever connected finds nothing', async () => {
    const { disconnect } = scene();
    expect(await disconnect(true)).toMatchObject({ kind: 'refused', code: 'connection_not_found' });
  });
});

describe('the same account, connected again while it is being closed', () => {
  it('keeps the links and the endpoint that are made for it now', async () => {
    const { connect, finalize, disconnect, sweepFor, stored, state, payable, endpoints } = await connected();
    state.isStripeAway = true;
    await disconnect();
    state.isStripeAway = false;
    await connect('we_new');
    await finalize('inv_new');
    expect(payable.size).toBe(4);

    await sweepFor(3);
    const { current } = await stored('inv_new');
    expect(current).toMatchObject({ number: 1, link: { active: true } });
    expect(payable.has(current.link?.id ?? '')).toBe(true);
    expect([...endpoints]).toEqual(['we_new']);
    for (const invoiceId of ['inv_1', 'inv_2', 'inv_3']) {
      const { previous, current } = await stored(invoiceId);
      const known = [...previous, current].find(({ number }) => number === 1);
      expect([known?.link?.active, payable.has(known?.link?.id ?? '')]).toEqual([false, false]);
    }
  });

  it('at once and with the same invoice, which then has the new link and not the old one', async () => {
    const { connect, finalize, disconnect, deps, sweepFor, stored, payable, state, mails } = scene();
    await connect('we_ours');
    await finalize('inv_1');
    state.isStripeAway = true;
    await disconnect();
    state.isStripeAway = false;
    await connect('we_new');
    // Nor can the new connection close what is the old one's.
    const closePaymentLink = async () => 'key_rejected' as const;
    await finalize('inv_1', { ...deps, provider: { ...deps.provider, closePaymentLink } });
    expect(payable.size).toBe(2);
    await sweepFor(3);
    const { current, previous } = await stored('inv_1');
    expect(current).toMatchObject({ number: 2, link: { active: true } });
    expect(previous).toMatchObject([{ number: 1, link: { active: false } }]);
    expect([...payable]).toEqual([current.link?.id]);
    expect(mails).toHaveLength(2);
  });

  it('and disconnected again has both closed', async () => {
    const { connect, finalize, disconnect, sweepFor, payable, endpoints, state, holdsKey } =
      await connected();
    state.isStripeAway = true;
    await disconnect();
    await connect('we_new');
    state.isStripeAway = false;
    await finalize('inv_new');
    await disconnect();
    expect([payable.size, endpoints.size]).toEqual([0, 0]);
    await sweepFor(3);
    expect(await holdsKey()).toBe(false);
  });

  it('goes on with a finalize that broke off before, with another link', async () => {
    const { connect, finalize, disconnect, deps, sweepFor, stored, payable, links } = scene();
    await connect();
    const afterCreation = { port: FINALIZE.indexOf('createPaymentLink') + 1, when: 'after' } as const;
    await finalize('inv_1', dying(deps, afterCreation).deps).catch(() => null);
    await disconnect();
    await connect();
    await sweepFor(3);
    await finalize('inv_1');
    const { status, current } = await stored('inv_1');
    expect([status, links.length]).toEqual(['FINALIZED', 2]);
    expect([...payable]).toEqual([current.link?.id]);
  });
});
