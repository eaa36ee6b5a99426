import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { dynamoClosings } from '../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../functions/adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from '../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from '../../functions/adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from '../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from '../../functions/adapters/dynamodb/invoices.ts';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { dynamoReplays, dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import { renew } from '../../functions/domain/finalization.ts';
import type { Invoice, PaymentLink } from '../../functions/domain/invoice.ts';
import { type LinkOrder, type MailOutcome, Unavailable } from '../../functions/ports.ts';
import { finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../functions/use-cases/sweep.ts';
import { voidInvoice } from '../../functions/use-cases/void-invoice.ts';
import { content, NOW } from '../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
import { noPayments, reconciliation } from '../support/reconciliation.ts';
import { aTenant, begun, connectionOf, later, link, paidEvent, unique } from '../support/samples.ts';
import { dying, type Stop, stopsOf } from '../support/stopping.ts';

const MINUTE = 60_000;
const AFTER_LEASE = 29_000;
const BEFORE_LEASE = 27_000;

const repositories = (endpoint: string) => {
  const client = documentClient(endpoint);
  return {
    client,
    connections: dynamoConnections(client, TABLE_NAME),
    closings: dynamoClosings(client, TABLE_NAME),
    invoices: dynamoInvoices(client, TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
    invoiceDecisions: dynamoInvoiceDecisions(client, TABLE_NAME),
    dueInvoices: dynamoDueInvoices(client, TABLE_NAME),
    finalizations: dynamoFinalizations(client, TABLE_NAME),
    events: dynamoWebhookEvents(client, TABLE_NAME),
    replays: dynamoReplays(client, TABLE_NAME),
    settlements: dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS),
  };
};
const shared = repositories(await startTable());

type Made = { readonly orgId: string; readonly link: PaymentLink; readonly order: LinkOrder };

/** Tenants, their Stripe and their mail, at a time that is set; the database is the real one. */
function scene(store = shared) {
  const state = {
    now: NOW,
    /** Tenants whose Stripe does not answer, and what happens before it does not. */
    away: new Map<string, () => unknown>(),
    mailSays: 'sent' as MailOutcome['kind'],
  };
  const ours = new Set<string>();
  const links: Made[] = [];
  const payable = new Set<string>();
  const mails: string[] = [];
  const logged: string[] = [];
  const mine = <T extends { readonly tenant: { readonly orgId: string } }>(items: readonly T[]) =>
    items.filter(({ tenant }) => ours.has(tenant.orgId));
  const answer = async (orgId: string) => {
    const away = state.away.get(orgId);
    if (!away) return;
    await away();
    throw new Unavailable('Stripe');
  };

  const deps = {
    ...store,
    ...reconciliation(store.client),
    clock: () => state.now,
    newId: randomUUID,
    sleep: async () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
    // The table is shared with the other tests, and so is the index of what is due.
    dueInvoices: {
      ...store.dueInvoices,
      list: async (now: Date, limit: number) =>
        mine(await store.dueInvoices.list(now, 100_000)).slice(0, limit),
    },
    // A tenant's key is its name.
    vault: { open: async ({ ciphertext }: { readonly ciphertext: string }) => ciphertext },
    endpoints: { remove: async () => undefined },
    log: {
      info: () => undefined,
      warn: (message: string) => logged.push(message),
      error: (message: string) => logged.push(message),
    },
    provider: {
      ...noPayments,
      async createPaymentLink(orgId: string, order: LinkOrder) {
        await answer(orgId);
        const known = links.find((made) => made.order.idempotencyKey === order.idempotencyKey);
        if (known) return { kind: 'created' as const, link: known.link };
        const made = { orgId, link: link(), order };
        links.push(made);
        payable.add(made.link.id);
        return { kind: 'created' as const, link: made.link };
      },
      async closePaymentLink(orgId: string, linkId: string) {
        await answer(orgId);
        if (!links.some((made) => made.orgId === orgId && made.link.id === linkId)) return 'missing' as const;
        payable.delete(linkId);
        return 'closed' as const;
      },
      async findPaymentLink(orgId: string, nonce: string) {
        await answer(orgId);
        const found = links.find((made) => made.orgId === orgId && made.order.metadata['nonce'] === nonce);
        return found ? { ...found.link, active: payable.has(found.link.id) } : null;
      },
    },
    mailer: {
      async send({ to }: { readonly to: string }) {
        if (state.mailSays === 'sent' || state.mailSays === 'unknown') mails.push(to);
        return { kind: state.mailSays };
      },
    },
  } satisfies SweepDeps;

  async function connect() {
    const tenant = aTenant();
    ours.add(tenant.orgId);
    const id = unique('conn');
    const secretKey = { ciphertext: tenant.orgId, hint: 'sk_test_…4242' };
    const connection = connectionOf(tenant, { id, attachment: id, secretKey });
    await store.connections.create(connection);
    const stored = async (invoiceId: string): Promise<Invoice> => {
      const invoice = await store.finalizations.find(tenant, invoiceId);
      if (!invoice) throw new Error('not stored');
      return invoice;
    };
    return {
      tenant,
      connection,
      stored,
      finalize: (invoiceId: string, with_: SweepDeps = deps) =>
        finalizeInvoice({ tenant, invoiceId, content: content() }, with_),
      /** Its intent is stored, and nobody goes on with it. */
      async breakOff(invoiceId = unique('inv')): Promise<string> {
        const invoice = { ...begun(tenant, {}, state.now), invoiceId };
        const current = { ...invoice.current, attachment: connection.attachment };
        await store.finalizations.begin({ ...invoice, current });
        return invoiceId;
      },
      async pay(invoiceId: string): Promise<void> {
        const event = paidEvent(await stored(invoiceId));
        await settlePayment(event, connection, { settlements: store.settlements, clock: deps.clock });
      },
      voidIt: (invoiceId: string) =>
        voidInvoice({ tenant, invoiceId, confirm: false }, { ...deps, ...store }),
      /** When it is next looked at. */
      async dueAt(invoiceId: string): Promise<unknown> {
        const Key = keys.invoice(tenant, invoiceId);
        return (await store.client.send(new GetCommand({ TableName: TABLE_NAME, Key }))).Item?.['gsi2sk'];
      },
    };
  }

  const wait = (milliseconds: number) => {
    state.now = later(milliseconds, state.now);
  };
  return {
    state,
    deps,
    links,
    payable,
    mails,
    logged,
    connect,
    wait,
    sweep: (with_: SweepDeps = deps) => sweep(with_),
    /** As the schedule does. */
    async sweepFor(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        wait(MINUTE);
        await sweep(deps);
      }
    },
  };
}

/** The e-mail is out, and that it is was not stored: nobody can know, so it may go out again. */
const mailsAfter = (when: Stop['when'], name: string) =>
  (name === 'send' && when === 'after') || (name === 'markEmail' && when === 'before') ? 2 : 1;

const JOURNEY = ['find', 'begin', 'open', 'createPaymentLink', 'saveLink', 'send', 'markEmail'];
const stops = stopsOf(JOURNEY);
/** Something is stored, and so found again. */
const isBegun = (stop: Stop) => stop.port > 2 || (stop.port === 2 && stop.when === 'after');

describe('a finalize that broke off', () => {
  it('could have broken off at each of these', async () => {
    const { deps, connect } = scene();
    const { finalize } = await connect();
    const whole = dying(deps, null);
    await finalize(unique('inv'), whole.deps);
    expect(whole.calls).toEqual(JOURNEY);
  });

  it.each(stops)('%s %s is completed without another call (case 25)', async (when, name, stop) => {
    const { deps, links, payable, mails, connect, wait, sweep, sweepFor, state } = scene();
    const { finalize, stored, tenant, dueAt } = await connect();
    const invoiceId = unique('inv');
    await finalize(invoiceId, dying(deps, stop).deps).catch(() => null);

    const before = await shared.finalizations.find(tenant, invoiceId);
    const done = [links.length, mails.length];
    wait(BEFORE_LEASE);
    expect(await sweep()).toMatchObject({ invoices: 0, faults: 0 });
    expect(await shared.finalizations.find(tenant, invoiceId)).toEqual(before);
    expect([links.length, mails.length]).toEqual(done);

    wait(AFTER_LEASE - BEFORE_LEASE);
    await sweep();
    if (!isBegun(stop)) {
      expect([links, mails]).toEqual([[], []]);
      return;
    }
    expect(await stored(invoiceId)).toMatchObject({
      status: 'FINALIZED',
      current: { number: 1, link: { ...links[0]?.link, active: true } },
      email: { status: 'sent' },
    });
    expect([links.length, payable.size, mails.length]).toEqual([1, 1, mailsAfter(when, name)]);

    await sweepFor(5);
    expect([links.length, payable.size, mails.length]).toEqual([1, 1, mailsAfter(when, name)]);
    expect(String(await dueAt(invoiceId)) > state.now.toISOString()).toBe(true);
  });

  it.each(stops.filter(([, , stop]) => isBegun(stop)))(
    '%s %s, found by three sweeps at once, is completed once (case 26)',
    async (when, name, stop) => {
      const { deps, links, payable, mails, connect, wait, sweep, sweepFor } = scene();
      const { finalize, stored } = await connect();
      const invoiceId = unique('inv');
      await finalize(invoiceId, dying(deps, stop).deps).catch(() => null);
      wait(AFTER_LEASE);
      const outcomes = await Promise.all([sweep(), sweep(), sweep()]);
      expect(outcomes.map(({ faults }) => faults)).toEqual([0, 0, 0]);
      await sweepFor(3);
      expect(await stored(invoiceId)).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
      expect([links.length, payable.size, mails.length]).toEqual([1, 1, mailsAfter(when, name)]);
    },
  );

  it('is completed by a call and a sweep at once, once (case 26)', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { links, mails, connect, wait, sweep } = scene();
      const { finalize, breakOff, stored } = await connect();
      const invoiceId = await breakOff();
      wait(AFTER_LEASE);
      await Promise.all([sweep(), finalize(invoiceId), sweep()]);
      expect((await stored(invoiceId)).status).toBe('FINALIZED');
      expect([links.length, mails.length]).toEqual([1, 1]);
    }
  });

  it('of a connection that is switched off waits until it is on again', async () => {
    const { links, mails, connect, wait, sweepFor } = scene();
    const { breakOff, stored, connection } = await connect();
    const invoiceId = await breakOff();
    const off = { ...connection, isActive: false, version: 2, inactiveSince: NOW.toISOString() };
    await shared.connections.update(off, 1);
    await sweepFor(3);
    expect([links, mails]).toEqual([[], []]);

    await shared.connections.update({ ...connection, version: 3 }, 2);
    wait(10 * MINUTE);
    await sweepFor(1);
    expect(await stored(invoiceId)).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
    expect([links.length, mails.length]).toEqual([1, 1]);
  });
});

