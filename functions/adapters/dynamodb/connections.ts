import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Connections } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { set, when } from './expression.ts';
import { keys } from './keys.ts';
import { toConnection, toRecord } from './records.ts';

const SIGNATURE_FAILURE_NOTED_EVERY_MS = 60_000;

/** Connections, one per tenant and environment. */
export function dynamoConnections(client: DynamoDBDocumentClient, TableName: string): Connections {
  return {
    async find(tenant) {
      const { Item } = await attempt(() =>
        client.send(new GetCommand({ TableName, Key: keys.connection(tenant), ConsistentRead: true })),
      );
      return Item ? toConnection(Item, tenant) : null;
    },

    async create(connection) {
      const command = new PutCommand({
        TableName,
        Item: { ...keys.connection(connection.tenant), ...toRecord(connection) },
        ConditionExpression: 'attribute_not_exists(pk) OR id = :id',
        ExpressionAttributeValues: { ':id': connection.id },
      });
      const written = await conditionally(() => client.send(command));
      return written.kind === 'written' ? 'created' : 'exists';
    },

    async update(changed, readVersion) {
      const { lastSignatureFailureAt: _, ...attributes } = toRecord(changed);
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(changed.tenant),
        ...when(set(attributes), '#version = :readVersion', { ':readVersion': readVersion }),
      });
      const written = await conditionally(() => client.send(command));
      return written.kind === 'written' ? 'updated' : 'conflict';
    },

    async noteSignatureFailure(tenant, at) {
      const recently = new Date(at.getTime() - SIGNATURE_FAILURE_NOTED_EVERY_MS).toISOString();
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(tenant),
        ...when(
          set({ lastSignatureFailureAt: at.toISOString() }),
          'attribute_exists(pk) AND NOT #lastSignatureFailureAt > :recently',
          { ':recently': recently },
        ),
      });
      await conditionally(() => client.send(command));
    },
  };
}
