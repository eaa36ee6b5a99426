import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Connection } from '../../domain/connection.ts';
import { beginEventCheck, EVENT_CHECK_EVERY_MS } from '../../domain/event-check.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { EventChecks } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { queryDue } from './due-index.ts';
import { namesIn, set, when } from './expression.ts';
import { EVENT_CHECKS_DUE, keys, tenantOf } from './keys.ts';
import { toEventCheck, toRecord } from './records.ts';
import { table } from './table.ts';

const { partitionKey, sortKey } = table.indexes.due;

/** How far the events of each connected account were compared. */
export function dynamoEventChecks(client: DynamoDBDocumentClient, TableName: string): EventChecks {
  return {
    async due(now, limit) {
      const due = await queryDue(client, TableName, EVENT_CHECKS_DUE, { until: now, limit });
      return due.map(({ pk }) => tenantOf(pk));
    },

    async find(tenant) {
      const Key = keys.eventCheck(tenant);
      const { Item } = await attempt(() =>
        client.send(new GetCommand({ TableName, Key, ConsistentRead: true })),
      );
      return Item ? toEventCheck(Item, tenant) : null;
    },

    async save(check, dueAt) {
      // One whose connection is gone must not come back, nor one of an account that was left.
      const attributes = { ...toRecord(check), ...dueKeys(dueAt) };
      const command = new UpdateCommand({
        TableName,
        Key: keys.eventCheck(check.tenant),
        ...when(set(attributes), `#attachment = :attachment AND attribute_exists(#${partitionKey})`, {}),
      });
      await conditionally(() => client.send(command));
    },
  };
}

/**
 * For the transaction that connects an account. A connection that was there before left its check behind: it goes on from there,
 * since money may have come meanwhile. Another account begins anew: it may be one that was left before.
 */
export function beginCheck(TableName: string, connection: Connection, from: 'go on' | 'anew') {
  const { tenant, createdAt, updatedAt } = connection;
  const { readUntil, ...begun } = toRecord(beginEventCheck(connection, new Date(createdAt)));
  const first = new Date(new Date(updatedAt).getTime() + EVENT_CHECK_EVERY_MS);
  const attributes = { ...begun, ...dueKeys(first) };
  const assignment =
    from === 'anew' ? set({ ...attributes, readUntil }) : set(attributes, { once: { readUntil } });
  return { TableName, Key: keys.eventCheck(tenant), ...assignment };
}

/** For the transaction that disconnects an account: how far it came stays. */
export function endCheck(TableName: string, tenant: Tenant) {
  const UpdateExpression = `REMOVE #${partitionKey}, #${sortKey}`;
  return {
    TableName,
    Key: keys.eventCheck(tenant),
    UpdateExpression,
    ExpressionAttributeNames: namesIn(UpdateExpression),
  };
}

function dueKeys(dueAt: Date) {
  return { [partitionKey]: EVENT_CHECKS_DUE, [sortKey]: dueAt.toISOString() };
}