describe('an e-mail', () => {
  it('that SES does not take is sent once it does, within minutes (case 31)', async () => {
    const { connect, state, mails, sweepFor } = scene();
    const { finalize, stored } = await connect();
    const invoiceId = unique('inv');
    state.mailSays = 'unavailable';
    await finalize(invoiceId);
    await sweepFor(30);
    expect((await stored(invoiceId)).email.status).toBe('pending');
    state.mailSays = 'sent';
    await sweepFor(11);
    expect((await stored(invoiceId)).email.status).toBe('sent');
    expect(mails).toHaveLength(1);
  });

  it('of unknown outcome is sent once more, and never a third time', async () => {
    const { connect, state, mails, sweepFor } = scene();
    const { finalize, stored } = await connect();
    const invoiceId = unique('inv');
    state.mailSays = 'unknown';
    await finalize(invoiceId);
    await sweepFor(30);
    expect((await stored(invoiceId)).email.status).toBe('failed');
    expect(mails).toHaveLength(2);
  });
});

describe('a link that must not be paid any more', () => {
  async function finalized() {
    const all = scene();
    const one = await all.connect();
    const invoiceId = unique('inv');
    await one.finalize(invoiceId);
    return { ...all, ...one, invoiceId };
  }

  it('of a paid invoice is closed, and the invoice is looked at no more (case 33)', async () => {
    const { pay, sweep, stored, dueAt, invoiceId, payable, links, mails } = await finalized();
    await pay(invoiceId);
    expect(payable.size).toBe(1);
    await sweep();
    expect(payable.size).toBe(0);
    expect(await stored(invoiceId)).toMatchObject({ status: 'PAID', current: { link: { active: false } } });
    expect(await dueAt(invoiceId)).toBeUndefined();
    expect([links.length, mails.length]).toEqual([1, 1]);
  });

  it('of a paid invoice’s earlier generation is closed, too (case 18)', async () => {
    const { pay, sweep, sweepFor, stored, connection, invoiceId, payable, deps, finalize, dueAt, wait } =
      await finalized();
    const first = await stored(invoiceId);
    const lease = { owner: 'me', until: NOW.toISOString() };
    await shared.finalizations.renew(
      first,
      renew(first, connection, { nonce: unique('n'), lease, now: NOW }),
    );
    wait(1_000);
    const provider = { ...deps.provider, closePaymentLink: async () => 'key_rejected' as const };
    await finalize(invoiceId, { ...deps, provider } as SweepDeps);
    expect(payable.size).toBe(2);
    await pay(invoiceId);
    await sweep();
    await sweepFor(2);
    expect(payable.size).toBe(0);
    expect(await dueAt(invoiceId)).toBeUndefined();
  });

  it('of a void invoice is closed where Stripe was away then (case 33)', async () => {
    const { voidIt, sweep, sweepFor, stored, dueAt, invoiceId, payable, state, tenant } = await finalized();
    state.away.set(tenant.orgId, () => undefined);
    await expect(voidIt(invoiceId)).rejects.toThrow(Unavailable);
    await sweep();
    await sweepFor(2);
    expect(payable.size).toBe(1);
    expect(await stored(invoiceId)).toMatchObject({ status: 'VOID', current: { link: { active: true } } });

    state.away.clear();
    await sweepFor(3);
    expect(payable.size).toBe(0);
    expect(await stored(invoiceId)).toMatchObject({ status: 'VOID', current: { link: { active: false } } });
    expect(await dueAt(invoiceId)).toBeUndefined();
  });

  it('of a void invoice that was made and never saved is found and closed (cases 28, 29)', async () => {
    const { deps, connect, links, payable, mails, sweep, sweepFor, wait } = scene();
    const { finalize, voidIt, stored, dueAt } = await connect();
    const invoiceId = unique('inv');
    const afterCreation = { port: JOURNEY.indexOf('createPaymentLink') + 1, when: 'after' } as const;
    await finalize(invoiceId, dying(deps, afterCreation).deps).catch(() => null);
    await voidIt(invoiceId);
    wait(BEFORE_LEASE);
    await sweep();
    expect(payable.size).toBe(1);

    await sweepFor(2);
    expect(payable.size).toBe(0);
    expect(await stored(invoiceId)).toMatchObject({
      status: 'VOID',
      current: { link: { id: links[0]?.link.id, active: false } },
    });
    expect(await dueAt(invoiceId)).toBeUndefined();
    expect([links.length, mails.length]).toEqual([1, 0]);
  });

  it('of a void invoice that was never made is looked for during a day, and then no more', async () => {
    const { connect, links, sweep, sweepFor, wait } = scene();
    const { breakOff, voidIt, dueAt } = await connect();
    const invoiceId = await breakOff();
    await voidIt(invoiceId);
    await sweepFor(3);
    expect(await dueAt(invoiceId)).toEqual(expect.any(String));
    for (let hours = 0; hours < 50; hours += 10) {
      wait(10 * 60 * MINUTE);
      await sweep();
    }
    expect(await dueAt(invoiceId)).toBeUndefined();
    expect(links).toEqual([]);
  });

  it('stays open while nobody has paid, however often it is looked at', async () => {
    const { sweepFor, stored, invoiceId, payable, links, mails, dueAt } = await finalized();
    const before = await stored(invoiceId);
    await sweepFor(60);
    expect(await stored(invoiceId)).toEqual(before);
    expect([payable.size, links.length, mails.length]).toEqual([1, 1, 1]);
    expect(await dueAt(invoiceId)).toEqual(expect.any(String));
  });
});

