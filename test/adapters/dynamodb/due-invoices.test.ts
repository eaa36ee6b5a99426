import { describe, expect, it } from '@jest/globals';
import { dynamoDueInvoices } from '../../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceLinks } from '../../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { afterSending, newClaim, renew } from '../../../functions/domain/finalization.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import type { Tenant } from '../../../functions/domain/tenant.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, connectionOf, later, link, paidEvent, unique } from '../../support/samples.ts';

const client = documentClient(await startTable());
const dueInvoices = dynamoDueInvoices(client, TABLE_NAME);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const invoiceLinks = dynamoInvoiceLinks(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);

const AFTER_LEASE = later(30_000);
const TOMORROW = later(86_400_000);

async function started(tenant: Tenant = aTenant()): Promise<Invoice> {
  const invoice = begun(tenant);
  await finalizations.begin(invoice);
  return invoice;
}

/** Link saved, e-mail claimed. */
async function saved(): Promise<Invoice> {
  const invoice = await finalizations.saveLink(await started(), link(), NOW);
  if (!invoice) throw new Error('the lease was lost');
  return invoice;
}

/** E-mail sent. */
async function finalized(): Promise<Invoice> {
  const invoice = await saved();
  await finalizations.markEmail(invoice, afterSending(invoice.email, 'sent', NOW), NOW);
  return stored(invoice);
}

async function stored({ tenant, invoiceId }: Invoice): Promise<Invoice> {
  const invoice = await dueInvoices.find(tenant, invoiceId);
  if (!invoice) throw new Error('there is no such invoice');
  return invoice;
}

const dueOf = async ({ orgId }: Tenant, now: Date) =>
  (await dueInvoices.list(now, 10_000)).filter(({ tenant }) => tenant.orgId === orgId);
const isDue = async (invoice: Invoice, now: Date) => (await dueOf(invoice.tenant, now)).length === 1;
const indexed = async ({ tenant }: Invoice) => {
  const item = (await dump(client, tenant.orgId)).find(({ sk }) => sk === 'INVOICE');
  return [item?.['gsi2pk'], item?.['gsi2sk']];
};

describe('the list', () => {
  it('has an invoice from the moment that it is due', async () => {
    const invoice = await started();
    const until = new Date(invoice.lease?.until ?? '');
    expect(await dueOf(invoice.tenant, new Date(until.getTime() - 1))).toEqual([]);
    const { tenant, invoiceId } = invoice;
    expect(await dueOf(tenant, until)).toEqual([{ tenant, invoiceId }]);
  });

  it('has those of every tenant, environment and shard', async () => {
    const prod = aTenant();
    const dev = { ...prod, envId: 'dev' };
    const invoices = await Promise.all(
      Array.from({ length: 64 }, (_, index) => started(index % 2 ? prod : dev)),
    );
    const due = await dueOf(prod, AFTER_LEASE);
    const known = invoices.map(({ tenant, invoiceId }) => ({ tenant, invoiceId }));
    expect(due).toHaveLength(64);
    expect(due).toEqual(expect.arrayContaining(known));
    const shards = new Set((await dump(client, prod.orgId)).map((item) => item['gsi2pk']));
    expect(shards.size).toBe(8);
  });

  it('is no longer than asked for, by not more than a shard’s share', async () => {
    const { length } = await dueInvoices.list(TOMORROW, 16);
    expect(length).toBeLessThanOrEqual(16);
    expect(length).toBeGreaterThan(0);
  });

  it('has the longest due of a shard first', async () => {
    const first = await started();
    const { tenant } = first;
    // The same id is in the same shard.
    const second = { ...begun({ ...tenant, envId: 'dev' }), invoiceId: first.invoiceId };
    await finalizations.begin(second);
    await dueInvoices.reschedule(first, later(1));
    await dueInvoices.reschedule(second, NOW);
    expect(await dueOf(tenant, later(1))).toEqual(
      [second, first].map((invoice) => ({ tenant: invoice.tenant, invoiceId: first.invoiceId })),
    );
  });
});

describe('an invoice', () => {
  it('that is rescheduled is due then, and changed in nothing else', async () => {
    const invoice = await finalized();
    await dueInvoices.reschedule(invoice, TOMORROW);
    expect(await isDue(invoice, later(86_399_999))).toBe(false);
    expect(await isDue(invoice, TOMORROW)).toBe(true);
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('that need not be looked at again leaves the index', async () => {
    const invoice = await finalized();
    await dueInvoices.reschedule(invoice, null);
    expect(await indexed(invoice)).toEqual([undefined, undefined]);
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('that left the index comes back with the next thing that happens to it', async () => {
    const invoice = await finalized();
    await dueInvoices.reschedule(invoice, null);
    await settlements.payInFull(invoice.tenant, paidEvent(invoice), later(5_000));
    expect(await isDue(invoice, later(5_000))).toBe(true);
  });

  it('that is gone is not brought back', async () => {
    const invoice = await started();
    await finalizations.abandon(invoice);
    await dueInvoices.reschedule(invoice, TOMORROW);
    expect(await dump(client, invoice.tenant.orgId)).toEqual([]);
  });
});

describe('rescheduling loses to', () => {
  const connection = connectionOf(aTenant());
  const claim = () => newClaim(unique('owner'), AFTER_LEASE);

  it.each<[string, () => Promise<Invoice>, (invoice: Invoice) => Promise<unknown>]>([
    ['whoever took over the lease', started, (read) => finalizations.takeOver(read, claim())],
    ['whoever gave the lease back', started, (read) => finalizations.release(read, NOW)],
    ['whoever saved the link', started, (read) => finalizations.saveLink(read, link(), NOW)],
    ['whoever claimed the e-mail', saved, (read) => finalizations.claimEmail(read, claim())],
    [
      'whoever sent the e-mail',
      saved,
      (read) => finalizations.markEmail(read, afterSending(read.email, 'sent', NOW), NOW),
    ],
    [
      'whoever began another generation',
      finalized,
      (read) =>
        finalizations.renew(read, renew(read, connection, { nonce: 'n', lease: claim(), now: AFTER_LEASE })),
    ],
    [
      'whoever settled it',
      finalized,
      (read) => settlements.payInFull(read.tenant, paidEvent(read), AFTER_LEASE),
    ],
    [
      'whoever closed its link',
      finalized,
      (read) => {
        const { link: open } = read.current;
        const current = { ...read.current, link: open && { ...open, active: false } };
        return invoiceLinks.recordClosed({ ...read, current, version: read.version + 1 }, read.version, NOW);
      },
    ],
  ])('%s since', async (_, prepare, meanwhile) => {
    const read = await prepare();
    await meanwhile(read);
    const before = await dump(client, read.tenant.orgId);
    for (const dueAt of [TOMORROW, null]) await dueInvoices.reschedule(read, dueAt);
    expect(await dump(client, read.tenant.orgId)).toEqual(before);
  });

  it('a taking over at the same moment: it is due when that lease ends, or was taken over after', async () => {
    for (let round = 0; round < 25; round += 1) {
      const invoice = await started();
      const lease = claim();
      const [taken] = await Promise.all([
        finalizations.takeOver(invoice, lease),
        dueInvoices.reschedule(invoice, null),
      ]);
      expect(taken).toBe(true);
      expect((await indexed(invoice))[1]).toBe(lease.until);
    }
  });
});
