import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DueInvoices } from '../../ports.ts';
import { conditionally } from './conditional.ts';
import { queryDue } from './due-index.ts';
import { namesIn, set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { DUE_PARTITIONS, dueKeys, invoiceIdOf, keys, tenantOf } from './keys.ts';
import { table } from './table.ts';

const { partitionKey, sortKey } = table.indexes.due;

/** The sparse index of what the sweeper must look at. */
export function dynamoDueInvoices(client: DynamoDBDocumentClient, TableName: string): DueInvoices {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async list(now, limit) {
      const bounds = { until: now, limit: Math.ceil(limit / DUE_PARTITIONS.length) };
      const shards = await Promise.all(
        DUE_PARTITIONS.map((partition) => queryDue(client, TableName, partition, bounds)),
      );
      return shards
        .flat()
        .toSorted((one, other) => (one.at < other.at ? -1 : 1))
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
