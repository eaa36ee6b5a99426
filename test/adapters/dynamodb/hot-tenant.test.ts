import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { DUE_PARTITIONS, listPartition } from '../../../functions/adapters/dynamodb/keys.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { table } from '../../../functions/adapters/dynamodb/table.ts';
import { settlePayment } from '../../../functions/use-cases/settle-payment.ts';
import { NOW } from '../../support/builders.ts';
import { dump, type Item, RETENTION_DAYS, TABLE_NAME, unboundedClient } from '../../support/dynamodb.ts';
import { aTenant, begun, connectionOf, paidEvent, unique } from '../../support/samples.ts';
import { startSystem } from '../../support/system.ts';
import { type ConnectedTenant, connect, deliver, pay } from '../../support/tenant.ts';

/** However many events a tenant has, no two of them meet in one item or partition of the table. */

const system = await startSystem();
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const handler = await system.start('stripe-webhook');

/** The items that are new or changed once `body` was delivered. */
async function writtenBy(tenant: ConnectedTenant, body: string): Promise<Item[]> {
  const before = await dump(system.table, tenant.orgId);
  expect(await deliver(handler, tenant, body)).toMatchObject({ status: 200 });
  const after = await dump(system.table, tenant.orgId);
  return after.filter((item) => !before.some((known) => isDeepStrictEqual(known, item)));
}
const kinds = (items: readonly Item[]) => items.map(({ sk }) => sk).toSorted();
const partitions = (...writes: readonly (readonly Item[])[]) => writes.flat().map(({ pk }) => pk);

describe('what the webhook writes of one tenant (case 42)', () => {
  it('has nothing in common for two payments, told by two events each', async () => {
    const tenant = await connect(system);
    const [one, other] = [await pay(system, tenant), await pay(system, tenant)];
    const paid = [await writtenBy(tenant, one.session), await writtenBy(tenant, other.session)];
    const told = [await writtenBy(tenant, one.intent), await writtenBy(tenant, other.intent)];

    expect(paid.map(kinds)).toEqual([
      ['EVENT', 'INVOICE', 'PAYMENT'],
      ['EVENT', 'INVOICE', 'PAYMENT'],
    ]);
    expect(new Set(partitions(...paid)).size).toBe(6);
    expect(told.map(kinds)).toEqual([['EVENT'], ['EVENT']]);
    expect(new Set(partitions(...paid, ...told)).size).toBe(8);
  });

  it('is its own event, for what is delivered again or is of no use', async () => {
    const tenant = await connect(system);
    const { session } = await pay(system, tenant);
    const unused = JSON.stringify({
      id: unique('evt'),
      object: 'event',
      type: 'customer.created',
      data: { object: {} },
    });
    await deliver(handler, tenant, session);
    const [again, useless] = [await writtenBy(tenant, session), await writtenBy(tenant, unused)];
    expect([kinds(again), kinds(useless)]).toEqual([['EVENT'], ['EVENT']]);
    expect(new Set(partitions(again, useless)).size).toBe(2);
  });
});

it('a payment enters the indexes by its tenant, and in one of the shards of what is due (case 42)', async () => {
  const client = unboundedClient(system.aws.databaseEndpoint);
  const finalizations = dynamoFinalizations(client, TABLE_NAME);
  const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
  const connection = connectionOf(aTenant());
  const { tenant } = connection;
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const invoice = begun(tenant);
      await finalizations.begin(invoice);
      await settlePayment(paidEvent(invoice), connection, { settlements, clock: () => NOW });
    }),
  );

  const items = await dump(client, tenant.orgId);
  const indexed = (kind: string, { partitionKey }: { readonly partitionKey: string }) =>
    new Set(items.filter(({ sk }) => sk === kind).map((item) => item[partitionKey]));
  const { list, due } = table.indexes;
  // A list is the tenant's own, and takes 1,000 writes a second: more than one Stripe account sends.
  expect(indexed('EVENT', list)).toEqual(new Set([listPartition(tenant, 'EVENTS')]));
  expect(indexed('INVOICE', list)).toEqual(new Set([listPartition(tenant, 'INVOICES')]));
  expect(indexed('INVOICE', due)).toEqual(new Set(DUE_PARTITIONS));
  for (const [kind, index] of [
    ['PAYMENT', list],
    ['PAYMENT', due],
    ['EVENT', due],
  ] as const)
    expect(indexed(kind, index)).toEqual(new Set([undefined]));
});