describe('what cannot be resumed', () => {
  it('because a tenant’s Stripe is away keeps nobody else waiting, and is resumed once it is back', async () => {
    const { connect, state, sweep, sweepFor, wait, logged } = scene();
    const away = await connect();
    const other = await connect();
    const broken = await Promise.all(Array.from({ length: 5 }, () => away.breakOff()));
    wait(1_000);
    const fine = await other.breakOff();
    state.away.set(away.tenant.orgId, () => undefined);
    wait(AFTER_LEASE);
    expect(await sweep()).toMatchObject({ invoices: 6, faults: 0 });
    expect((await other.stored(fine)).status).toBe('FINALIZED');
    expect(new Set(logged)).toEqual(new Set(['left for the next sweep']));

    state.away.clear();
    await sweepFor(3);
    for (const invoiceId of broken) {
      expect(await away.stored(invoiceId)).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
    }
  });

  it('because a tenant’s Stripe is slow to fail keeps nobody else waiting in the same run', async () => {
    const { connect, state, deps, sweep, wait } = scene();
    const away = await connect();
    const other = await connect();
    await Promise.all(Array.from({ length: 5 }, () => away.breakOff()));
    wait(1_000);
    const fine = await other.breakOff();
    wait(AFTER_LEASE);
    // A call to Stripe is given up after eight seconds, once repeated; here each second is 20 milliseconds.
    const start = Date.now();
    const clock = () => later((Date.now() - start) * 50, state.now);
    state.away.set(away.tenant.orgId, () => new Promise((resolve) => setTimeout(resolve, 16 * 20)));
    await sweep({ ...deps, clock });
    expect((await other.stored(fine)).status).toBe('FINALIZED');
  });

  it('because of a fault of ours is counted, and keeps nobody else waiting', async () => {
    const { connect, state, sweep, sweepFor, wait } = scene();
    const one = await connect();
    const two = [await one.breakOff(), await one.breakOff()];
    const other = await connect();
    const theirs = await other.breakOff();
    wait(AFTER_LEASE);
    state.away.set(one.tenant.orgId, () => {
      state.away.clear();
      throw new TypeError('a fault');
    });
    const statuses = async () => Promise.all(two.map(async (id) => (await one.stored(id)).status));
    expect(await sweep()).toMatchObject({ invoices: 3, faults: 1 });
    expect((await statuses()).sort()).toEqual(['FINALIZED', 'FINALIZING']);
    expect((await other.stored(theirs)).status).toBe('FINALIZED');
    await sweepFor(2);
    expect(await statuses()).toEqual(['FINALIZED', 'FINALIZED']);
  });

  it('though it is more than a run takes, keeps nobody else waiting for longer than a few runs', async () => {
    const alone = repositories(await startTable());
    const { connect, state, sweep, sweepFor, wait, deps } = scene(alone);
    const away = await connect();
    const other = await connect();
    const broken = await Promise.all(Array.from({ length: 90 }, () => away.breakOff()));
    wait(1_000);
    const fine = await other.breakOff();
    state.away.set(away.tenant.orgId, () => undefined);
    wait(AFTER_LEASE);
    const list = (now: Date) => alone.dueInvoices.list(now, 40);
    const few = { ...deps, dueInvoices: { ...alone.dueInvoices, list } };
    for (let run = 0; run < 4; run += 1) {
      await sweep(few);
      wait(MINUTE);
    }
    expect((await other.stored(fine)).status).toBe('FINALIZED');

    state.away.clear();
    await sweepFor(5);
    const statuses = await Promise.all(broken.map(async (id) => (await away.stored(id)).status));
    expect(new Set(statuses)).toEqual(new Set(['FINALIZED']));
  });
});
