import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { clientConfig } from './client-config.ts';

export type StreamRecord = _Record;

/** The last record of a shard that was taken. */
export type Positions = {
  get(shard: string): string | undefined;
  set(shard: string, sequenceNumber: string | undefined): void;
};

export type Reader = {
  /** At most so many records at once. */
  batchSize: number;
  positions: Positions;
  /** Gets the records of a shard, one batch after another. A batch counts as read once this has returned. */
  take(records: StreamRecord[], streamArn: string): Promise<void>;
  signal: AbortSignal;
};

/**
 * How long a shard rests that has nothing new.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (four times a second)
 */
const IDLE_MS = 250;
const RETRY_MS = 1_000;
/** Shards end after hours, and others begin. */
const SHARDS_MS = 5_000;

/**
 * Reads the changes of a table from the oldest that is kept, or from where an earlier process stopped: every shard in
 * its order, and none before the one that it continues. Ends with `signal`; throws where the table has no stream.
 */
export async function readStream(endpoint: string, tableName: string, reader: Reader): Promise<void> {
  const { positions, signal } = reader;
  const client = new DynamoDBStreamsClient(clientConfig(endpoint));
  const StreamArn = await streamArnOf(endpoint, tableName);
  const begun = new Set<string>();
  const ended = new Set<string>();

  async function shards(): Promise<Shard[]> {
    const found: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const command = new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId });
      const { StreamDescription } = await client.send(command, { abortSignal: signal });
      found.push(...(StreamDescription?.Shards ?? []));
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    return found;
  }

  function begin(found: Shard[]): void {
    const isUnread = (id: string | undefined) =>
      found.some(({ ShardId }) => ShardId === id) && !ended.has(id ?? '');
    for (const { ShardId, ParentShardId } of found) {
      if (ShardId === undefined || begun.has(ShardId) || isUnread(ParentShardId)) continue;
      begun.add(ShardId);
      void untilItEnds(ShardId).then(() => ended.add(ShardId));
    }
  }

  async function untilItEnds(shard: string): Promise<void> {
    while (!signal.aborted) {
      try {
        return await readShard(shard);
      } catch (error) {
        // What was to be read next is no longer kept.
        if (error instanceof TrimmedDataAccessException) positions.set(keyOf(shard), undefined);
        await rest(RETRY_MS, signal);
      }
    }
  }

  async function readShard(shard: string): Promise<void> {
    for (let iterator = await iteratorOf(shard); iterator !== undefined; ) {
      const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: reader.batchSize });
      const { Records = [], NextShardIterator } = await client.send(command, { abortSignal: signal });
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      if (last === undefined) {
        await rest(IDLE_MS, signal);
      } else {
        await reader.take(Records, StreamArn);
        if (!signal.aborted) positions.set(keyOf(shard), last);
      }
      iterator = signal.aborted ? undefined : NextShardIterator;
    }
  }

  async function iteratorOf(ShardId: string): Promise<string | undefined> {
    const SequenceNumber = positions.get(keyOf(ShardId));
    const ShardIteratorType = SequenceNumber === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER';
    const command = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType, SequenceNumber });
    return (await client.send(command, { abortSignal: signal })).ShardIterator;
  }

  const keyOf = (shard: string) => `${StreamArn} ${shard}`;

  try {
    begin(await shards());
    while (!signal.aborted) {
      await rest(SHARDS_MS, signal);
      // A database that is away for a while is asked again.
      begin(await shards().catch(() => []));
    }
  } finally {
    client.destroy();
  }
}

/** Waits, but not for what is being stopped. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

async function streamArnOf(endpoint: string, TableName: string): Promise<string> {
  const client = new DynamoDBClient(clientConfig(endpoint));
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.LatestStreamArn === undefined) throw new Error(`the table ${TableName} has no stream`);
    return Table.LatestStreamArn;
  } finally {
    client.destroy();
  }
}
