import { describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceLinks } from '../../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { type Invoice, withClosedLinks } from '../../../functions/domain/invoice.ts';
import { generation, NOW } from '../../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, later, link, paidEvent } from '../../support/samples.ts';

const client = documentClient(await startTable());
const invoiceLinks = dynamoInvoiceLinks(client, TABLE_NAME);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);

/** Of two generations, the link of each open. */
async function finalized(): Promise<Invoice> {
  const previous = [generation(0, { link: link() })];
  const invoice = begun(aTenant(), { previous });
  await finalizations.begin(invoice);
  const saved = await finalizations.saveLink(invoice, link(), NOW);
  if (!saved) throw new Error('the lease was lost');
  return saved;
}

const stored = ({ tenant, invoiceId }: Invoice) => invoiceLinks.find(tenant, invoiceId);
/** Those of these generations are closed. */
const closed = (invoice: Invoice, ...numbers: number[]): Invoice => {
  const generations = [invoice.current, ...invoice.previous].filter(({ number }) => numbers.includes(number));
  const entries = generations.map(
    (one) => [one.number, { ...one, link: one.link && { ...one.link, active: false } }] as const,
  );
  return {
    ...withClosedLinks(invoice, new Map(entries)),
    version: invoice.version + 1,
    updatedAt: later(900).toISOString(),
  };
};

describe('closed links', () => {
  it('are recorded, and customers without a link are due for another', async () => {
    const invoice = await finalized();
    const both = closed(invoice, 1, 0);
    const before = await dump(client, invoice.tenant.orgId);
    expect(await invoiceLinks.recordClosed(both, invoice.version, later(900))).toBe(true);
    expect(await stored(invoice)).toEqual(both);
    const { version, updatedAt, current, previous } = both;
    expect(await dump(client, invoice.tenant.orgId)).toEqual([
      { ...before[0], version, updatedAt, current, previous, gsi2sk: updatedAt },
    ]);
  });

  it('of earlier generations are recorded, and nothing else', async () => {
    const invoice = await finalized();
    const previous = closed(invoice, 0);
    const before = await dump(client, invoice.tenant.orgId);
    expect(await invoiceLinks.recordClosed(previous, invoice.version, later(900))).toBe(true);
    const { version, updatedAt } = previous;
    expect(await dump(client, invoice.tenant.orgId)).toEqual([
      { ...before[0], version, updatedAt, previous: previous.previous },
    ]);
  });

  it('are one and not the other, where only one was closed', async () => {
    const invoice = await finalized();
    const one = closed(invoice, 0);
    await invoiceLinks.recordClosed(one, invoice.version, later(900));
    expect(await stored(invoice)).toMatchObject({
      current: { link: { active: true } },
      previous: [{ link: { active: false } }],
    });
  });

  it('lose to a payment that came meanwhile (case 30)', async () => {
    const invoice = await finalized();
    await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW);
    const paid = await stored(invoice);
    const late = closed(invoice, 1);
    expect(await invoiceLinks.recordClosed(late, invoice.version, later(900))).toBe(false);
    expect(paid).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
    expect(await stored(invoice)).toEqual(paid);
  });

  it('lose to a link that was saved meanwhile', async () => {
    const invoice = begun(aTenant(), { previous: [generation(0, { link: link() })] });
    await finalizations.begin(invoice);
    const saved = await finalizations.saveLink(invoice, link(), NOW);
    const late = closed(invoice, 0);
    expect(await invoiceLinks.recordClosed(late, invoice.version, later(900))).toBe(false);
    expect(await stored(invoice)).toEqual(saved);
  });

  it('recorded by ten at once are recorded once', async () => {
    const invoice = await finalized();
    const all = Array.from({ length: 10 }, () => closed(invoice, 1));
    const recorded = await Promise.all(
      all.map((one) => invoiceLinks.recordClosed(one, invoice.version, later(900))),
    );
    expect(recorded.filter(Boolean)).toHaveLength(1);
    expect(await stored(invoice)).toMatchObject({ version: invoice.version + 1 });
  });

  it('bring nothing back that is gone, nor reach another tenant’s (case 40)', async () => {
    const invoice = await finalized();
    const theirs = closed({ ...invoice, tenant: aTenant() }, 1);
    expect(await invoiceLinks.recordClosed(theirs, invoice.version, later(900))).toBe(false);
    expect(await stored(theirs)).toBeNull();
    expect(await stored(invoice)).toEqual(invoice);
  });
});
