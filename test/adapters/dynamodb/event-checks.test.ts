import { describe, expect, it } from '@jest/globals';
import { dynamoClosings } from '../../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../../functions/adapters/dynamodb/connections.ts';
import { dynamoEventChecks } from '../../../functions/adapters/dynamodb/event-checks.ts';
import { beginClosing } from '../../../functions/domain/closing.ts';
import type { Connection } from '../../../functions/domain/connection.ts';
import { beginEventCheck } from '../../../functions/domain/event-check.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, connectionOf, later } from '../../support/samples.ts';

const client = documentClient(await startTable());
const connections = dynamoConnections(client, TABLE_NAME);
const eventChecks = dynamoEventChecks(client, TABLE_NAME);

const HOUR = 60 * 60_000;
const EVER = later(1_000 * 24 * HOUR);

async function connected(): Promise<Connection> {
  const connection = connectionOf(aTenant(), { createdAt: NOW.toISOString() });
  expect(await connections.create(connection)).toBe('created');
  return connection;
}
const dueOf = async ({ tenant }: Connection, at: Date = EVER) => {
  const due = (await eventChecks.due(at, 1_000)).filter(({ orgId }) => orgId === tenant.orgId);
  const found = await Promise.all(due.map((one) => eventChecks.find(one)));
  return found.filter((check) => check !== null);
};

describe('the check of an account’s events', () => {
  it('comes with its connection, and is due an hour later', async () => {
    const connection = await connected();
    expect(await dueOf(connection, later(HOUR - 1))).toEqual([]);
    expect(await dueOf(connection, later(HOUR))).toEqual([
      {
        tenant: connection.tenant,
        attachment: connection.attachment,
        readUntil: NOW.toISOString(),
        pass: null,
      },
    ]);
  });

  it('keeps how far it came, and when to go on', async () => {
    const connection = await connected();
    const [check] = await dueOf(connection);
    if (!check) throw new Error('not due');
    const pass = {
      since: NOW.toISOString(),
      until: later(HOUR).toISOString(),
      scope: 'rare' as const,
      after: 'evt_1',
    };
    await eventChecks.save({ ...check, pass }, later(2 * HOUR));
    expect(await dueOf(connection, later(2 * HOUR - 1))).toEqual([]);
    expect(await dueOf(connection, later(2 * HOUR))).toEqual([{ ...check, pass }]);
  });

  it('ends with its connection, and nobody who is still at it goes on', async () => {
    const connection = await connected();
    const [check] = await dueOf(connection);
    if (!check) throw new Error('not due');
    expect(await connections.remove(connection, beginClosing(connection, NOW))).toBe('removed');
    await eventChecks.save(check, NOW);
    expect(await dueOf(connection)).toEqual([]);
    expect(await dynamoClosings(client, TABLE_NAME).of(connection.tenant)).toHaveLength(1);
  });

  it('goes on from where it was once the tenant is connected again: money may have come meanwhile', async () => {
    const connection = await connected();
    const [check] = await dueOf(connection);
    if (!check) throw new Error('not due');
    const readUntil = later(HOUR).toISOString();
    await eventChecks.save({ ...check, readUntil }, later(2 * HOUR));
    await connections.remove(connection, beginClosing(connection, later(2 * HOUR)));
    const at = later(24 * HOUR).toISOString();
    const again = { ...connection, id: 'conn_2', attachment: 'conn_2', createdAt: at, updatedAt: at };
    expect(await connections.create(again)).toBe('created');
    expect(await dueOf(connection, later(25 * HOUR - 1))).toEqual([]);
    expect(await dueOf(connection, later(25 * HOUR))).toEqual([
      { tenant: connection.tenant, attachment: 'conn_2', readUntil, pass: null },
    ]);
  });

  it('begins anew with another account, which may be one that was left before', async () => {
    const connection = await connected();
    const at = later(5 * HOUR).toISOString();
    const changed = { ...connection, attachment: 'another', version: 2, updatedAt: at };
    await connections.replaceAccount(changed, 1, beginClosing(connection, later(5 * HOUR)));
    expect(await dueOf(connection)).toMatchObject([
      { attachment: 'another', readUntil: connection.createdAt, pass: null },
    ]);
    // Whoever is still at the account that was left.
    await eventChecks.save({ ...beginEventCheck(connection, NOW) }, NOW);
    expect(await dueOf(connection)).toMatchObject([{ attachment: 'another' }]);
  });
});
