import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { attempt } from './client.ts';
import { table } from './table.ts';

const { name: IndexName, partitionKey, sortKey } = table.indexes.due;
const DueKey = v.object({ pk: v.string(), [sortKey]: v.string() });

/** An item of the due index: whose it is, and since when it is due. */
export type Due = { readonly pk: string; readonly at: string };

/** What stands in one partition of the due index, oldest first: up to a time and a number, or all of it. */
export async function queryDue(
  client: DynamoDBDocumentClient,
  TableName: string,
  partition: string,
  bounds?: { readonly until: Date; readonly limit: number },
): Promise<readonly Due[]> {
  const { Items = [] } = await attempt(() =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: `#partition = :partition${bounds ? ' AND #at <= :until' : ''}`,
        ExpressionAttributeNames: { '#partition': partitionKey, ...(bounds && { '#at': sortKey }) },
        ExpressionAttributeValues: {
          ':partition': partition,
          ...(bounds && { ':until': bounds.until.toISOString() }),
        },
        ...(bounds && { Limit: bounds.limit }),
      }),
    ),
  );
  return Items.map((item) => {
    const { pk, [sortKey]: at } = v.parse(DueKey, item);
    return { pk, at };
  });
}
