import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { WaitingEvents } from '../../ports.ts';
import { attempt } from './client.ts';
import { keys } from './keys.ts';
import { table } from './table.ts';

const Waiting = v.object({ sk: v.string() });

/** Events that came before the payment which they are about; settlements keep them (`keepWaiting`). */
export function dynamoWaitingEvents(client: DynamoDBDocumentClient, TableName: string): WaitingEvents {
  return {
    async of(tenant, paymentId) {
      const { pk, sk: prefix } = keys.waitingEvent(tenant, paymentId, '');
      const { Items = [] } = await attempt(() =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
            ExpressionAttributeNames: { '#pk': table.partitionKey, '#sk': table.sortKey },
            ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
            ConsistentRead: true,
          }),
        ),
      );
      return Items.map((item) => v.parse(Waiting, item).sk.slice(prefix.length));
    },

    async end(tenant, paymentId, eventId) {
      const Key = keys.waitingEvent(tenant, paymentId, eventId);
      await attempt(() => client.send(new DeleteCommand({ TableName, Key })));
    },
  };
}
