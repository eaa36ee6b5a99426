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
import type { LinkOrder } from '../../functions/ports.ts';
import { finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../functions/use-cases/sweep.ts';
import { content, NOW } from '../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
import { noPayments, reconciliation } from '../support/reconciliation.ts';
import { aTenant, connectionOf, later, link, paidEvent, saying, unique } from '../support/samples.ts';
import { dying } from '../support/stopping.ts';

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
const invoiceId = 'inv_1';
const money = { amount: 129_900, currency: 'USD' };

type Made = { readonly link: PaymentLink; readonly order: LinkOrder };

/** One tenant and its Stripe, at a time that is set; the database is the real one. */
async function scene() {
  const tenant = aTenant();
  const connection = connectionOf(tenant);
  await store.connections.create(connection);
  const state = { now: NOW, beforeLinkIsAnswered: async (): Promise<void> => undefined };
  const links: Made[] = [];
  const payable = new Set<string>();
  const mails: string[] = [];
  const effects: string[] = [];

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
      list: async (now: Date) =>
        (await store.dueInvoices.list(now, 100_000)).filter((due) => due.tenant.orgId === tenant.orgId),
    },
    vault: { open: async () => 'sk_test_1' },
    endpoints: { remove: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    provider: {
      ...noPayments,
      async createPaymentLink(_key: string, order: LinkOrder) {
        const known = links.find((made) => made.order.idempotencyKey === order.idempotencyKey);
        const made = known ?? { link: link(), order };
        if (!known) {
          links.push(made);
          payable.add(made.link.id);
          effects.push(`create ${links.length}`);
        }
        await state.beforeLinkIsAnswered();
        return { kind: 'created' as const, link: made.link };
      },
      async closePaymentLink(_key: string, linkId: string) {
        payable.delete(linkId);
        effects.push(`close ${links.findIndex((made) => made.link.id === linkId) + 1}`);
        return 'closed' as const;
      },
      async findPaymentLink(_key: string, nonce: string) {
        const found = links.find(({ order }) => order.metadata['nonce'] === nonce);
        return found ? { ...found.link, active: payable.has(found.link.id) } : null;
      },
    },
    mailer: {
      async send({ text }: { readonly text: string }) {
        mails.push(links.find((made) => text.includes(made.link.url))?.link.id ?? '?');
        return { kind: 'sent' as const };
      },
    },
  } satisfies SweepDeps;

  const wait = (milliseconds: number) => {
    state.now = later(milliseconds, state.now);
  };
  const stored = async (): Promise<Invoice> => {
    const invoice = await store.finalizations.find(tenant, invoiceId);
    if (!invoice) throw new Error('not stored');
    return invoice;
  };
  const settle = (event: WebhookEvent) =>
    settlePayment(event, connection, { settlements, clock: deps.clock });
  /** An event of a payment through the current link, that happens now. */
  const tell = async (
    paymentId: string,
    kind: 'received' | 'completed' | 'declined' | 'async_failed',
    of?: Invoice,
  ): Promise<WebhookEvent> => {
    const from = kind === 'declined' ? 'payment_intent' : 'checkout_session';
    const event = paidEvent(of ?? (await stored()));
    return saying(event, { paymentId, at: state.now.toISOString(), fact: { kind, money, from } });
  };
  return {
    state,
    deps,
    links,
    payable,
    mails,
    effects,
    wait,
    stored,
    settle,
    tell,
    finalize: (with_: SweepDeps = deps) => finalizeInvoice({ tenant, invoiceId, content: content() }, with_),
    sweep: (with_: SweepDeps = deps) => sweep(with_),
    /** As the schedule does. */
    async sweepFor(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(MINUTE);
        await sweep(deps);
      }
    },
    /** A checkout of the current link is completed, and its money does not come: the link is used up. */
    async failDelayed(paymentId = unique('pi'), how: 'async_failed' | 'declined' = 'async_failed') {
      wait(MINUTE);
      await settle(await tell(paymentId, 'completed'));
      payable.delete((await stored()).current.link?.id ?? '');
      expect((await stored()).status).toBe('PAYMENT_PENDING');
      wait(MINUTE);
      const failure = await tell(paymentId, how);
      expect(await settle(failure)).toBe('applied');
      return failure;
    },
  };
}

async function finalized() {
  const all = await scene();
  await all.finalize();
  return all;
}

/** Finalized, its link used up. */
async function usedUp() {
  const all = await finalized();
  await all.failDelayed('pi_first');
  all.effects.length = 0;
  return all;
}

