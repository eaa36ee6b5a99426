import { describe, expect, it } from '@jest/globals';
import { synthesize } from './synthesize.ts';

const { api } = synthesize({ senderEmail: 'billing@example.com' });
const idOf = (type: string, properties: object) => {
  const [id = ''] = Object.keys(api.findResources(type, { Properties: properties }));
  return id;
};
const finalize = idOf('AWS::Lambda::Function', { FunctionName: 'fluxrate-prod-finalize-invoice' });

describe('case 41: an asynchronous finalize that is given up', () => {
  const [config] = Object.values(
    api.findResources('AWS::Lambda::EventInvokeConfig', { Properties: { FunctionName: { Ref: finalize } } }),
  );
  const [queue = ''] = config?.['Properties'].DestinationConfig.OnFailure.Destination['Fn::GetAtt'] ?? [];

  it('was tried twice more, or could not be started for six hours', () => {
    expect(config?.['Properties']).toMatchObject({
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 6 * 60 * 60,
    });
  });

  it('stands in a queue of its own, whose address is an output', () => {
    expect(Object.keys(api.findResources('AWS::SQS::Queue'))).toContain(queue);
    api.hasOutput('FinalizeFailedQueueUrl', { Value: { Ref: queue } });
  });

  it('is put there with the role of the function, which may not read what is there', () => {
    const role = { 'Fn::GetAtt': [queue, 'Arn'] };
    const statements = Object.values(api.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(role));
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });

  it('wakes somebody up, who is told who is hurt', () => {
    synthesize({ alarmEmail: 'ops@example.com' }).api.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      AlarmDescription:
        'Invoices that were asked for asynchronously were given up. Customers wait for their payment links: the sweeper finishes those that had begun, the others must be asked for again.',
    });
  });
});
