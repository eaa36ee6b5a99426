import { describe, expect, it } from '@jest/globals';
import { synthesize } from './synthesize.ts';

const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
const { data } = synthesize({ senderEmail: 'billing@example.com' });

describe('the table', () => {
  it('survives the deletion of its stack, and comes back from any second', () => {
    data.hasResource('AWS::DynamoDB::Table', {
      ...retained,
      Properties: {
        TableName: 'fluxrate-prod',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('is paid by request, and encrypted under our key', () => {
    const [key] = Object.keys(data.findResources('AWS::KMS::Key'));
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] } },
    });
  });

  it('tells of every change what was, and what is', () => {
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('forgets what has expired', () => {
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it('has one index of whole items to list, and one of keys that are due', () => {
    const keys = (partition: string, sort: string) => [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ];
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'gsi1', KeySchema: keys('gsi1pk', 'gsi1sk'), Projection: { ProjectionType: 'ALL' } },
        {
          IndexName: 'gsi2',
          KeySchema: keys('gsi2pk', 'gsi2sk'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});

describe('the event bus', () => {
  it('has the name of its stage, and is kept', () => {
    data.hasResource('AWS::Events::EventBus', { ...retained, Properties: { Name: 'fluxrate-prod' } });
  });

  it('is open to nobody outside the account', () => {
    data.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });
});

describe('the key', () => {
  it('is rotated, kept, and found by its alias', () => {
    data.hasResource('AWS::KMS::Key', { ...retained, Properties: { EnableKeyRotation: true } });
    data.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/fluxrate-prod' });
  });
});

describe('the sender', () => {
  it('is an identity of SES, which is kept', () => {
    data.hasResource('AWS::SES::EmailIdentity', {
      ...retained,
      Properties: { EmailIdentity: 'billing@example.com' },
    });
  });

  it('is left alone where it exists already', () => {
    const { data } = synthesize({ senderEmail: 'billing@example.com', createSenderIdentity: 'false' });
    data.resourceCountIs('AWS::SES::EmailIdentity', 0);
  });

  it('is asked for at deployment where no context names it', () => {
    const { data, api } = synthesize();
    const parameter = data.findParameters('SenderEmail')['SenderEmail'];
    expect(parameter).toMatchObject({
      Type: 'String',
      Description: expect.stringContaining('-c senderEmail='),
    });
    expect(parameter).not.toHaveProperty('Default');
    data.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: { Ref: 'SenderEmail' } });
    expect(api.findParameters('SenderEmail')).toEqual({});
  });

  it('has an address of its own on this machine', () => {
    const { data } = synthesize({ stage: 'local' });
    data.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'billing@fluxrate.local' });
  });
});
