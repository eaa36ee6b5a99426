import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Closing } from '../../domain/closing.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { Closings } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { queryDue } from './due-index.ts';
import { set, when } from './expression.ts';
import { CLOSINGS_DUE, keys, tenantOf } from './keys.ts';
import { toClosing, toRecord } from './records.ts';
import { table } from './table.ts';

const { partitionKey, sortKey } = table.indexes.due;

/** Disconnected accounts that are not closed yet. */
export function dynamoClosings(client: DynamoDBDocumentClient, TableName: string): Closings {
  const of = async (tenant: Tenant): Promise<readonly Closing[]> => {
    const { Items = [] } = await attempt(() =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': table.partitionKey },
          ExpressionAttributeValues: { ':pk': keys.closing(tenant, '').pk },
          ConsistentRead: true,
        }),
      ),
    );
    return Items.map((item) => toClosing(item, tenant));
  };

  return {
    of,

    async due() {
      const due = await queryDue(client, TableName, CLOSINGS_DUE);
      return [...new Set(due.map(({ pk }) => pk))].map(tenantOf);
    },

    async saveProgress({ tenant, attachment, pass }) {
      const command = new UpdateCommand({
        TableName,
        Key: keys.closing(tenant, attachment),
        ...when(set({ pass }), 'attribute_exists(pk)', {}),
      });
      await conditionally(() => client.send(command));
    },

    async end(closing) {
      const { tenant, attachment } = closing;
      await attempt(() =>
        client.send(new DeleteCommand({ TableName, Key: keys.closing(tenant, attachment) })),
      );
    },
  };
}

/** The item of a closing, for the transaction that makes it of a connection. */
export function closingItem(closing: Closing): Record<string, unknown> {
  return {
    ...keys.closing(closing.tenant, closing.attachment),
    ...toRecord(closing),
    [partitionKey]: CLOSINGS_DUE,
    [sortKey]: closing.settledAt,
  };
}
