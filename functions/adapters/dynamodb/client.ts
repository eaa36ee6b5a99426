import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Unavailable } from '../../ports.ts';

/** DynamoDB answers in milliseconds: a request that is not answered in a second is better repeated. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 1_200 };

/** `timeouts` in milliseconds. */
export function createDocumentClient(timeouts = TIMEOUTS): DynamoDBDocumentClient {
  const requestHandler = new NodeHttpHandler({ ...timeouts, throwOnRequestTimeout: true });
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const ATTEMPTS = 6;
const BACKOFF_MS = 25;

/** Waits before the next try, longer each time and never for the same time as another writer. */
export function backOff(tried: number): Promise<void> {
  return tried === 0 ? Promise.resolve() : sleep(Math.random() * BACKOFF_MS * 2 ** tried);
}

/**
 * Sends, and turns what may pass by itself into `Unavailable`. Refused conditions come through for the caller to
 * read, and so does what DynamoDB will never take. A write that meets a transaction on its item is repeated here:
 * the SDK does not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export async function attempt<T>(send: () => Promise<T>): Promise<T> {
  let last: unknown;
  for (let tried = 0; tried < ATTEMPTS; tried += 1) {
    await backOff(tried);
    try {
      return await send();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException)
        throw error;
      const name = error instanceof Error ? error.name : '';
      if (name === 'ValidationException') throw error;
      if (name !== 'TransactionConflictException') throw new Unavailable('DynamoDB', error);
      last = error;
    }
  }
  throw new Unavailable('DynamoDB', last);
}

/** How often a transaction is tried that meets others on its items. */
export const TRANSACTION_ATTEMPTS = ATTEMPTS;
