import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { DueInvoices } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { namesIn, set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { DUE_PARTITIONS, dueKeys, invoiceIdOf, keys, tenantOf } from './keys.ts';
import { table } from './table.ts';

const { name: IndexName, partitionKey, sortKey } = table.indexes.due;
const DueKey = v.object({ pk: v.string(), [sortKey]: v.string() });

/** The sparse index of what the sweeper must look at. */
export function dynamoDueInvoices(client: DynamoDBDocumentClient, TableName: string): DueInvoices {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async list(now, limit) {
      const shards = await Promise.all(
        DUE_PARTITIONS.map((partition) =>
          attempt(() =>
            client.send(
              new QueryCommand({
                TableName,
                IndexName,
                KeyConditionExpression: '#partition = :partition AND #at <= :now',
                ExpressionAttributeNames: { '#partition': partitionKey, '#at': sortKey },
                ExpressionAttributeValues: { ':partition': partition, ':now': now.toISOString() },
                Limit: Math.ceil(limit / DUE_PARTITIONS.length),
              }),
            ),
          ),
        ),
      );
      return shards
        .flatMap(({ Items = [] }) => Items.map((item) => v.parse(DueKey, item)))
        .toSorted((one, other) => (one[sortKey] < other[sortKey] ? -1 : 1))
        .map(({ pk }) => ({ tenant: tenantOf(pk), invoiceId: invoiceIdOf(pk) }));
    },

    async reschedule({ tenant, invoiceId, version, lease, email }, dueAt) {
      // Whoever began a step meanwhile has said by itself when to look again.
      const condition = '#version = :version AND #lease = :lease AND #email = :email';
      const asRead = { ':version': version, ':lease': lease, ':email': email };
      const update =
        dueAt === null
          ? {
              UpdateExpression: `REMOVE #${partitionKey}, #${sortKey}`,
              ConditionExpression: condition,
              ExpressionAttributeNames: namesIn(`#${partitionKey} #${sortKey} ${condition}`),
              ExpressionAttributeValues: asRead,
            }
          : when(set(dueKeys(invoiceId, dueAt)), condition, asRead);
      const command = new UpdateCommand({ TableName, Key: keys.invoice(tenant, invoiceId), ...update });
      await conditionally(() => client.send(command));
    },
  };
}