describe('a link that is used up', () => {
  it.each(['the next call', 'the next sweep'])(
    'is closed, and followed by another and one more e-mail, by %s (case 13)',
    async (by) => {
      const { finalize, sweep, sweepFor, stored, links, payable, mails, effects } = await usedUp();
      expect((await stored()).status).toBe('FINALIZED');
      if (by === 'the next call') expect(await finalize()).toMatchObject({ kind: 'finalized' });
      else await sweep();
      expect(effects).toEqual(['close 1', 'create 2']);
      expect(await stored()).toMatchObject({
        status: 'FINALIZED',
        current: { number: 2, link: { id: links[1]?.link.id, active: true } },
        previous: [{ number: 1, link: { active: false } }],
        email: { status: 'sent' },
        finalizedAt: NOW.toISOString(),
      });
      await sweepFor(10);
      await finalize();
      expect([...payable]).toEqual([links[1]?.link.id]);
      expect(mails).toEqual(links.map((made) => made.link.id));
      expect(links).toHaveLength(2);
    },
  );

  it('is told from the seed’s five events as well (case 13)', async () => {
    const { failDelayed, sweep, payable, links, mails } = await finalized();
    await failDelayed('pi_first', 'declined');
    await sweep();
    expect([...payable]).toEqual([links[1]?.link.id]);
    expect([links.length, mails.length]).toEqual([2, 2]);
  });

  it('found by twenty callers and three sweeps at once is followed by one (case 26)', async () => {
    const { finalize, sweep, stored, payable, links, mails, sweepFor } = await usedUp();
    const callers = Array.from({ length: 20 }, () => finalize());
    await Promise.all([...callers, sweep(), sweep(), sweep()]);
    for (const caller of callers) {
      const outcome = await caller;
      expect(outcome).toMatchObject({
        kind: 'finalized',
        invoice: { current: { number: 2, link: { id: links[1]?.link.id } } },
      });
    }
    await sweepFor(2);
    expect([(await stored()).previous.length, payable.size]).toEqual([1, 1]);
    expect([links.length, mails.length]).toEqual([2, 2]);
  });

  it('again and again is followed by another each time', async () => {
    const { sweep, failDelayed, payable, links, mails, stored } = await usedUp();
    for (let times = 0; times < 3; times += 1) {
      await sweep();
      await failDelayed();
    }
    await sweep();
    expect([...payable]).toEqual([links[4]?.link.id]);
    expect(mails).toEqual(links.map((made) => made.link.id));
    expect((await stored()).current.number).toBe(5);
  });

  it('before it was ever saved is not sent to anybody', async () => {
    const { finalize, deps, tell, settle, stored, state, sweepFor, payable, links, mails, wait } =
      await scene();
    state.beforeLinkIsAnswered = async () => {
      state.beforeLinkIsAnswered = async () => undefined;
      wait(1_000);
      await settle(await tell('pi_first', 'completed'));
      payable.clear();
    };
    const justMade = { port: 4, when: 'after' } as const;
    await finalize(dying(deps, justMade).deps).catch(() => null);
    expect(await stored()).toMatchObject({ status: 'PAYMENT_PENDING', current: { link: null } });
    wait(MINUTE);
    await settle(await tell('pi_first', 'async_failed'));
    await sweepFor(3);
    expect(links).toHaveLength(2);
    expect([...payable]).toEqual([links[1]?.link.id]);
    expect(mails).toEqual([links[1]?.link.id]);
  });
});

describe('what is heard of the old link', () => {
  it('late, of the same failure, changes nothing', async () => {
    const { sweep, sweepFor, settle, tell, stored, wait, links, mails } = await finalized();
    const first = await stored();
    wait(MINUTE);
    await settle(await tell('pi_first', 'completed'));
    wait(MINUTE);
    const failures = [
      await tell('pi_first', 'async_failed'),
      await tell('pi_first', 'declined'),
      await tell('pi_first', 'async_failed'),
    ];
    for (const failure of failures.slice(0, 1)) await settle(failure);
    await sweep();
    const before = await stored();
    wait(MINUTE);
    for (const failure of [...failures, await tell('pi_first', 'declined', first)]) await settle(failure);
    await sweepFor(5);
    const { payments: _, version: __, updatedAt: ___, ...after } = await stored();
    expect(before).toMatchObject(after);
    expect([links.length, mails.length]).toEqual([2, 2]);
  });

  it('though its money came after all, is PAID, and the new one is closed (case 18)', async () => {
    const { sweep, sweepFor, settle, tell, stored, payable, mails } = await usedUp();
    const first = await stored();
    await sweep();
    await settle(await tell('pi_first', 'received', first));
    await sweepFor(2);
    expect(await stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
    expect([payable.size, mails.length]).toEqual([0, 2]);
  });

  it('paid while the new one is being made, is PAID: the new one is closed, and nobody asked (case 30)', async () => {
    for (const by of ['call', 'sweep'] as const) {
      const { finalize, sweep, sweepFor, settle, tell, stored, payable, mails, links, state } =
        await usedUp();
      const first = await stored();
      state.beforeLinkIsAnswered = async () => {
        expect(await settle(await tell('pi_first', 'received', first))).toBe('applied');
      };
      await (by === 'call' ? finalize() : sweep());
      expect([payable.size, links.length]).toEqual([0, 2]);
      await sweepFor(2);
      expect(await stored()).toMatchObject({
        status: 'PAID',
        current: { number: 2, link: { active: false } },
        previous: [{ link: { active: false } }],
      });
      expect(mails).toHaveLength(1);
    }
  });

  it('and a payment of the new one are two payments (case 17)', async () => {
    const { sweep, settle, tell, stored } = await usedUp();
    const first = await stored();
    await sweep();
    await settle(await tell('pi_second', 'received'));
    await settle(await tell('pi_first', 'received', first));
    expect(await stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: ['paid_twice'] });
  });
});

describe('a link that is not used up', () => {
  it('though a card was declined, stays the one (case 14)', async () => {
    const { settle, tell, finalize, sweepFor, stored, links, mails, wait } = await finalized();
    wait(MINUTE);
    await settle(await tell('pi_first', 'declined'));
    await finalize();
    await sweepFor(10);
    expect((await stored()).current.number).toBe(1);
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it('though a card was declined before a bank debit, has its money on the way (case 14)', async () => {
    const { settle, tell, finalize, sweepFor, stored, links, mails, wait } = await finalized();
    wait(MINUTE);
    const declined = await tell('pi_first', 'declined');
    wait(MINUTE);
    await settle(await tell('pi_first', 'completed'));
    await settle(declined);
    await finalize();
    await sweepFor(10);
    expect((await stored()).status).toBe('PAYMENT_PENDING');
    expect([links.length, mails.length]).toEqual([1, 1]);
    await settle(await tell('pi_first', 'received'));
    expect((await stored()).status).toBe('PAID');
  });
});
