import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type DeadLetterQueueProps, deadLetterQueue } from './dead-letter-queue.ts';

/**
 * What is invoked asynchronously and fails is tried twice more by Lambda, after one minute and after two; what it could not
 * start (throttling) for six hours. What is given up then goes to a queue, with payload and error, in the shape of a destination's record.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function keepGivenUp(fn: LambdaFunction, props: DeadLetterQueueProps): Queue {
  const queue = deadLetterQueue(fn, 'GivenUp', props);
  fn.configureAsyncInvoke({
    retryAttempts: 2,
    maxEventAge: Duration.hours(6),
    onFailure: new SqsDestination(queue),
  });
  return queue;
}
