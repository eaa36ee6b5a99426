import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { ensureTables } from '../../lib/local/aws/provision.ts';
import { startDynamoDb } from '../../lib/local/dynamodb.ts';
import { openJournal } from '../../lib/local/journal.ts';
import { startEventSources } from '../../lib/local/lambda/event-sources.ts';
import type { EventSource, Table } from '../../lib/local/template.ts';
import { atEnd, credentials, temporaryFolder } from './fixtures.ts';

const tableNamed = (TableName: string): Table => ({
  TableName,
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
});

const Batch = v.object({
  Records: v.array(
    v.looseObject({
      eventName: v.string(),
      eventSourceARN: v.string(),
      dynamodb: v.looseObject({
        ApproximateCreationDateTime: v.number(),
        Keys: v.object({ pk: v.object({ S: v.string() }), sk: v.object({ S: v.string() }) }),
        SequenceNumber: v.string(),
      }),
    }),
  ),
});
type Records = v.InferOutput<typeof Batch>['Records'];
const idsOf = (records: Records) => records.map(({ dynamodb }) => dynamodb.Keys.pk.S);

/** A function as the event sources see it: `answer` is its result, sooner or later, or throws. */
function lambda(answer: (records: Records, call: number) => unknown = () => null) {
  const batches: Records[] = [];
  const waiting: Array<() => void> = [];
  return {
    batches,
    async invoke(_name: string, payload: string) {
      const { Records } = v.parse(Batch, JSON.parse(payload));
      batches.push(Records);
      for (const wake of waiting.splice(0)) wake();
      try {
        return { payload: JSON.stringify(await answer(Records, batches.length - 1)), failed: false, log: '' };
      } catch {
        return { payload: '{}', failed: true, log: '' };
      }
    },
    /** Until so many batches were brought. */
    async brought(count: number) {
      while (batches.length < count) await new Promise<void>((wake) => waiting.push(wake));
      return batches;
    },
  };
}

const failures = (...records: Records) => ({
  batchItemFailures: records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
});

const database = await startDynamoDb();
atEnd(database.close);
let writes = 0;

/** A table of its own, and a function that follows it. */
async function follow(fn: ReturnType<typeof lambda>, changes: Partial<EventSource> = {}, dataDir?: string) {
  const endpoint = dataDir === undefined ? database.endpoint : (await startDynamoDbOf(dataDir)).endpoint;
  const tableName = `table-${dataDir === undefined ? randomUUID() : basename(dataDir)}`;
  await ensureTables(endpoint, [tableNamed(tableName)]);
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  atEnd(() => client.destroy());
  const warnings: string[] = [];
  const source: EventSource = {
    tableName,
    functionName: 'follower',
    batchSize: 100,
    bisectBatchOnFunctionError: true,
    reportsBatchItemFailures: true,
    filters: [{ dynamodb: { Keys: { sk: { S: ['INVOICE'] } } }, eventName: ['INSERT', 'MODIFY'] }],
    ...changes,
  };
  const journal = openJournal(dataDir, 'lambda.jsonl');
  const start = () =>
    startEventSources([source], { endpoint, lambda: fn, journal, warn: (text) => warnings.push(text) });
  // What changes nothing is not in the stream.
  const put = (pk: string, sk = 'INVOICE') =>
    client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { pk: { S: pk }, sk: { S: sk }, at: { N: `${writes++}` } },
      }),
    );
  return { start, put, client, tableName, warnings, journal };
}

const opened: Array<{ endpoint: string; close(): Promise<void> }> = [];
async function startDynamoDbOf(dataDir: string) {
  const one = await startDynamoDb(dataDir);
  opened.push(one);
  atEnd(one.close);
  return one;
}

