import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { transact } from '../../../functions/adapters/dynamodb/transact.ts';
import { Unavailable } from '../../../functions/ports.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, RETENTION_DAYS, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, paidEvent } from '../../support/samples.ts';
import { awsJson, type StubServer, stubServer } from '../../support/stub-server.ts';

/** What DynamoDB says only under load, which the stand-in never is. */
type Code =
  | 'None'
  | 'ConditionalCheckFailed'
  | 'TransactionConflict'
  | 'ThrottlingError'
  | 'ProvisionedThroughputExceeded';

const cancelled = (response: ServerResponse, reasons: readonly { Code: Code; Item?: object }[]) =>
  awsJson(response, 400, {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    CancellationReasons: reasons,
  });
const codes = (...all: Code[]) => all.map((Code) => ({ Code }));
const written = (response: ServerResponse) => awsJson(response, 200, {});

async function database(): Promise<{ stub: StubServer; client: ReturnType<typeof documentClient> }> {
  const stub = await stubServer();
  return { stub, client: documentClient(stub.url) };
}

const writes = ['event', 'pointer', 'invoice'].map((pk) => ({
  Put: { TableName: TABLE_NAME, Item: { pk, sk: 's' } },
}));

describe('a cancelled transaction', () => {
  it('is repeated after a conflict, and then written', async () => {
    const { stub, client } = await database();
    stub.answerWith((response, _, index) =>
      index < 2 ? cancelled(response, codes('None', 'None', 'TransactionConflict')) : written(response),
    );
    expect(await transact(client, writes)).toEqual({ kind: 'written' });
    expect(stub.requests).toHaveLength(3);
  });

  it.each<[string, Code[]]>([
    ['conflicts', ['None', 'TransactionConflict', 'TransactionConflict']],
    ['is throttled', ['None', 'None', 'ThrottlingError']],
    ['exceeds its throughput', ['ProvisionedThroughputExceeded', 'None', 'None']],
    ['conflicts and is throttled', ['TransactionConflict', 'None', 'ThrottlingError']],
  ])('that always %s is unavailable after a few tries, and never refused (case 5)', async (_, reasons) => {
    const { stub, client } = await database();
    stub.answerWith((response) => cancelled(response, codes(...reasons)));
    await expect(transact(client, writes)).rejects.toThrow(Unavailable);
    expect(stub.requests.length).toBeGreaterThan(2);
    expect(stub.requests.length).toBeLessThan(10);
  });

  it('is refused where a condition failed, whatever else conflicted, and at once', async () => {
    const { stub, client } = await database();
    stub.answerWith((response) =>
      cancelled(response, [
        { Code: 'TransactionConflict' },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { pk: { S: 'invoice' }, version: { N: '7' } } },
      ]),
    );
    expect(await transact(client, writes)).toEqual({
      kind: 'refused',
      reasons: [
        { refused: false, item: undefined },
        { refused: false, item: undefined },
        { refused: true, item: { pk: 'invoice', version: 7 } },
      ],
    });
    expect(stub.requests).toHaveLength(1);
  });

  it('without reasons is no refusal', async () => {
    const { stub, client } = await database();
    stub.answerWith((response) => cancelled(response, []));
    await expect(transact(client, writes)).rejects.toThrow(Unavailable);
  });
});

it.each([
  ['a throttled request', 400, 'ThrottlingException'],
  ['a conflict with another transaction', 400, 'TransactionInProgressException'],
  ['a fault of the service', 500, 'InternalServerError'],
  ['a table that is not there', 400, 'ResourceNotFoundException'],
  ['a denied request', 400, 'AccessDeniedException'],
])('%s is unavailable (case 5)', async (_, status, type) => {
  const { stub, client } = await database();
  stub.answerWith((response) =>
    awsJson(response, status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no' }),
  );
  await expect(transact(client, writes)).rejects.toThrow(Unavailable);
});

it('a transaction whose answer was lost is sent again under the same token', async () => {
  const { stub, client } = await database();
  stub.answerWith((response, { request }, index) =>
    index === 0 ? request.socket.destroy() : written(response),
  );
  expect(await transact(client, writes)).toEqual({ kind: 'written' });
  const tokens = stub.requests.map(({ body }) => /"ClientRequestToken":"([^"]+)"/.exec(body)?.[1]);
  expect(tokens).toHaveLength(2);
  expect(tokens[0]).toMatch(/.{8}/);
  expect(tokens[1]).toBe(tokens[0]);
});

it('a request that is not answered is given up and sent again', async () => {
  const stub = await stubServer();
  const client = documentClient(stub.url, { connectionTimeout: 1_000, requestTimeout: 200 });
  stub.answerWith((response, _, index) => {
    if (index > 0) written(response);
  });
  expect(await transact(client, writes)).toEqual({ kind: 'written' });
  expect(stub.requests).toHaveLength(2);
});

describe('a payment', () => {
  const invoice = { ...begun(aTenant()), status: 'FINALIZED' } as const;
  const pay = (client: ReturnType<typeof documentClient>) =>
    dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS).payInFull(invoice.tenant, paidEvent(invoice), NOW);

  it('whose invoice conflicts is not taken for a duplicate nor for a refusal', async () => {
    const { stub, client } = await database();
    stub.answerWith((response) => cancelled(response, codes('None', 'None', 'TransactionConflict')));
    await expect(pay(client)).rejects.toThrow(Unavailable);
    expect(new Set(stub.requests.map(({ request }) => request.headers['x-amz-target']))).toEqual(
      new Set(['DynamoDB_20120810.TransactWriteItems']),
    );
  });

  it('whose event existed is a duplicate, even where its invoice conflicts', async () => {
    const { stub, client } = await database();
    stub.answerWith((response, { request }) =>
      request.headers['x-amz-target'] === 'DynamoDB_20120810.UpdateItem'
        ? awsJson(response, 200, { Attributes: { status: { S: 'applied' }, deliveries: { N: '2' } } })
        : cancelled(response, codes('ConditionalCheckFailed', 'None', 'TransactionConflict')),
    );
    expect(await pay(client)).toEqual({ kind: 'duplicate', status: 'applied' });
  });

  it('whose event conflicts and whose invoice is not as expected is refused with the invoice', async () => {
    const { stub, client } = await database();
    stub.answerWith((response) =>
      cancelled(response, codes('TransactionConflict', 'None', 'ConditionalCheckFailed')),
    );
    expect(await pay(client)).toEqual({ kind: 'refused', invoice: null });
  });
});
