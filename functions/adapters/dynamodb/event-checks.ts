import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EVENT_CHECK_EVERY_MS, type EventCheck } from '../../domain/event-check.ts';
import type { EventChecks } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { queryDue } from './due-index.ts';
import { set, when } from './expression.ts';
import { EVENT_CHECKS_DUE, keys, tenantOf } from './keys.ts';
import { toEventCheck, toRecord } from './records.ts';
import { table } from './table.ts';

const { partitionKey, sortKey } = table.indexes.due;

/** How far the events of each connected account were compared. They come and go with their connections. */
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
        ...when(set(attributes), '#attachment = :attachment', {}),
      });
      await conditionally(() => client.send(command));
    },
  };
}

/** The item of a new check, for the transaction that makes its connection. */
export function eventCheckItem(check: EventCheck): Record<string, unknown> {
  const first = new Date(new Date(check.readUntil).getTime() + EVENT_CHECK_EVERY_MS);
  return { ...keys.eventCheck(check.tenant), ...toRecord(check), ...dueKeys(first) };
}

function dueKeys(dueAt: Date) {
  return { [partitionKey]: EVENT_CHECKS_DUE, [sortKey]: dueAt.toISOString() };
}
