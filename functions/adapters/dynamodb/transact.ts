import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Unavailable } from '../../ports.ts';
import { attempt, backOff, TRANSACTION_ATTEMPTS } from './client.ts';

export type TransactionWrite = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export type Transacted =
  | { readonly kind: 'written' }
  /** Nothing was written. In order of the writes: whether its condition failed, and on what. */
  | {
      readonly kind: 'refused';
      readonly reasons: readonly { readonly refused: boolean; readonly item: unknown }[];
    };

/**
 * Writes all or nothing. A cancelled transaction is told apart by its reasons, write by write: the SDK repeats
 * none of them, and a conflict taken for a failed condition would lose a payment.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transact(
  client: DynamoDBDocumentClient,
  writes: readonly TransactionWrite[],
): Promise<Transacted> {
  const command = new TransactWriteCommand({ TransactItems: [...writes] });
  let last: unknown;
  for (let tried = 0; tried < TRANSACTION_ATTEMPTS; tried += 1) {
    await backOff(tried);
    try {
      await attempt(() => client.send(command));
      return { kind: 'written' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = (error.CancellationReasons ?? []).map(({ Code, Item }) => ({
        refused: Code === 'ConditionalCheckFailed',
        item: Item && unmarshall(Item),
      }));
      if (reasons.some(({ refused }) => refused)) return { kind: 'refused', reasons };
      // What can never be written, however often: an item that has become too large.
      if (error.CancellationReasons?.some(({ Code }) => Code === 'ValidationError')) throw error;
      last = error;
    }
  }
  throw new Unavailable('DynamoDB', last);
}