describe('changes of a table', () => {
  it('are brought from the oldest on, in order, those that the filter lets through', async () => {
    const fn = lambda();
    const { start, put, client, tableName } = await follow(fn);
    await put('1');
    await put('x', 'EVENT');
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: ['2', 'y'].map((pk) => ({
          Put: {
            TableName: tableName,
            Item: { pk: { S: pk }, sk: { S: pk === '2' ? 'INVOICE' : 'PAYMENT' } },
          },
        })),
      }),
    );
    await put('1');
    const sources = start();
    const [batch = []] = await fn.brought(1);
    sources.close();
    expect(idsOf(batch)).toEqual(['1', '2', '1']);
    expect(batch[2]).toMatchObject({
      eventName: 'MODIFY',
      eventSource: 'aws:dynamodb',
      eventSourceARN: expect.stringContaining(`table/${tableName}/stream/`),
      dynamodb: {
        OldImage: { pk: { S: '1' }, sk: { S: 'INVOICE' } },
        NewImage: { pk: { S: '1' }, sk: { S: 'INVOICE' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('are brought as they happen', async () => {
    const fn = lambda();
    const { start, put } = await follow(fn);
    const sources = start();
    await put('1');
    await fn.brought(1);
    await put('2');
    expect((await fn.brought(2)).map(idsOf)).toEqual([['1'], ['2']]);
    sources.close();
  });

  it('are brought in batches of at most the size that the template says', async () => {
    const fn = lambda();
    const { start, put } = await follow(fn, { batchSize: 2 });
    for (const id of ['1', '2', '3', '4', '5']) await put(id);
    const sources = start();
    expect((await fn.brought(3)).map(idsOf)).toEqual([['1', '2'], ['3', '4'], ['5']]);
    sources.close();
  });
});

describe('what a function does not take', () => {
  it('is brought again from the first record that it names', async () => {
    const fn = lambda((records, call) => (call === 0 ? failures(...records.slice(1, 3)) : failures()));
    const { start, put } = await follow(fn);
    for (const id of ['1', '2', '3']) await put(id);
    const sources = start();
    expect((await fn.brought(2)).map(idsOf)).toEqual([
      ['1', '2', '3'],
      ['2', '3'],
    ]);
    sources.close();
  });

  it('as a whole is halved until what fails stands alone, and is brought until it succeeds', async () => {
    let isMended = false;
    const fn = lambda((records) => {
      if (!isMended && idsOf(records).includes('3')) throw new Error('no');
      return failures();
    });
    const { start, put } = await follow(fn);
    for (const id of ['1', '2', '3', '4']) await put(id);
    const sources = start();
    await fn.brought(5);
    isMended = true;
    await fn.brought(7);
    sources.close();
    const brought = fn.batches.map(idsOf);
    expect(brought.slice(0, 5)).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['3']]);
    expect(brought.at(-1)).toEqual(['4']);
  });

  it('as a whole is brought again as a whole where the template does not say to halve it', async () => {
    const fn = lambda((_, call) => {
      if (call === 0) throw new Error('no');
      return failures();
    });
    const { start, put } = await follow(fn, { bisectBatchOnFunctionError: false });
    for (const id of ['1', '2']) await put(id);
    const sources = start();
    expect((await fn.brought(2)).map(idsOf)).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    sources.close();
  });
});

describe('a restart', () => {
  it('goes on where the last process stopped, and brings again what was under way', async () => {
    const dataDir = temporaryFolder();
    // The second is under way when everything ends.
    const first = lambda((_, call) => (call === 1 ? new Promise(() => {}) : null));
    const before = await follow(first, { batchSize: 1 }, dataDir);
    await before.put('1');
    await before.put('2');
    const stopped = before.start();
    await first.brought(2);
    stopped.close();
    before.journal.close();
    await opened.shift()?.close();

    const second = lambda();
    const after = await follow(second, {}, dataDir);
    await after.put('3');
    const sources = after.start();
    const [batch = []] = await second.brought(1);
    sources.close();
    expect(idsOf(batch)).toEqual(['2', '3']);
  });
});

describe('a table without a stream', () => {
  it('is said once, and nothing else stops', async () => {
    const fn = lambda();
    const warnings: string[] = [];
    const warned = new Promise<void>((resolve) => {
      const sources = startEventSources(
        [
          {
            tableName: 'nowhere',
            functionName: 'follower',
            batchSize: 1,
            bisectBatchOnFunctionError: false,
            reportsBatchItemFailures: false,
            filters: [],
          },
        ],
        {
          endpoint: database.endpoint,
          lambda: fn,
          journal: openJournal(undefined, ''),
          warn: (text) => {
            warnings.push(text);
            resolve();
          },
        },
      );
      atEnd(sources.close);
    });
    await warned;
    expect(warnings).toEqual([
      expect.stringContaining(`follower is not told of changes: ${database.endpoint}`),
    ]);
  });
});
