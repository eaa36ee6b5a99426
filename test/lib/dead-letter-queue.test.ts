import { describe, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarms } from '../../lib/alarms.ts';
import { deadLetterQueue } from '../../lib/dead-letter-queue.ts';

const ALARM = 'Something was given up. Customers wait for it.';

function withQueue(alarmEmail?: string): Template {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'stack');
  const alarms = alarmEmail === undefined ? undefined : new Alarms(stack, 'Alarms', alarmEmail);
  deadLetterQueue(stack, 'GivenUp', { alarms, alarm: ALARM });
  return Template.fromStack(stack);
}

describe('a dead-letter queue', () => {
  const template = withQueue();

  it('is encrypted, keeps for fourteen days, and outlives its stack', () => {
    template.hasResource('AWS::SQS::Queue', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { MessageRetentionPeriod: 14 * 24 * 60 * 60, SqsManagedSseEnabled: true },
    });
  });

  it('has no name that could be taken when its stack is deployed anew', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { QueueName: Match.absent() });
  });

  it('is spoken to over TLS alone', () => {
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('wakes nobody up without an address', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });

  it('says who is hurt as soon as there is one message in it', () => {
    const template = withQueue('ops@example.com');
    const [id] = Object.keys(template.findResources('AWS::SQS::Queue'));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: ALARM,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });
});
