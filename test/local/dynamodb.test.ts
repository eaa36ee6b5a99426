import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from '@jest/globals';
import { ensureTables } from '../../lib/local/aws/provision.ts';
import { startDynamoDb } from '../../lib/local/dynamodb.ts';
import { isOpen } from '../../lib/local/ports.ts';
import type { Table } from '../../lib/local/template.ts';
import { atEnd, credentials, temporaryFolder } from './fixtures.ts';

const table: Table = {
  TableName: 'items',
  AttributeDefinitions: ['pk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi1',
      KeySchema: [
        { AttributeName: 'gsi1pk', KeyType: 'HASH' },
        { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

it('creates a table with its indexes, stream and time to live, once', async () => {
  const { endpoint, close } = await startDynamoDb();
  atEnd(close);
  await ensureTables(endpoint, [table]);
  await ensureTables(endpoint, [table]);

  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  atEnd(() => client.destroy());
  const { Table: created } = await client.send(new DescribeTableCommand({ TableName: 'items' }));
  expect(created?.GlobalSecondaryIndexes).toMatchObject([
    { IndexName: 'gsi1', Projection: { ProjectionType: 'KEYS_ONLY' } },
  ]);
  expect(created?.StreamSpecification).toEqual({
    StreamEnabled: true,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'items' }));
  expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' });
});

it('gives a table that an earlier version created its stream, and leaves it that one', async () => {
  const { endpoint, close } = await startDynamoDb();
  atEnd(close);
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  atEnd(() => client.destroy());
  const streamOf = async () =>
    (await client.send(new DescribeTableCommand({ TableName: 'items' }))).Table?.LatestStreamArn;
  await ensureTables(endpoint, [{ ...table, StreamSpecification: undefined }]);
  expect(await streamOf()).toBeUndefined();
  await ensureTables(endpoint, [table]);
  const stream = await streamOf();
  expect(stream).toEqual(expect.any(String));
  await ensureTables(endpoint, [table]);
  expect(await streamOf()).toBe(stream);
});

it('goes with a process that is killed, and leaves data that the next one has at once', async () => {
  const dataDir = temporaryFolder();
  const module = JSON.stringify(fileURLToPath(new URL('../../lib/local/dynamodb.ts', import.meta.url)));
  const code = `const { startDynamoDb } = await import(${module});
    console.log((await startDynamoDb(${JSON.stringify(dataDir)})).endpoint);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = await once(child.stdout, 'data');
  await ensureTables(String(endpoint).trim(), [table]);
  child.kill('SIGKILL');

  const next = await startDynamoDb(dataDir);
  atEnd(next.close);
  const client = new DynamoDBClient({ endpoint: next.endpoint, region: 'us-east-1', credentials });
  atEnd(() => client.destroy());
  expect((await client.send(new DescribeTableCommand({ TableName: 'items' }))).Table?.TableName).toBe(
    'items',
  );

  const port = Number(new URL(String(endpoint)).port);
  for (let attempt = 0; attempt < 40 && (await isOpen(port)); attempt += 1) await delay(50);
  expect(await isOpen(port)).toBe(false);
});
