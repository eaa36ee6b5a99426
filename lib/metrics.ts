import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type IFilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Alarms } from './alarms.ts';

export type Count = {
  /** The metric's name. */
  readonly metric: string;
  /** The lines that are counted: those with this message, of this status where one is named. */
  readonly message: string;
  readonly status?: number;
  /** So many in an hour wake somebody up; the text says who is hurt. */
  readonly alarm?: { readonly perHour: number; readonly text: string };
};

/** What an operator of money wants to see, counted from the lines that a function logs, by the function's name. */
export const counts: Readonly<Record<string, readonly Count[]>> = {
  'stripe-webhook': [
    {
      metric: 'SignatureFailures',
      message: 'a signature failed',
      // One payment at a tenant with the wrong secret makes that many: two events or more, each delivered again within the hour.
      alarm: {
        perHour: 5,
        text: "Webhooks fail their signature. Customers' payments at a tenant whose webhook secret is wrong wait, until it is right; the health of the connection shows whose.",
      },
    },
    { metric: 'WebhooksRefused', message: 'answered', status: 400 },
    { metric: 'WebhooksUndecided', message: 'failed' },
  ],
  sweep: [
    { metric: 'SweepFaults', message: 'a fault in the sweep' },
    {
      metric: 'LinksLeftOpen',
      message: 'a key was destroyed with links left open',
      alarm: {
        perHour: 1,
        text: 'A key was destroyed with links left open. Customers can still pay a tenant that has left, and nobody records it.',
      },
    },
  ],
};

/**
 * Counts log lines of a function, as metrics of the namespace `Fluxrate/{stage}`: a metric filter takes its dimensions from the line
 * alone, and no line names the stage.
 *
 * Our lines are JSON on standard output. Lambda does not encode again what is JSON already, so they stand in the log group as
 * written, and `$.message` is theirs.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function countLines(
  fn: LambdaFunction,
  handler: string,
  { stage, alarms }: { readonly stage: string; readonly alarms: Alarms | undefined },
): void {
  for (const { metric: metricName, alarm, ...line } of counts[handler] ?? []) {
    const filter = fn.logGroup.addMetricFilter(metricName, {
      filterPattern: patternOf(line),
      metricNamespace: `Fluxrate/${stage}`,
      metricName,
      metricValue: '1',
      defaultValue: 0,
    });
    if (!alarm) continue;
    const metric = filter.metric({ period: Duration.hours(1), statistic: Stats.SUM });
    alarms?.watchCount(metricName, metric, alarm.perHour, alarm.text);
  }
}

function patternOf({ message, status }: Pick<Count, 'message' | 'status'>): IFilterPattern {
  const isMessage = FilterPattern.stringValue('$.message', '=', message);
  if (status === undefined) return isMessage;
  return FilterPattern.all(isMessage, FilterPattern.numberValue('$.status', '=', status));
}
