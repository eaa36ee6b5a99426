import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { createDynamoDbProxy } from '../../../lib/local/aws/dynamodb-proxy.ts';
import { createEventBridge } from '../../../lib/local/aws/event-bridge.ts';
import { createFaults } from '../../../lib/local/aws/faults.ts';
import { createKms } from '../../../lib/local/aws/kms.ts';
import { openKeys } from '../../../lib/local/aws/kms-keys.ts';
import { ensureTables } from '../../../lib/local/aws/provision.ts';
import { createSes } from '../../../lib/local/aws/ses.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb.ts';
import { openEmails } from '../../../lib/local/emails.ts';
import { openEvents } from '../../../lib/local/events.ts';
import { openJournal } from '../../../lib/local/journal.ts';
import { atEnd, credentials, served, startedLambda } from '../fixtures.ts';

const database = await startDynamoDb();
atEnd(database.close);
await ensureTables(database.endpoint, [
  {
    TableName: 'items',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [],
  },
]);
const proxy = createDynamoDbProxy(database.endpoint);
atEnd(proxy.close);
const emails = openEmails();
const services = [
  proxy,
  createKms(openKeys()),
  createSes(emails, ['billing@example.com']),
  createEventBridge(openEvents(openJournal(undefined, '')), []),
];
const endpoint = await served(createAws(startedLambda([]), services));

const config = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
const dynamodb = new DynamoDBClient(config);
const kms = new KMSClient(config);
const ses = new SESClient(config);
const eventBridge = new EventBridgeClient(config);
atEnd(() => [dynamodb, kms, ses, eventBridge].map((client) => client.destroy()));

const put = (pk: string) =>
  dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: pk } } }));
const has = async (pk: string) => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'items', Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return Item !== undefined;
};
const send = () =>
  ses.send(
    new SendEmailCommand({
      Source: 'billing@example.com',
      Destination: { ToAddresses: ['ada@example.org'] },
      Message: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } },
    }),
  );
const putEvent = () =>
  eventBridge.send(
    new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 't', Detail: '{"id":"one"}' }] }),
  );
const control = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${endpoint}/_test/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
};
const fault = (body: object) => control('POST', 'faults', body);

beforeEach(async () => {
  await control('DELETE', 'faults');
  await control('DELETE', 'requests');
});

describe('a fault', () => {
  it('drops the connection before the effect, or after it', async () => {
    await fault({ service: 'dynamodb', operation: 'PutItem', kind: 'before', times: 1 });
    await expect(put('before')).rejects.toThrow('socket hang up');
    expect(await has('before')).toBe(false);

    await fault({ service: 'dynamodb', operation: 'PutItem', kind: 'after', times: 1 });
    await expect(put('after')).rejects.toThrow('socket hang up');
    expect(await has('after')).toBe(true);

    await fault({ service: 'ses', operation: 'SendEmail', kind: 'after', times: 1 });
    await expect(send()).rejects.toThrow('socket hang up');
    expect(emails.newestFirst()).toHaveLength(1);
  });

  it.each([
    ['dynamodb', 'throttle', 'ProvisionedThroughputExceededException', () => put('x')],
    ['dynamodb', '500', 'InternalServerError', () => put('x')],
    ['kms', 'throttle', 'ThrottlingException', () => kms.send(new CreateKeyCommand({}))],
    ['kms', '500', 'KMSInternalException', () => kms.send(new CreateKeyCommand({}))],
    ['ses', 'throttle', 'Throttling', send],
    ['ses', '500', 'InternalFailure', send],
    ['events', 'throttle', 'ThrottlingException', putEvent],
    ['events', '500', 'InternalException', putEvent],
  ])('of %s says %s in the service’s own words', async (service, kind, name, call) => {
    await fault({ service, operation: '*', kind, times: 1 });
    await expect(call()).rejects.toMatchObject({ name });
    await call();
  });

  it('hits only its operation and what holds its text, as often as asked', async () => {
    await fault({ service: 'dynamodb', operation: '*', kind: 'throttle', times: 2, contains: 'EVENT#1' });
    await put('EVENT#2');
    expect(await has('EVENT#1')).toBe(false);
    await expect(put('EVENT#1')).rejects.toThrow();
    expect((await control('GET', 'faults')).body).toMatchObject([{ times: 1, contains: 'EVENT#1' }]);
    await expect(put('EVENT#1')).rejects.toThrow();
    await put('EVENT#1');
    expect((await control('GET', 'faults')).body).toEqual([]);
  });

  it('comes at a rate, to reads as well, until it is cleared, and says how often', async () => {
    await fault({ service: 'dynamodb', operation: 'any', kind: 'throttle', rate: 1 });
    await expect(put('x')).rejects.toThrow();
    await expect(has('x')).rejects.toThrow();
    expect((await control('GET', 'faults')).body).toMatchObject([{ rate: 1, met: 2 }]);
    await control('DELETE', 'faults');
    await put('x');
  });

  it('comes at its rate to as many calls as asked', () => {
    const draws = [0.2, 0.1, 0.09, 0, 0];
    const faults = createFaults(() => draws.shift() ?? 1);
    faults.add({ service: 'dynamodb', operation: '*', kind: '500', rate: 0.1, times: 2 });
    const taken = Array.from({ length: 5 }, () => faults.take(proxy, 'PutItem', Buffer.from('{}')));
    expect(taken).toEqual([undefined, undefined, '500', '500', undefined]);
    expect(faults.left()).toEqual([]);
  });

  it('is refused where it says nothing', async () => {
    expect((await fault({ service: 's3', operation: '*', kind: 'after', times: 1 })).status).toBe(422);
    expect((await fault({ service: 'kms', operation: '*', kind: 'after', times: 0 })).status).toBe(422);
    expect((await fault({ service: 'kms', operation: '*', kind: 'after', rate: 2 })).status).toBe(422);
    expect((await fault({ service: 'kms', operation: '*', kind: 'after' })).status).toBe(422);
  });
});

it('lists the calls it has seen, without their bodies', async () => {
  await put('secret');
  await has('secret');
  await expect(
    kms.send(new EncryptCommand({ KeyId: 'none', Plaintext: Buffer.from('x') })),
  ).rejects.toThrow();
  const { body } = await control('GET', 'requests');
  expect(body).toEqual([
    { service: 'dynamodb', operation: 'PutItem', at: expect.any(String) },
    { service: 'dynamodb', operation: 'GetItem', at: expect.any(String) },
    { service: 'kms', operation: 'Encrypt', at: expect.any(String) },
  ]);
});

it('says in AWS’s form what it does not know', async () => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: '{}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
});
