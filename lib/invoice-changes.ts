import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type EncryptedTable, useStream } from './access.ts';
import type { Alarms } from './alarms.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';

export type FollowInvoicesProps = {
  /** The function's, in alarms. */
  readonly name: string;
  readonly alarms: Alarms | undefined;
  /** The address of the queue of what was given up is the output `{keep}QueueUrl`. */
  readonly keep: string;
  readonly whoIsHurt: string;
};

/**
 * Has Lambda invoke a function with every change of an invoice: at least once, those of one invoice in their order.
 *
 * What the function does not take is brought again for six hours: long enough for a mended function to be deployed,
 * and short enough that a change which nobody can read holds up those behind it for no longer, and leaves 18 hours in
 * which its records can still be had from the stream. No number of attempts is set: it would give up whole batches.
 * A batch that fails is halved, so that what fails in it comes to stand alone. One batch a shard at a time is as fast
 * as a shard can be written, and leaves a new account's few concurrent invocations to the webhook.
 *
 * What is given up is named in a queue: shard and sequence numbers, without the records.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function followInvoices(
  fn: LambdaFunction,
  data: EncryptedTable,
  { name, alarms, keep, whoIsHurt }: FollowInvoicesProps,
): void {
  const { tableStreamArn } = data.table;
  if (tableStreamArn === undefined) throw new Error('the table has no stream');
  const queue = deadLetterQueue(fn, 'GivenUp', {
    alarms,
    alarm: `Changes of invoices were given up. ${whoIsHurt}`,
  });
  useStream(fn, data);
  fn.addEventSourceMapping('Invoices', {
    eventSourceArn: tableStreamArn,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { Keys: { sk: { S: FilterRule.isEqual('INVOICE') } } },
      }),
    ],
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 1,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    maxRecordAge: Duration.hours(6),
    onFailure: new SqsDlq(queue),
  });
  new CfnOutput(Stack.of(fn), `${keep}QueueUrl`, { value: queue.queueUrl });
  alarms?.watchStream(name, fn, whoIsHurt);
}
