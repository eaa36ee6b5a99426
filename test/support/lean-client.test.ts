import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from '@jest/globals';
import { documentClient, startTable, TABLE_NAME as TableName } from './dynamodb.ts';
import { lean } from './lean-client.ts';

const endpoint = await startTable();
const whole = documentClient(endpoint);
const client = lean(documentClient(endpoint), endpoint);

const Key = { pk: 'T#acme#prod', sk: 'INVOICE#1' };
const Item = { ...Key, amount: 129_900, paid: null, none: undefined, history: [{ at: 'ä' }] };
const isNew = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

/** What somebody who calls learns, but for the ids of the request. */
async function outcomeOf(answer: Promise<object>): Promise<object> {
  try {
    return { ...(await answer), $metadata: null };
  } catch (error) {
    const { name, message, Item, CancellationReasons } = Object(error);
    return { type: Object.getPrototypeOf(error), name, message, Item, CancellationReasons };
  }
}

it.each([
  ['a write', new PutCommand({ TableName, Item })],
  ['a read', new GetCommand({ TableName, Key })],
  ['a read of nothing', new GetCommand({ TableName, Key: { ...Key, sk: 'nothing' } })],
  [
    'a query',
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': Key.pk },
      Limit: 1,
    }),
  ],
  ['a condition that fails', new PutCommand({ TableName, Item, ...isNew })],
  [
    'a transaction that is cancelled',
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...Key, sk: 'other' } } },
        { Put: { TableName, Item, ...isNew } },
      ],
    }),
  ],
  ['what is no command', new GetCommand({ TableName, Key: { pk: 'half a key' } })],
])('the lean client and the SDK’s own say the same of %s', async (_, command) => {
  await whole.send(new PutCommand({ TableName, Item }));
  // The overloads of `send` are by command.
  const send = (by: typeof client) => outcomeOf(by.send(command as GetCommand));
  expect(await send(client)).toEqual(await send(whole));
});
