import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateConfigurationSetCommand, ListIdentitiesCommand, SESClient } from '@aws-sdk/client-ses';
import { expect, it } from '@jest/globals';
import type { Stack } from '../../../lib/local/assembly.ts';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { useEmulator } from '../../../lib/local/aws/backend.ts';
import { createDynamoDbProxy } from '../../../lib/local/aws/dynamodb-proxy.ts';
import { createEventBridge } from '../../../lib/local/aws/event-bridge.ts';
import { createKms } from '../../../lib/local/aws/kms.ts';
import { openKeys } from '../../../lib/local/aws/kms-keys.ts';
import { createSes } from '../../../lib/local/aws/ses.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb.ts';
import { openEmails } from '../../../lib/local/emails.ts';
import { openEvents } from '../../../lib/local/events.ts';
import { openJournal } from '../../../lib/local/journal.ts';
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
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/fluxrate-local', TargetKeyId: { Ref: 'Key' } },
    },
    Emails: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'fluxrate-local' } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'fluxrate-local' } },
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

it('creates table, key, sender identity, configuration set and event bus in another AWS emulator, and finds them there again', async () => {
  const database = await startDynamoDb();
  const proxy = createDynamoDbProxy(database.endpoint);
  atEnd(database.close);
  atEnd(proxy.close);
  const other = [proxy, createKms(openKeys()), createSes(openEmails(), [])];
  const eventBridge = createEventBridge(openEvents(openJournal(undefined, '')), []);
  const endpoint = await served(createAws(startedLambda([]), [...other, eventBridge]));

  const world = {
    assembly: { stacks: [stack], assetFolders: new Map([['a', '/code']]) },
    publicUrl: 'http://x',
  };
  const warnings: string[] = [];
  const deploy = async (address = endpoint) =>
    (await useEmulator(address, (text) => warnings.push(text)).deploy(world)).deployment.functions[0]
      ?.environment['KEY'];
  const arn = await deploy();
  expect(await deploy()).toBe(arn);
  expect(warnings).toEqual([]);
  const withoutBuses = await served(createAws(startedLambda([]), other));
  expect(await deploy(withoutBuses)).toBe(arn);
  expect(warnings).toEqual([expect.stringContaining(`The AWS at ${withoutBuses} has no event bus`)]);

  const config = { endpoint, region: 'us-east-1', credentials };
  const clients = [
    new DynamoDBClient(config),
    new KMSClient(config),
    new SESClient(config),
    new EventBridgeClient(config),
    new DynamoDBStreamsClient(config),
  ] as const;
  const [dynamodb, kms, ses, events, streams] = clients;
  atEnd(() => clients.map((client) => client.destroy()));
  expect(
    (await dynamodb.send(new DescribeTableCommand({ TableName: 'fluxrate-local' }))).Table,
  ).toBeDefined();
  expect((await streams.send(new ListStreamsCommand({ TableName: 'fluxrate-local' }))).Streams).toHaveLength(
    1,
  );
  expect((await kms.send(new DescribeKeyCommand({ KeyId: 'alias/fluxrate-local' }))).KeyMetadata?.Arn).toBe(
    arn,
  );
  expect((await ses.send(new ListIdentitiesCommand({}))).Identities).toEqual(['billing@example.com']);
  await expect(events.send(new CreateEventBusCommand({ Name: 'fluxrate-local' }))).rejects.toThrow(
    'already exists',
  );
  await expect(
    ses.send(new CreateConfigurationSetCommand({ ConfigurationSet: { Name: 'fluxrate-local' } })),
  ).rejects.toThrow('already exists');
});
