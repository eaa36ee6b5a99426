import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createDocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { table } from '../../functions/adapters/dynamodb/table.ts';
import { clientConfig } from '../../lib/local/aws/client-config.ts';
import { ensureTables } from '../../lib/local/aws/provision.ts';
import { startDynamoDb } from '../../lib/local/dynamodb.ts';
import { atEnd } from './at-end.ts';

/** Each file has a table of its own: a database of its own, or a name of its own in the one that DYNAMODB_ENDPOINT names. */
export const TABLE_NAME = process.env['DYNAMODB_ENDPOINT']
  ? `fluxrate-test-${randomUUID()}`
  : 'fluxrate-test';
export const RETENTION_DAYS = 90;

/** A DynamoDB with the empty table; gone at the end of the file. */
export async function startTable(): Promise<string> {
  const database = await startDynamoDb();
  atEnd(database.close);
  await ensureTables(database.endpoint, [definition()]);
  return database.endpoint;
}

/** Clients of the SDK find their service and credentials here. */
export function pointAwsAt(endpoint: string): void {
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
}

/** A machine that runs many tests at once takes its time. */
const PATIENCE = { connectionTimeout: 20_000, requestTimeout: 20_000 };

/** The functions' own client, for the database at `endpoint`. */
export function documentClient(endpoint: string, timeouts = PATIENCE) {
  pointAwsAt(endpoint);
  const client = createDocumentClient(timeouts);
  atEnd(() => client.destroy());
  return client;
}

/** A client that has as many requests under way as are asked of it, for as long as each takes: a crowd of functions in one. */
export function unboundedClient(endpoint: string) {
  const requestHandler = new NodeHttpHandler({ httpAgent: { maxSockets: 1_000 } });
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...clientConfig(endpoint), requestHandler }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  atEnd(() => client.destroy());
  return client;
}

/** Every item of the table, or those of one tenant. */
export async function dump(client: DynamoDBDocumentClient, orgId = ''): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: TABLE_NAME,
        ConsistentRead: true,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items.filter(({ pk }) => String(pk).startsWith(orgId ? `T#${orgId}#` : ''));
}

export type Item = Record<string, unknown>;

function definition() {
  const { list, due } = table.indexes;
  const keySchema = (partitionKey: string, sortKey: string) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
  const attributes = [table, list, due].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  return {
    TableName: TABLE_NAME,
    KeySchema: keySchema(table.partitionKey, table.sortKey),
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: [
      {
        IndexName: list.name,
        KeySchema: keySchema(list.partitionKey, list.sortKey),
        Projection: { ProjectionType: 'ALL' as const },
      },
      {
        IndexName: due.name,
        KeySchema: keySchema(due.partitionKey, due.sortKey),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      },
    ],
  };
}
