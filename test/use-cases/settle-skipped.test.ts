import { describe, expect, it } from '@jest/globals';
import { dynamoConnections } from '../../functions/adapters/dynamodb/connections.ts';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoReplays, dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import type { WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { Unavailable } from '../../functions/ports.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SettleSkippedDeps, settleSkipped } from '../../functions/use-cases/settle-skipped.ts';
import { NOW } from '../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../support/dynamodb.ts';
import { aTenant, begun, connectionOf, later, link, paidEvent, saying, unique } from '../support/samples.ts';

const client = documentClient(await startTable());
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const connections = dynamoConnections(client, TABLE_NAME);
const events = dynamoWebhookEvents(client, TABLE_NAME);
const replays = dynamoReplays(client, TABLE_NAME);

const NEVER = later(86_400_000);
const SWITCHED_ON = later(60_000);
const WELL_AFTER = later(120_000, SWITCHED_ON);

/** A tenant whose connection was off from `NOW`, and is on again since a minute later. */
function scene() {
  const tenant = aTenant();
  const off = connectionOf(tenant, { isActive: false, inactiveSince: NOW.toISOString() });
  const on: Connection = {
    ...off,
    isActive: true,
    inactiveSince: null,
    unsettledSince: NOW.toISOString(),
    version: 2,
  };
  const logged: string[] = [];
  const deps: SettleSkippedDeps = {
    connections,
    events,
    replays,
    clock: () => SWITCHED_ON,
    log: {
      info: () => undefined,
      warn: (message) => logged.push(message),
      error: (message) => logged.push(message),
    },
  };
  let received = 0;
  const deliver = (event: WebhookEvent, to = off, at = later(++received)) =>
    settlePayment(event, to, { settlements, clock: () => at });
  return {
    tenant,
    off,
    on,
    deps,
    logged,
    deliver,
    async finalized(): Promise<Invoice> {
      const invoice = begun(tenant);
      await finalizations.begin(invoice);
      const saved = await finalizations.saveLink(invoice, link(), NOW);
      if (!saved) throw new Error('not saved');
      return saved;
    },
    /** Delivered while the connection was off, as often as told. */
    async skipped(event: WebhookEvent, times = 1): Promise<WebhookEvent> {
      for (let count = 0; count < times; count += 1) expect(await deliver(event)).toBe('skipped');
      return event;
    },
    /** The connection, stored as the sweeper finds it. */
    async switchedOn(): Promise<void> {
      await connections.create(off);
      await connections.update(on, off.version);
    },
    settle: (until = NEVER, with_ = deps) => settleSkipped(on, until, with_),
    statusOf: async ({ invoiceId }: Invoice) => (await settlements.findInvoice(tenant, invoiceId))?.status,
    async recorded({ eventId }: WebhookEvent) {
      const { status, deliveries, receivedAt } = (await events.find(tenant, eventId)) ?? {};
      return { status, deliveries, receivedAt };
    },
  };
}

describe('what came while the connection was off', () => {
  it('is settled, and counts no delivery', async () => {
    const { finalized, skipped, settle, statusOf, recorded } = scene();
    const invoice = await finalized();
    const event = await skipped(paidEvent(invoice), 3);
    const before = await recorded(event);
    expect(await statusOf(invoice)).toBe('FINALIZED');
    expect(await settle()).toBe(true);
    expect(await statusOf(invoice)).toBe('PAID');
    expect(await recorded(event)).toEqual({ ...before, status: 'applied', deliveries: 3 });
  });

  it('is settled to the last, though other events stand between', async () => {
    const { finalized, skipped, settle, statusOf, deliver, on } = scene();
    const invoices: Invoice[] = [];
    for (let index = 0; index < 120; index += 1) {
      const invoice = await finalized();
      await skipped(paidEvent(invoice));
      invoices.push(invoice);
      if (index % 2) await deliver({ ...paidEvent(invoice), type: 'customer.created', payment: null }, on);
    }
    expect(await settle()).toBe(true);
    const statuses = await Promise.all(invoices.map(statusOf));
    expect(new Set(statuses)).toEqual(new Set(['PAID']));
  });

  it('is settled in the order in which it happened', async () => {
    const { finalized, skipped, settle, tenant } = scene();
    const invoice = await finalized();
    const [second, first] = [2_000, 1_000].map((milliseconds) => {
      const at = later(milliseconds).toISOString();
      return { ...saying(paidEvent(invoice), { paymentId: `pi_${milliseconds}`, at }), createdAt: at };
    });
    if (!first || !second) throw new Error('two were made');
    await skipped(second);
    await skipped(first);
    await settle();
    const settled = await settlements.findInvoice(tenant, invoice.invoiceId);
    expect(settled).toMatchObject({ status: 'PAID', attention: ['paid_twice'] });
    expect(settled?.payments['pi_1000']?.received?.order).toBe(0);
    expect(settled?.payments['pi_2000']?.received?.order).toBe(1);
  });

  it('and can no more be applied is decided all the same, and the rest settled', async () => {
    const { finalized, skipped, settle, statusOf, recorded } = scene();
    const invoice = await finalized();
    const strange = await skipped({ ...paidEvent(invoice), invoiceId: unique('inv') });
    const foreign = await skipped(saying(paidEvent(invoice), { orgId: 'another' }));
    const unused = await skipped({ ...paidEvent(invoice), type: 'customer.created' });
    await skipped(paidEvent(invoice));
    expect(await settle()).toBe(true);
    expect(await statusOf(invoice)).toBe('PAID');
    const statuses = await Promise.all([strange, foreign, unused].map(recorded));
    expect(statuses.map(({ status }) => status)).toEqual(['unmatched', 'rejected', 'ignored']);
  });

  it('before that is not touched: it was decided then', async () => {
    const { finalized, deliver, settle, recorded, off } = scene();
    const event = paidEvent(await finalized());
    await deliver(event, off, later(-1));
    expect(await settle()).toBe(true);
    expect((await recorded(event)).status).toBe('skipped');
  });

  it('to another environment is that one’s (case 40)', async () => {
    const { finalized, deliver, settle, off, tenant } = scene();
    const dev = { ...tenant, envId: 'dev' };
    const event = paidEvent(await finalized());
    await deliver(event, { ...off, tenant: dev });
    expect(await settle()).toBe(true);
    expect((await events.find(dev, event.eventId))?.status).toBe('skipped');
  });
});

describe('settling what was skipped', () => {
  it('can be repeated, and changes nothing then', async () => {
    const { finalized, skipped, settle, tenant } = scene();
    for (let index = 0; index < 3; index += 1) await skipped(paidEvent(await finalized()));
    await settle();
    const before = await dump(client, tenant.orgId);
    expect(await settle()).toBe(true);
    expect(await dump(client, tenant.orgId)).toEqual(before);
  });

  it('by five at once settles each once', async () => {
    const { finalized, skipped, settle, tenant, statusOf } = scene();
    const invoices: Invoice[] = [];
    for (let index = 0; index < 5; index += 1) {
      const invoice = await finalized();
      await skipped(paidEvent(invoice));
      invoices.push(invoice);
    }
    expect(await Promise.all(Array.from({ length: 5 }, () => settle()))).toEqual(Array(5).fill(true));
    for (const invoice of invoices) {
      expect(await statusOf(invoice)).toBe('PAID');
      const settled = await settlements.findInvoice(tenant, invoice.invoiceId);
      expect([settled?.amountPaid, Object.keys(settled?.payments ?? {}).length]).toEqual([129_900, 1]);
    }
  });

  it('at the same time as Stripe delivers it again pays once', async () => {
    const { finalized, skipped, settle, tenant, deliver, on } = scene();
    const invoice = await finalized();
    const event = await skipped(paidEvent(invoice));
    await Promise.all([settle(), deliver(event, on), deliver(event, on)]);
    const settled = await settlements.findInvoice(tenant, invoice.invoiceId);
    expect(settled).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
    expect((await events.find(tenant, event.eventId))?.deliveries).toBe(3);
  });

  it('stops when its time is over, and is gone on with by the next', async () => {
    const { finalized, skipped, settle, deps, statusOf } = scene();
    const invoices: Invoice[] = [];
    for (let index = 0; index < 6; index += 1) {
      const invoice = await finalized();
      await skipped(paidEvent(invoice));
      invoices.push(invoice);
    }
    let now = SWITCHED_ON;
    const ticking = { ...deps, clock: () => (now = later(1_000, now)) };
    expect(await settle(later(6_000, SWITCHED_ON), ticking)).toBe(false);
    const paid = async () =>
      (await Promise.all(invoices.map(statusOf))).filter((status) => status === 'PAID').length;
    const first = await paid();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(6);
    expect(await settle()).toBe(true);
    expect(await paid()).toBe(6);
  });

  it('goes on where the last one stopped, however much there is', async () => {
    const { finalized, skipped, deps, switchedOn, statusOf, tenant } = scene();
    await switchedOn();
    const invoices: Invoice[] = [];
    for (let index = 0; index < 9; index += 1) {
      const invoice = await finalized();
      await skipped(paidEvent(invoice));
      invoices.push(invoice);
    }
    // Each call has time for one page.
    const read: (string | undefined)[] = [];
    const once = async (connection: Connection) => {
      let now = WELL_AFTER;
      const list: typeof events.list = async (of, filter, { after }) => {
        read.push(filter.since);
        const page = await events.list(of, filter, { limit: 3, after });
        if (after !== null) now = later(1_000, now);
        return page;
      };
      const slow = { ...deps, clock: () => now, events: { list } };
      return settleSkipped(connection, later(1_000, WELL_AFTER), slow);
    };
    const settled: boolean[] = [];
    for (let call = 0; call < 5 && !settled.includes(true); call += 1) {
      const connection = await connections.find(tenant);
      if (!connection) throw new Error('not connected');
      settled.push(await once(connection));
    }
    expect(settled.at(-1)).toBe(true);
    expect(settled.length).toBeGreaterThan(1);
    expect((read.at(-1) ?? '') > NOW.toISOString()).toBe(true);
    expect(new Set(await Promise.all(invoices.map(statusOf)))).toEqual(new Set(['PAID']));
  });

  it('saves no place past what a webhook under way may still skip', async () => {
    const { finalized, skipped, deps, on, switchedOn, tenant } = scene();
    await switchedOn();
    for (let index = 0; index < 3; index += 1) await skipped(paidEvent(await finalized()));
    const list: typeof events.list = (of, filter, { after }) => events.list(of, filter, { limit: 1, after });
    expect(await settleSkipped(on, NEVER, { ...deps, events: { list } })).toBe(true);
    expect((await connections.find(tenant))?.unsettledSince).toBe(NOW.toISOString());
  });

  it('does not go past an event that met a fault', async () => {
    const { finalized, skipped, settle, deps, on, switchedOn, tenant } = scene();
    await switchedOn();
    for (let index = 0; index < 3; index += 1) await skipped(paidEvent(await finalized()));
    const list: typeof events.list = (of, filter, { after }) => events.list(of, filter, { limit: 1, after });
    const payInFull = () => Promise.reject(new TypeError('a fault'));
    const broken = { ...deps, events: { list }, replays: { ...replays, payInFull } };
    expect(await settle(NEVER, broken)).toBe(false);
    expect(await connections.find(tenant)).toEqual(on);
  });

  it('that has no time at all changes nothing', async () => {
    const { finalized, skipped, settle, tenant } = scene();
    await skipped(paidEvent(await finalized()));
    const before = await dump(client, tenant.orgId);
    expect(await settle(SWITCHED_ON)).toBe(false);
    expect(await dump(client, tenant.orgId)).toEqual(before);
  });

  it('says that it is not done where an event meets a fault, and settles the others', async () => {
    const { finalized, skipped, settle, deps, logged, statusOf } = scene();
    const broken = await finalized();
    const fine = await finalized();
    const event = await skipped(paidEvent(broken));
    await skipped(paidEvent(fine));
    const payInFull: typeof replays.payInFull = (tenant, told, at) => {
      if (told.eventId === event.eventId) throw new TypeError('a fault');
      return replays.payInFull(tenant, told, at);
    };
    expect(await settle(NEVER, { ...deps, replays: { ...replays, payInFull } })).toBe(false);
    expect([await statusOf(broken), await statusOf(fine)]).toEqual(['FINALIZED', 'PAID']);
    expect(logged).toEqual(['a skipped event was not settled']);
    expect(await settle()).toBe(true);
    expect(await statusOf(broken)).toBe('PAID');
  });

  it('is given up where DynamoDB is away (case 5)', async () => {
    const { finalized, skipped, settle, deps, tenant } = scene();
    await skipped(paidEvent(await finalized()));
    const before = await dump(client, tenant.orgId);
    const payInFull = () => Promise.reject(new Unavailable('DynamoDB'));
    await expect(settle(NEVER, { ...deps, replays: { ...replays, payInFull } })).rejects.toThrow(Unavailable);
    expect(await dump(client, tenant.orgId)).toEqual(before);
  });

  it('of a connection that was never off reads nothing', async () => {
    const { deps } = scene();
    const unread = { ...deps, events: { list: () => Promise.reject(new Error('it was read')) } };
    expect(await settleSkipped(connectionOf(aTenant()), NEVER, unread)).toBe(true);
  });
});

describe('a connection that is on again', () => {
  it('is found by the sweeper until everything is settled', async () => {
    const { on, off, tenant } = scene();
    await connections.create(off);
    const isFound = async () =>
      (await connections.unsettled()).filter(({ orgId }) => orgId === tenant.orgId).length === 1;
    expect(await isFound()).toBe(false);
    await connections.update(on, 1);
    expect(await isFound()).toBe(true);
    const renamed = { ...on, version: 3, name: 'renamed' };
    await connections.update(renamed, 2);

    // Whoever settled it as it was before does not end what a person may have begun since.
    await connections.endUnsettled(on);
    expect(await isFound()).toBe(true);
    await connections.endUnsettled(renamed);
    expect(await isFound()).toBe(false);
    expect(await connections.find(tenant)).toEqual({ ...renamed, unsettledSince: null });
  });
});
