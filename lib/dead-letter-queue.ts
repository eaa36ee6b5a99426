import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';

export type DeadLetterQueueProps = {
  /** Absent where nobody wants to be told. */
  readonly alarms: Alarms | undefined;
  /** The alarm's text: what was given up, and who is hurt. */
  readonly alarm: string;
};

/**
 * A queue for what was given up: encrypted, over TLS only, kept for 14 days (SQS's longest), retained with what is in it.
 * One message in it raises the alarm.
 *
 * It has no name of ours: as it outlives its stack, the name would be taken when the stack is deployed anew.
 * Give it to a function as `new SqsDestination(queue)` (asynchronous invocations) or `new SqsDlq(queue)` (streams).
 */
export function deadLetterQueue(
  scope: Construct,
  id: string,
  { alarms, alarm }: DeadLetterQueueProps,
): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  alarms?.watchDeadLetters(queue, alarm);
  return queue;
}
