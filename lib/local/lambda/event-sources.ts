import * as v from 'valibot';
import { matches } from '../aws/event-rules.ts';
import { readStream, rest, type StreamRecord } from '../aws/streams.ts';
import type { Journal } from '../journal.ts';
import type { EventSource } from '../template.ts';
import type { Lambda } from './lambda.ts';

type Options = {
  /** DynamoDB's. */
  endpoint: string;
  lambda: Pick<Lambda, 'invoke'>;
  /** Where each function is in each shard, so that a restart goes on from there. */
  journal: Journal;
  warn(sentence: string): void;
};

const TABLE = 'stream_positions';
const BACKOFF_MS = { first: 100, longest: 5_000 };

const Answer = v.object({ batchItemFailures: v.array(v.object({ itemIdentifier: v.string() })) });

/**
 * Lambda's event source mappings: brings functions the changes of tables, until they have taken them. Unlike on AWS,
 * nothing is ever given up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function startEventSources(sources: EventSource[], options: Options): { close(): void } {
  const { endpoint, lambda, journal, warn } = options;
  const positions = new Map<string, string>();
  for (const [key, row] of journal.rows(TABLE)) positions.set(key, v.parse(v.string(), row));
  const controller = new AbortController();
  const { signal } = controller;

  function follow(source: EventSource): void {
    const { tableName, functionName, batchSize } = source;
    readStream(endpoint, tableName, {
      batchSize,
      positions: positionsOf(functionName),
      take: (records, arn) =>
        bring(source, records.map((record) => asLambdaSees(record, arn)).filter(isWanted(source))),
      signal,
    }).catch((error: unknown) => {
      if (signal.aborted) return;
      warn(
        `${functionName} is not told of changes: ${endpoint} gives no stream of ${tableName} (${String(error)})`,
      );
    });
  }

  const positionsOf = (functionName: string) => ({
    get: (shard: string) => positions.get(`${functionName} ${shard}`),
    set(shard: string, sequenceNumber: string | undefined) {
      const key = `${functionName} ${shard}`;
      if (sequenceNumber === undefined) positions.delete(key);
      else positions.set(key, sequenceNumber);
      journal.append(TABLE, key, sequenceNumber ?? null);
    },
  });

  /** Until the function has taken every record. A batch that fails as a whole is halved, where the template says so. */
  async function bring(source: EventSource, records: LambdaRecord[], failures = 0): Promise<void> {
    if (records.length === 0 || signal.aborted) return;
    if (failures > 0) await rest(Math.min(BACKOFF_MS.first * 2 ** failures, BACKOFF_MS.longest), signal);
    const taken = await invoke(source, records);
    if (taken === undefined && source.bisectBatchOnFunctionError && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      await bring(source, records.slice(0, middle));
      await bring(source, records.slice(middle));
    } else {
      await bring(source, records.slice(taken), failures + 1);
    }
  }

  /** How many records the function has taken, from the first on; undefined where it failed. */
  async function invoke(source: EventSource, records: LambdaRecord[]): Promise<number | undefined> {
    // What is being stopped runs no function any more.
    const invocation = await lambda
      .invoke(source.functionName, JSON.stringify({ Records: records }))
      .catch(() => undefined);
    if (!invocation || invocation.failed) return undefined;
    const answer = v.safeParse(Answer, JSON.parse(invocation.payload));
    if (!source.reportsBatchItemFailures || !answer.success) return records.length;
    const untaken = new Set(answer.output.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const first = records.findIndex(({ dynamodb }) => untaken.has(dynamodb.SequenceNumber));
    return first < 0 ? records.length : first;
  }

  for (const source of sources) follow(source);
  return { close: () => controller.abort() };
}

type LambdaRecord = ReturnType<typeof asLambdaSees>;

/** As Lambda hands a record over: with the stream's name, and its time in epoch seconds. */
function asLambdaSees({ dynamodb = {}, ...record }: StreamRecord, eventSourceARN: string) {
  const { ApproximateCreationDateTime: at, SequenceNumber = '', ...change } = dynamodb;
  return {
    ...record,
    eventSourceARN,
    dynamodb: { ...change, SequenceNumber, ...(at && { ApproximateCreationDateTime: at.getTime() / 1000 }) },
  };
}

const isWanted =
  ({ filters }: EventSource) =>
  (record: LambdaRecord): boolean =>
    filters.length === 0 || filters.some((filter) => matches(filter, record));
