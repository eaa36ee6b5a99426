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
import type { Invoice, PaymentLink } from '../../functions/domain/invoice.ts';
import type { WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { type LinkOrder, Unavailable } from '../../functions/ports.ts';
import { type AfterUpdateDeps, afterUpdate } from '../../functions/use-cases/after-update.ts';
import { finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../functions/use-cases/sweep.ts';
import { type UpdateConnectionDeps, updateConnection } from '../../functions/use-cases/update-connection.ts';
import { content, NOW } from '../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
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

const MINUTE = 60_000;
const OLD = 'sk_test_Old';
const NEW = 'sk_test_New';

type Deps = SweepDeps & UpdateConnectionDeps & AfterUpdateDeps;
type Made = { readonly key: string; readonly link: PaymentLink; readonly order: LinkOrder };

/** One tenant, and a Stripe account for every key, at a time that is set; the database is the real one. */
function scene({ isRestricted = false } = {}) {
  const tenant = aTenant();
  const state = { now: NOW, isStripeAway: false };
  const links: Made[] = [];
  const payable = new Set<string>();
  const endpoints = new Set<string>();
  const mails: string[] = [];
  /** What was done at Stripe, in order. */
  const effects: string[] = [];
  const mine = <T extends { readonly tenant: { readonly orgId: string } }>(items: readonly T[]) =>
    items.filter((item) => item.tenant.orgId === tenant.orgId);
  const answer = async () => {
    if (state.isStripeAway) throw new Unavailable('Stripe');
  };
  const isOf = (key: string, linkId: string) =>
    links.some((made) => made.key === key && made.link.id === linkId);

  const deps = {
    ...store,
    ...reconciliation(client),
    clock: () => state.now,
    newId: randomUUID,
    sleep: async () => new Promise<void>((resolve) => setTimeout(resolve, 2)),
    // The table is shared with the other tests, and so is the index of what is due.
    closings: { ...store.closings, due: async () => [tenant] },
    dueInvoices: {
      ...store.dueInvoices,
      list: async (now: Date) => mine(await store.dueInvoices.list(now, 100_000)),
    },
    vault: {
      open: async ({ ciphertext }: { readonly ciphertext: string }) => ciphertext,
      seal: async (secret: string) => ({ ciphertext: secret }),
    },
    endpoints: {
      async remove(key: string, id: string) {
        await answer();
        if (endpoints.delete(`${key} ${id}`)) effects.push(`remove ${id}`);
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    provider: {
      ...noPayments,
      async proveKey(key: string) {
        return {
          kind: 'proven' as const,
          accountId: isRestricted ? null : `acct_${key}`,
          businessName: null,
        };
      },
      seesPaymentLink: async (key: string, linkId: string) => isOf(key, linkId),
      async createPaymentLink(key: string, order: LinkOrder) {
        await answer();
        const known = links.find(
          (made) => made.key === key && made.order.idempotencyKey === order.idempotencyKey,
        );
        const made = known ?? { key, link: link(), order };
        if (!known) {
          links.push(made);
          payable.add(made.link.id);
          effects.push(`create with ${key}`);
        }
        return { kind: 'created' as const, link: made.link };
      },
      async closePaymentLink(key: string, linkId: string) {
        await answer();
        if (!isOf(key, linkId)) return 'missing' as const;
        if (payable.delete(linkId)) effects.push(`close with ${key}`);
        return 'closed' as const;
      },
      async findPaymentLink(key: string, nonce: string) {
        await answer();
        const found = links.find((made) => made.key === key && made.order.metadata['nonce'] === nonce);
        return found ? { ...found.link, active: payable.has(found.link.id) } : null;
      },
    },
    mailer: {
      async send({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
        mails.push(tags['invoice_id'] ?? '');
        return { kind: 'sent' as const };
      },
    },
  } satisfies Deps;

  const wait = (milliseconds: number) => {
    state.now = later(milliseconds, state.now);
  };
  const connected = async () => {
    const connection = await store.connections.find(tenant);
    if (!connection) throw new Error('not connected');
    return connection;
  };
  return {
    tenant,
    state,
    deps,
    links,
    payable,
    endpoints,
    mails,
    effects,
    wait,
    connected,
    async connect(): Promise<void> {
      const id = unique('conn');
      endpoints.add(`${OLD} we_old`);
      const connection = connectionOf(tenant, {
        id,
        attachment: id,
        stripeAccountId: isRestricted ? null : `acct_${OLD}`,
        secretKey: { ciphertext: OLD, hint: 'sk_test_…4242' },
        webhookEndpoint: { id: 'we_old', managed: true },
      });
      await store.connections.create(connection);
    },
    async change(to: string = NEW, with_: Deps = deps) {
      const input = { tenant, secretKey: to, confirmAccountChange: true };
      const outcome = await updateConnection(input, with_);
      if (outcome.kind === 'updated') await afterUpdate(outcome.connection, with_);
      return outcome.kind === 'updated' ? outcome.kind : outcome.code;
    },
    finalize: (invoiceId = 'inv_1', with_: Deps = deps) =>
      finalizeInvoice({ tenant, invoiceId, content: content() }, with_),
    async stored(invoiceId = 'inv_1'): Promise<Invoice> {
      const invoice = await store.finalizations.find(tenant, invoiceId);
      if (!invoice) throw new Error('not stored');
      return invoice;
    },
    settle: async (event: WebhookEvent) =>
      settlePayment(event, await connected(), { settlements, clock: deps.clock }),
    sweep: () => sweep(deps),
    /** As the schedule does. */
    async sweepFor(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(MINUTE);
        await sweep(deps);
      }
    },
    /** The links that can be paid, by the key that made them. */
    open: () =>
      links
        .filter((made) => payable.has(made.link.id))
        .map(({ key, order }) => [key, order.metadata['invoice_id']]),
    isClosed: async () => (await store.closings.of(tenant)).length === 0,
  };
}

async function finalized(options: { readonly isRestricted?: boolean } = {}) {
  const all = scene(options);
  await all.connect();
  await all.finalize();
  all.effects.length = 0;
  all.wait(1_000);
  return all;
}

const FINALIZE = ['find', 'begin', 'open', 'createPaymentLink', 'saveLink', 'send', 'markEmail'];

describe('an account that is left', () => {
  it('has its endpoint removed and its links closed at once, and its key soon after (case 33)', async () => {
    const { change, effects, endpoints, open, connected, isClosed, sweepFor, stored } = await finalized();
    const { attachment } = await connected();
    expect(await change()).toBe('updated');
    expect(effects).toEqual(['remove we_old', `close with ${OLD}`]);
    expect([endpoints.size, open()]).toEqual([0, []]);
    expect(await stored()).toMatchObject({ status: 'FINALIZED', current: { link: { active: false } } });
    expect((await connected()).attachment).not.toBe(attachment);
    expect(await isClosed()).toBe(false);
    await sweepFor(2);
    expect(await isClosed()).toBe(true);
  });

  it.each(['the next call', 'the next sweep'])(
    'gives its open invoices another link and one more e-mail by %s',
    async (by) => {
      const { change, finalize, sweepFor, effects, mails, open, stored } = await finalized();
      await change();
      effects.length = 0;
      if (by === 'the next call') await finalize();
      await sweepFor(by === 'the next call' ? 5 : 2);
      expect(effects).toEqual([`create with ${NEW}`]);
      expect(open()).toEqual([[NEW, 'inv_1']]);
      expect(mails).toEqual(['inv_1', 'inv_1']);
      expect(await stored()).toMatchObject({
        status: 'FINALIZED',
        current: { number: 2, link: { active: true } },
        previous: [{ number: 1, link: { active: false } }],
        email: { status: 'sent' },
      });
    },
  );

  it('closes its link before there is another, though Stripe was away at the change', async () => {
    const { change, finalize, sweepFor, state, effects, open } = await finalized();
    state.isStripeAway = true;
    await change();
    state.isStripeAway = false;
    await sweepFor(1);
    expect(open().filter(([key]) => key === OLD)).toEqual([]);
    await finalize();
    await sweepFor(2);
    expect(open()).toEqual([[NEW, 'inv_1']]);
    expect(effects).toEqual(
      expect.arrayContaining(['remove we_old', `close with ${OLD}`, `create with ${NEW}`]),
    );
  });

  it('whose key may not say whose it is, for another such key, is told apart all the same', async () => {
    const { change, sweepFor, open, stored } = await finalized({ isRestricted: true });
    expect(await change()).toBe('updated');
    await sweepFor(3);
    expect(open()).toEqual([[NEW, 'inv_1']]);
    expect((await stored()).previous[0]?.link?.active).toBe(false);
  });

  it('and is connected again keeps what is made for it now, and nothing from before', async () => {
    const { change, finalize, sweepFor, state, endpoints, connected, open, isClosed } = await finalized();
    state.isStripeAway = true;
    await change(NEW);
    await change(OLD);
    state.isStripeAway = false;
    const again = await connected();
    endpoints.add(`${OLD} we_new`);
    const webhookEndpoint = { id: 'we_new', managed: true };
    await store.connections.update({ ...again, version: again.version + 1, webhookEndpoint }, again.version);
    await finalize('inv_2');
    await sweepFor(3);
    expect(open().toSorted()).toEqual([
      [OLD, 'inv_1'],
      [OLD, 'inv_2'],
    ]);
    expect([...endpoints]).toEqual([`${OLD} we_new`]);
    expect(await isClosed()).toBe(true);
  });

  it('of the same account, by another key of it, changes no link', async () => {
    const { deps, change, finalize, sweepFor, effects, open, mails, isClosed } = await finalized();
    deps.provider.proveKey = async () => ({ kind: 'proven', accountId: `acct_${OLD}`, businessName: null });
    expect(await change(`${OLD}2`)).toBe('updated');
    expect(await isClosed()).toBe(true);
    await finalize();
    await sweepFor(3);
    expect([effects, open(), mails]).toEqual([[], [[OLD, 'inv_1']], ['inv_1']]);
  });
});

describe('a change that is stopped', () => {
  it('anywhere has happened or not, and is completed by the sweeper (case 36)', async () => {
    const whole = await finalized();
    const { deps, calls } = dying(whole.deps, null);
    await whole.change(NEW, deps);
    expect(calls).toEqual(
      expect.arrayContaining(['proveKey', 'seal', 'replaceAccount', 'of', 'remove', 'closePaymentLink']),
    );
    for (const [when, name, stop] of stopsOf(calls)) {
      const { change, deps, connected, sweepFor, open, mails, endpoints, isClosed } = await finalized();
      await change(NEW, dying(deps, stop).deps).catch(() => null);
      const { secretKey } = await connected();
      await sweepFor(3);
      const at = `${when} call ${stop.port}, ${name}`;
      const hasChanged = secretKey.ciphertext === NEW;
      expect([at, open()]).toEqual([at, [[secretKey.ciphertext, 'inv_1']]]);
      expect([at, mails.length, endpoints.size]).toEqual([at, hasChanged ? 2 : 1, hasChanged ? 0 : 1]);
      expect([at, await isClosed()]).toEqual([at, true]);
    }
  });

  it('or made by ten at once, is made once (case 36)', async () => {
    const { change, sweepFor, open, mails, effects } = await finalized();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => change()));
    expect(outcomes).toContain('updated');
    for (const outcome of outcomes) expect(['updated', 'write_conflict']).toContain(outcome);
    await sweepFor(3);
    expect(open()).toEqual([[NEW, 'inv_1']]);
    expect(mails).toHaveLength(2);
    expect(effects.filter((effect) => effect.startsWith('create'))).toHaveLength(1);
  });
});

describe('a finalize that was under way', () => {
  it.each(FINALIZE.map((name, index) => [name, index] as const))(
    'before %s ends in one link, of the new account (case 30)',
    async (_, index) => {
      const { connect, change, finalize, deps, sweepFor, open, stored } = scene();
      await connect();
      let calls = 0;
      const interrupted = hooked(deps, async (_, go) => {
        if (calls++ === index) await change();
        return go();
      });
      await finalize('inv_1', interrupted).catch(() => null);
      await sweepFor(3);
      await finalize();
      expect(open()).toEqual([[NEW, 'inv_1']]);
      expect(await stored()).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
    },
  );

  it.each(stopsOf(FINALIZE))(
    'and was stopped %s %s ends in one link, of the new account (case 30)',
    async (_, __, stop) => {
      const { connect, change, finalize, deps, sweepFor, open, stored } = scene();
      await connect();
      await finalize('inv_1', dying(deps, stop).deps).catch(() => null);
      await change();
      await sweepFor(3);
      await finalize();
      expect(open()).toEqual([[NEW, 'inv_1']]);
      expect(await stored()).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
    },
  );

  it('with the old account takes no invoice back from the new one', async () => {
    const { change, finalize, deps, sweepFor, effects, mails, open, stored } = await finalized();
    const late = hooked(deps, async (name, go) => {
      if (name === 'begin') {
        await change();
        await finalize();
      }
      return go();
    });
    const outcome = await finalize('inv_1', late);
    expect(outcome).toMatchObject({ kind: 'finalized', invoice: { current: (await stored()).current } });
    await sweepFor(3);
    expect((await stored()).current.number).toBe(2);
    expect(effects.filter((effect) => effect.startsWith('create'))).toEqual([`create with ${NEW}`]);
    expect([open(), mails.length]).toEqual([[[NEW, 'inv_1']], 2]);
  });

  it('or many of them, of old and new invoices, end in one link each, of the new account', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { change, finalize, sweepFor, open, mails, stored } = await finalized();
      const invoiceIds = ['inv_1', 'inv_2', 'inv_3', 'inv_4'];
      const calls = Array.from({ length: 5 }, () => invoiceIds.map((id) => finalize(id))).flat();
      const changing = change();
      await Promise.allSettled([...calls, changing, ...invoiceIds.map((id) => finalize(id))]);
      expect(await changing).toBe('updated');
      await sweepFor(4);
      for (const id of invoiceIds) await finalize(id);
      expect(open().toSorted()).toEqual(invoiceIds.map((id) => [NEW, id]));
      for (const id of invoiceIds) {
        expect((await stored(id)).email.status).toBe('sent');
        expect(mails.filter((mailed) => mailed === id).length).toBeLessThanOrEqual(2);
      }
    }
  });
});

