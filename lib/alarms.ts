import { Duration, Names } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Needs } from './functions.ts';

const inFiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };

/** Alarms by e-mail, each of which says who is hurt. */
export class Alarms extends Construct {
  readonly #action: SnsAction;

  constructor(scope: Construct, id: string, email: string) {
    super(scope, id);
    const topic = new Topic(this, 'Topic');
    topic.addSubscription(new EmailSubscription(email));
    this.#action = new SnsAction(topic);
  }

  watchFunction(name: string, fn: LambdaFunction, { errors, whoIsHurt }: NonNullable<Needs['alarm']>): void {
    this.#add(`${name}-errors`, fn.metricErrors(inFiveMinutes), errors, `${name} fails. ${whoIsHurt}`);
    this.#add(
      `${name}-throttles`,
      fn.metricThrottles(inFiveMinutes),
      1,
      `${name} is throttled. ${whoIsHurt}`,
    );
  }

  watchApi(api: HttpApi): void {
    this.#add(
      'api-server-errors',
      api.metricServerError(inFiveMinutes),
      1,
      'The API answers 5xx. Tenants cannot manage their connection, or payments wait for Stripe to deliver them again.',
    );
  }

  /** One message is one too many. */
  watchDeadLetters(queue: Queue, alarmDescription: string): void {
    const waiting = queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: Stats.MAXIMUM,
    });
    this.#add(`${Names.uniqueId(queue)}-waiting`, waiting, 1, alarmDescription);
  }

  /** What a stream brings waits: five minutes is far longer than any pause of it. */
  watchStream(name: string, fn: LambdaFunction, whoIsHurt: string): void {
    const age = fn.metric('IteratorAge', { period: Duration.minutes(5), statistic: Stats.MAXIMUM });
    const minutes = 5;
    this.#add(
      `${name}-age`,
      age,
      Duration.minutes(minutes).toMilliseconds(),
      `${name} is ${minutes} minutes late. ${whoIsHurt}`,
    );
  }

  watchCount(id: string, metric: Metric, threshold: number, alarmDescription: string): void {
    this.#add(id, metric, threshold, alarmDescription);
  }

  #add(id: string, metric: Metric, threshold: number, alarmDescription: string): void {
    new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    }).addAlarmAction(this.#action);
  }
}
