import {
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { conditionally } from '../../../functions/adapters/dynamodb/conditional.ts';
import { set, when } from '../../../functions/adapters/dynamodb/expression.ts';
import { table } from '../../../functions/adapters/dynamodb/table.ts';
import { transact } from '../../../functions/adapters/dynamodb/transact.ts';
import { type Item, startTable, TABLE_NAME as TableName, unboundedClient } from '../../support/dynamodb.ts';
import { unique } from '../../support/samples.ts';

/**
 * What the repositories take for granted of DynamoDB, so that each emulator is known to be like it.
 * What none of them does, conflicts of transactions and throttling, is in transact.test.ts.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
 */

const client = unboundedClient(await startTable());

type Key = { readonly pk: string; readonly sk: string };
const newKey = (): Key => ({ pk: unique('item'), sk: 'ITEM' });

async function stored(attributes: Item = {}): Promise<Key> {
  const Key = newKey();
  await client.send(new PutCommand({ TableName, Item: { ...Key, ...attributes } }));
  return Key;
}
const read = async (Key: Key) =>
  (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

const put = (Item: Key) => ({ Put: { TableName, Item } });
/** Sets `n` under a condition, whose refusal shows what stood there. */
const update = (Key: Key, n: number, condition: string, values: Item = {}) => ({
  TableName,
  Key,
  ...when(set({ n }), condition, values),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});
const count = (Key: Key) => ({ TableName, Key, ...set({}, { raised: ['n'] }) });
const isWritten = async (Key: Key, condition: string, values: Item = {}) =>
  (await conditionally(() => client.send(new UpdateCommand(update(Key, 1, condition, values))))).kind ===
  'written';

describe('a transaction', () => {
  it('writes nothing at all where one of its conditions fails', async () => {
    const [there, other, absent] = [await stored(), await stored({ n: 1 }), newKey()];
    const outcome = await transact(client, [
      put(absent),
      { Update: count(other) },
      { Update: update(there, 2, 'attribute_not_exists(pk)') },
    ]);
    expect(outcome.kind).toBe('refused');
    expect(await Promise.all([there, other, absent].map(read))).toEqual([
      there,
      { ...other, n: 1 },
      undefined,
    ]);
  });

  it('says write by write, in their order, whether its condition failed and what stood there', async () => {
    const deep = { version: 7, lease: null, payments: { 'pi.1': { amount: 129_900 } }, links: ['a', 'b'] };
    const [first, third] = [await stored(deep), await stored()];
    const outcome = await transact(client, [
      { Update: update(first, 1, 'attribute_not_exists(pk)') },
      put(newKey()),
      { Update: update(third, 1, 'attribute_not_exists(pk)') },
      { Update: update(newKey(), 1, 'attribute_exists(pk)') },
    ]);
    expect(outcome).toEqual({
      kind: 'refused',
      reasons: [
        { refused: true, item: { ...first, ...deep } },
        { refused: false, item: undefined },
        { refused: true, item: third },
        { refused: true, item: undefined },
      ],
    });
  });

  it('of a hundred at once on one version is written once', async () => {
    const contested = await stored({ version: 1 });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        transact(client, [
          { Put: { TableName, Item: { ...newKey(), index } } },
          {
            Update: {
              TableName,
              Key: contested,
              ...when(set({ version: 2 }), '#version = :read', { ':read': 1 }),
            },
          },
        ]),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(1);
  });

  it('that is sent again under the same token is written once (case 4)', async () => {
    const counter = newKey();
    const command = () =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [{ Update: count(counter) }],
          ClientRequestToken: counter.pk,
        }),
      );
    await command();
    await command();
    expect(await read(counter)).toEqual({ ...counter, n: 1 });
  });
});

describe('a counter', () => {
  it('begins with its item, and misses none of 300 at once', async () => {
    const counter = newKey();
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        index % 2
          ? transact(client, [{ Update: count(counter) }, put(newKey())])
          : client.send(new UpdateCommand(count(counter))),
      ),
    );
    expect(await read(counter)).toEqual({ ...counter, n: 300 });
  });
});

describe('a condition', () => {
  it('that fails shows what stood there, and nothing where nothing stood', async () => {
    const Key = await stored({ status: 'PAID' });
    const refusedBy = (key: Key) =>
      conditionally(() =>
        client.send(new UpdateCommand(update(key, 1, '#status = :open', { ':open': 'FINALIZED' }))),
      );
    expect(await refusedBy(Key)).toEqual({ kind: 'refused', item: { ...Key, status: 'PAID' } });
    const absent = newKey();
    expect(await refusedBy(absent)).toEqual({ kind: 'refused', item: undefined });
    expect(await read(absent)).toBeUndefined();
  });

  it('compares maps, lists and null as a whole', async () => {
    const claim = { owner: 'a', until: null, sends: [1, 2] };
    const Key = await stored({ claim, lease: null });
    expect(
      await isWritten(Key, '#claim = :claim AND #lease = :none', { ':claim': claim, ':none': null }),
    ).toBe(true);
    for (const other of [
      { ...claim, owner: 'b' },
      { ...claim, sends: [2, 1] },
      { owner: 'a', until: null },
      null,
    ]) {
      expect(await isWritten(Key, '#claim = :claim', { ':claim': other })).toBe(false);
    }
  });

  it('on an attribute that is not there, or null, is not met, and its opposite is', async () => {
    for (const Key of [await stored(), await stored({ at: null })]) {
      const moment = { ':moment': '2026-03-01' };
      expect(await isWritten(Key, '#at > :moment', moment)).toBe(false);
      expect(await isWritten(Key, 'NOT #at > :moment', moment)).toBe(true);
    }
    expect(await isWritten(await stored(), 'size(#payments) = :zero', { ':zero': 0 })).toBe(false);
    expect(await isWritten(await stored({ payments: {} }), 'size(#payments) = :zero', { ':zero': 0 })).toBe(
      true,
    );
  });
});

describe('an index', () => {
  const { name: IndexName, partitionKey, sortKey } = table.indexes.due;
  const partition = unique('partition');
  const query = async () =>
    (
      await client.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: `${partitionKey} = :partition AND ${sortKey} <= :until`,
          ExpressionAttributeValues: { ':partition': partition, ':until': '2026-03-02' },
        }),
      )
    ).Items;

  it('holds the keys of those items alone that have its own, for as long as they have', async () => {
    const Key = await stored({ other: 'attribute' });
    expect(await query()).toEqual([]);
    const due = { [partitionKey]: partition, [sortKey]: '2026-03-01' };
    await client.send(new UpdateCommand({ TableName, Key, ...set(due) }));
    expect(await query()).toEqual([{ ...Key, ...due }]);
    await client.send(
      new UpdateCommand({ TableName, Key, UpdateExpression: `REMOVE ${partitionKey}, ${sortKey}` }),
    );
    expect(await query()).toEqual([]);
  });
});
