import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.ts';

const { api } = synthesize({ senderEmail: 'billing@example.com', alarmEmail: 'ops@example.com' });
const [functionId] = Object.keys(
  api.findResources('AWS::Lambda::Function', {
    Properties: { FunctionName: 'fluxrate-prod-publish-invoice-events' },
  }),
);
const [mapping = {}] = Object.values(api.findResources('AWS::Lambda::EventSourceMapping')).map(
  ({ Properties }) => Properties,
);

describe('changes of invoices', () => {
  it('are brought from the beginning of the stream, those of invoices alone', () => {
    api.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    expect(mapping).toMatchObject({
      EventSourceArn: { 'Fn::ImportValue': expect.stringContaining('StreamArn') },
      FunctionName: { Ref: functionId },
      StartingPosition: 'TRIM_HORIZON',
    });
    expect(JSON.parse(mapping['FilterCriteria'].Filters[0].Pattern)).toEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: ['INVOICE'] } } },
    });
  });

  it('are repeated from the first that was not taken, for six hours, whatever number of times', () => {
    expect(mapping).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 6 * 60 * 60,
    });
    expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
    expect(mapping).not.toHaveProperty('TumblingWindowInSeconds');
  });

  it('that are given up are named in a queue that is kept, and whose address is an output', () => {
    const [queueId] = mapping['DestinationConfig'].OnFailure.Destination['Fn::GetAtt'];
    api.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Retain', Properties: Match.anyValue() });
    expect(api.findResources('AWS::SQS::Queue')).toHaveProperty(queueId);
    api.hasOutput('InvoiceEventsFailedQueueUrl', { Value: { Ref: queueId } });
  });

  it('wake somebody up when they are five minutes late, or given up', () => {
    for (const [metric, description] of [
      [
        'IteratorAge',
        'publish-invoice-events is 5 minutes late. The platform does not learn that invoices are paid.',
      ],
      [
        'ApproximateNumberOfMessagesVisible',
        'Changes of invoices were given up. The platform does not learn that invoices are paid.',
      ],
    ]) {
      api.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: metric,
        AlarmDescription: description,
      });
    }
    api.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IteratorAge',
      Threshold: 300_000,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionId } }],
    });
  });
});
