import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { Table } from '../template.ts';
import { clientConfig } from './client-config.ts';

/** Creates the template's tables where they are not there yet, with their indexes, stream and time to live. */
export async function ensureTables(endpoint: string, tables: Table[]): Promise<void> {
  const client = new DynamoDBClient(clientConfig(endpoint));
  try {
    for (const table of tables) {
      const found = await describe(client, table.TableName);
      if (!found) await create(client, table);
      else if (!found.StreamSpecification?.StreamEnabled) await addStream(client, table);
    }
  } finally {
    client.destroy();
  }
}

async function describe(client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, table: Table): Promise<void> {
  const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } =
    table;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema,
      AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
      ...streamOf(table),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
  if (TimeToLiveSpecification) {
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
}

/** To a table that an earlier version created. Where that cannot be, whoever is to read the stream says so. */
async function addStream(client: DynamoDBClient, table: Table): Promise<void> {
  if (!table.StreamSpecification) return;
  const command = new UpdateTableCommand({ TableName: table.TableName, ...streamOf(table) });
  await client.send(command).catch(() => undefined);
}

function streamOf({ StreamSpecification }: Table) {
  return StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } };
}