describe('a payment of the old link', () => {
  it('made just before settles, and nobody is asked again (case 18)', async () => {
    const { change, finalize, settle, sweepFor, stored, open, mails, isClosed } = await finalized();
    const event = paidEvent(await stored());
    await change();
    expect(await settle(event)).toBe('applied');
    expect(await finalize()).toMatchObject({ code: 'invoice_paid' });
    await sweepFor(3);
    expect(await stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
    expect([open(), mails, await isClosed()]).toEqual([[], ['inv_1'], true]);
  });

  it('that is told after the new link was made settles, and the new one is closed (case 18)', async () => {
    const { change, finalize, settle, sweepFor, stored, open, mails } = await finalized();
    const event = paidEvent(await stored());
    await change();
    await finalize();
    expect(await settle(event)).toBe('applied');
    expect((await stored()).status).toBe('PAID');
    await sweepFor(2);
    expect([open(), mails.length]).toEqual([[], 2]);
    expect((await stored()).current.link?.active).toBe(false);
  });

  it('and one of the new link are two payments (case 17)', async () => {
    const { change, finalize, settle, stored } = await finalized();
    const first = paidEvent(await stored());
    await change();
    await finalize();
    await settle(paidEvent(await stored()));
    await settle(first);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: ['paid_twice'] });
  });

  it('whose money is still on its way settles when it comes', async () => {
    const { change, finalize, settle, sweepFor, stored, open, mails } = await finalized();
    const paid = paidEvent(await stored());
    const money = { amount: 129_900, currency: 'USD' };
    const completed = saying(
      { ...paid, eventId: unique('evt') },
      { fact: { kind: 'completed', money, from: 'checkout_session' } },
    );
    await settle(completed);
    await change();
    await finalize();
    await sweepFor(3);
    expect((await stored()).status).toBe('PAYMENT_PENDING');
    expect([open(), mails]).toEqual([[], ['inv_1']]);
    await settle(paid);
    expect((await stored()).status).toBe('PAID');
  });
});
