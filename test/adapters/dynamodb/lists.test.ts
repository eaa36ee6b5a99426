import { describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoices } from '../../../functions/adapters/dynamodb/invoices.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../../functions/adapters/dynamodb/webhook-events.ts';
import type { Tenant } from '../../../functions/domain/tenant.ts';
import type { WebhookEventStatus } from '../../../functions/domain/webhook-event.ts';
import type { Page, PageRequest } from '../../../functions/ports.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, later, paidEvent } from '../../support/samples.ts';

const client = documentClient(await startTable());
const invoices = dynamoInvoices(client, TABLE_NAME);
const inbox = dynamoWebhookEvents(client, TABLE_NAME);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}_${String(index).padStart(2, '0')}`);

async function invoicesOf(tenant: Tenant, count: number): Promise<string[]> {
  const ids = numbered('inv', count);
  await Promise.all(
    ids.map((invoiceId, index) => finalizations.begin(begun(tenant, { invoiceId }, later(index * 1_000)))),
  );
  return ids.toReversed();
}

async function eventsOf(
  tenant: Tenant,
  count: number,
  statusOf: (index: number) => WebhookEventStatus = () => 'ignored',
): Promise<string[]> {
  const ids = numbered('evt', count);
  await Promise.all(
    ids.map((eventId, index) => {
      const event = paidEvent(begun(tenant, { invoiceId: `inv_${index % 2}` }), {
        eventId,
        type: index % 3 === 0 ? 'charge.refunded' : 'payment_intent.succeeded',
      });
      const verdict = { status: statusOf(index), reason: null };
      return settlements.record(tenant, event, verdict, later(index * 1_000));
    }),
  );
  return ids.toReversed();
}

async function pages<T>(read: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const all: T[][] = [];
  let after: string | null = null;
  do {
    const { items, next }: Page<T> = await read({ limit, after });
    all.push([...items]);
    after = next;
  } while (after !== null && all.length < 50);
  return all;
}

describe('a list', () => {
  it('of invoices is newest first, page by page, each once', async () => {
    const tenant = aTenant();
    const newestFirst = await invoicesOf(tenant, 7);
    const read = await pages((page) => invoices.list(tenant, {}, page), 3);
    expect(read.map((page) => page.length).slice(0, 3)).toEqual([3, 3, 1]);
    expect(read.flat().map(({ invoiceId }) => invoiceId)).toEqual(newestFirst);
  });

  it('of events is newest first by receipt, page by page, each once', async () => {
    const tenant = aTenant();
    const newestFirst = await eventsOf(tenant, 7);
    const read = await pages((page) => inbox.list(tenant, {}, page), 3);
    expect(read.flat().map(({ eventId }) => eventId)).toEqual(newestFirst);
    expect(await inbox.lastReceivedAt(tenant)).toBe(later(6_000).toISOString());
  });

  it('of events is oldest first where that is asked for, since then, page by page, each once', async () => {
    const tenant = aTenant();
    const oldestFirst = (await eventsOf(tenant, 7)).toReversed();
    const since = later(1_000).toISOString();
    for (const limit of [1, 2, 3, 10]) {
      const read = await pages((page) => inbox.list(tenant, { since, oldestFirst: true }, page), limit);
      expect(read.flat().map(({ eventId }) => eventId)).toEqual(oldestFirst.slice(1));
    }
  });

  it('tells apart what came in the same millisecond', async () => {
    const tenant = aTenant();
    const ids = numbered('inv', 5);
    await Promise.all(ids.map((invoiceId) => finalizations.begin(begun(tenant, { invoiceId }))));
    const read = await pages((page) => invoices.list(tenant, {}, page), 2);
    expect(
      read
        .flat()
        .map(({ invoiceId }) => invoiceId)
        .toSorted(),
    ).toEqual(ids);
  });

  it('goes on with what is older, however much is added meanwhile', async () => {
    const tenant = aTenant();
    const newestFirst = await invoicesOf(tenant, 4);
    const first = await invoices.list(tenant, {}, { limit: 2, after: null });
    await finalizations.begin(begun(tenant, { invoiceId: 'inv_new' }, later(60_000)));
    const second = await invoices.list(tenant, {}, { limit: 2, after: first.next });
    expect(second.items.map(({ invoiceId }) => invoiceId)).toEqual(newestFirst.slice(2));
  });

  it('that is filtered may have a short page with a next one, and misses none', async () => {
    const tenant = aTenant();
    await eventsOf(tenant, 9, (index) => (index % 4 === 0 ? 'rejected' : 'ignored'));
    const read = await pages((page) => inbox.list(tenant, { status: 'rejected' }, page), 2);
    expect(read.flat().map(({ eventId }) => eventId)).toEqual(['evt_08', 'evt_04', 'evt_00']);
    expect(read[0]).toHaveLength(1);
    expect(read.length).toBeGreaterThan(3);
  });

  it('of events is filtered by type and invoice, together', async () => {
    const tenant = aTenant();
    await eventsOf(tenant, 9);
    const filter = { type: 'charge.refunded', invoiceId: 'inv_0' };
    const { items } = await inbox.list(tenant, filter, { limit: 100, after: null });
    expect(items.map(({ eventId }) => eventId)).toEqual(['evt_06', 'evt_00']);
  });

  it('of invoices is filtered by status', async () => {
    const tenant = aTenant();
    await invoicesOf(tenant, 2);
    const page = { limit: 100, after: null };
    expect((await invoices.list(tenant, { status: 'FINALIZING' }, page)).items).toHaveLength(2);
    expect((await invoices.list(tenant, { status: 'PAID' }, page)).items).toEqual([]);
  });

  it('never shows what is another tenant’s, or of another environment (case 40)', async () => {
    const tenant = aTenant();
    await invoicesOf(tenant, 3);
    await eventsOf(tenant, 3);
    const first = await invoices.list(tenant, {}, { limit: 1, after: null });
    const others = [
      { ...tenant, envId: 'dev' },
      { ...tenant, orgId: tenant.orgId.slice(0, -1) },
      { orgId: `${tenant.orgId}x`, envId: tenant.envId },
    ];
    for (const other of others) {
      expect(await invoices.list(other, {}, { limit: 100, after: null })).toEqual({ items: [], next: null });
      expect(await inbox.list(other, {}, { limit: 100, after: null })).toEqual({ items: [], next: null });
      expect(await inbox.lastReceivedAt(other)).toBeNull();
      expect((await invoices.list(other, {}, { limit: 100, after: first.next })).items).toEqual([]);
      expect(await invoices.find(other, 'inv_00')).toBeNull();
      expect(await inbox.find(other, 'evt_00')).toBeNull();
    }
  });

  it('that is empty has no page', async () => {
    const tenant = aTenant();
    const empty = { items: [], next: null };
    expect(await invoices.list(tenant, {}, { limit: 20, after: null })).toEqual(empty);
    expect(await inbox.list(tenant, {}, { limit: 20, after: `${NOW.toISOString()}#evt_1` })).toEqual(empty);
  });
});
