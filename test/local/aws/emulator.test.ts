import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateConfigurationSetCommand, ListIdentitiesCommand, SESClient } from '@aws-sdk/client-ses';
import { expect, it } from '@jest/globals';
import type { Stack } from '../../../lib/local/assembly.ts';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { useEmulator } from '../../../lib/local/aws/backend.ts';
import { createDynamoDbProxy } from '../../../lib/local/aws/dynamodb-proxy.ts';
import { createKms } from '../../../lib/local/aws/kms.ts';
import { openKeys } from '../../../lib/local/aws/kms-keys.ts';
import { createSes } from '../../../lib/local/aws/ses.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb.ts';
import { openEmails } from '../../../lib/local/emails.ts';
import { atEnd, credentials, served, startedLambda } from '../fixtures.ts';

const stack: Stack = {
  name: 'all',
  Parameters: {},
  Outputs: {},
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'fluxrate-local',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/fluxrate-local', TargetKeyId: { Ref: 'Key' } },
    },
    Emails: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'fluxrate-local' } },
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'billing@example.com' } },
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Code: { S3Key: 'a.zip' },
        Environment: { Variables: { KEY: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
      },
    },
  },
};

it('creates table, key, sender identity and configuration set in another AWS emulator, and finds them there again', async () => {
  const database = await startDynamoDb();
  const proxy = createDynamoDbProxy(database.endpoint);
  atEnd(database.close);
  atEnd(proxy.close);
  const other = [proxy, createKms(openKeys()), createSes(openEmails(), [])];
  const endpoint = await served(createAws(startedLambda([]), other));

  const world = {
    assembly: { stacks: [stack], assetFolders: new Map([['a', '/code']]) },
    publicUrl: 'http://x',
  };
  const deploy = async () =>
    (await useEmulator(endpoint).deploy(world)).deployment.functions[0]?.environment['KEY'];
  const arn = await deploy();
  expect(await deploy()).toBe(arn);

  const config = { endpoint, region: 'us-east-1', credentials };
  const clients = [new DynamoDBClient(config), new KMSClient(config), new SESClient(config)] as const;
  const [dynamodb, kms, ses] = clients;
  atEnd(() => clients.map((client) => client.destroy()));
  expect(
    (await dynamodb.send(new DescribeTableCommand({ TableName: 'fluxrate-local' }))).Table,
  ).toBeDefined();
  expect((await kms.send(new DescribeKeyCommand({ KeyId: 'alias/fluxrate-local' }))).KeyMetadata?.Arn).toBe(
    arn,
  );
  expect((await ses.send(new ListIdentitiesCommand({}))).Identities).toEqual(['billing@example.com']);
  await expect(
    ses.send(new CreateConfigurationSetCommand({ ConfigurationSet: { Name: 'fluxrate-local' } })),
  ).rejects.toThrow('already exists');
});
