import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from './synthesize.ts';

const { api } = synthesize({ senderEmail: 'billing@example.com' });
const only = (type: string, properties: object) => {
  const ids = Object.keys(api.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
};
const set = { Ref: only('AWS::SES::ConfigurationSet', { Name: 'fluxrate-prod' }) };
const recorder = only('AWS::Lambda::Function', { FunctionName: 'fluxrate-prod-record-email-feedback' });

describe('case 31: what becomes of an e-mail', () => {
  it('is told to the default event bus by the configuration set, one of each stage', () => {
    api.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      ConfigurationSetName: set,
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['bounce', 'complaint', 'delivery', 'reject'],
        EventBridgeDestination: {
          EventBusArn: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('event-bus/default$')])] },
        },
      },
    });
    synthesize({ stage: 'staging' }).api.hasResourceProperties('AWS::SES::ConfigurationSet', {
      Name: 'fluxrate-staging',
    });
  });

  it('goes to the function that records it, if it was sent with this configuration set', () => {
    const rule = only('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Bounced', 'Email Complaint Received', 'Email Delivered', 'Email Rejected'],
        detail: { mail: { tags: { 'ses:configuration-set': [set] } } },
      },
      State: 'ENABLED',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [recorder, 'Arn'] } })],
    });
    api.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [recorder, 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
  });

  it('is tried again where it fails, and at last kept, and somebody is told who is hurt', () => {
    api.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: recorder },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    api.hasOutput('EmailFeedbackFailedQueueUrl', {});
    synthesize({ alarmEmail: 'ops@example.com' }).api.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      AlarmDescription: Match.stringLikeRegexp('^What SES told of e-mails was given up. Tenants '),
    });
  });

  it.each(['finalize-invoice', 'finalize-invoice-route', 'email-invoice', 'sweep'])(
    'is known of what %s sends',
    (name) => {
      api.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `fluxrate-prod-${name}`,
        Environment: { Variables: { EMAIL_CONFIGURATION_SET: set } },
      });
    },
  );
});
