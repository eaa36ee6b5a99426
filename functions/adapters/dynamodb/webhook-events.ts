import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { WebhookEvents } from '../../ports.ts';
import { attempt } from './client.ts';
import { keys } from './keys.ts';
import { queryPage } from './list.ts';
import { toReceivedEvent } from './records.ts';

/** The webhook inbox, as it is read. It is written by settlements alone. */
export function dynamoWebhookEvents(client: DynamoDBDocumentClient, TableName: string): WebhookEvents {
  return {
    async find(tenant, eventId) {
      const { Item } = await attempt(() =>
        client.send(new GetCommand({ TableName, Key: keys.event(tenant, eventId), ConsistentRead: true })),
      );
      return Item ? toReceivedEvent(Item) : null;
    },

    list(tenant, { since, oldestFirst, ...filter }, page) {
      const query = { tenant, kind: 'EVENTS', page, filter, since, oldestFirst } as const;
      return queryPage(client, TableName, query, toReceivedEvent);
    },

    async lastReceivedAt(tenant) {
      const page = { limit: 1, after: null };
      const { items } = await queryPage(
        client,
        TableName,
        { tenant, kind: 'EVENTS', page, filter: {} },
        toReceivedEvent,
      );
      return items[0]?.receivedAt ?? null;
    },
  };
}
