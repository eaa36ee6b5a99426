import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Unavailable } from '../../ports.ts';

/** A request that is not answered within a second or two is better repeated: DynamoDB answers in milliseconds. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true };

export function createDocumentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 3, requestHandler: new NodeHttpHandler(TIMEOUTS) }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
}

/** Sends, and turns every failure into `Unavailable` but a refused condition, which is for the caller to read. */
export async function attempt<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException)
      throw error;
    throw new Unavailable('DynamoDB', error);
  }
}
