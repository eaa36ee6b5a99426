import { describe, expect, it } from '@jest/globals';
import { dynamoClosings } from '../../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../../functions/adapters/dynamodb/connections.ts';
import { beginClosing, type Closing } from '../../../functions/domain/closing.ts';
import type { Connection } from '../../../functions/domain/connection.ts';
import type { Tenant } from '../../../functions/domain/tenant.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, dump, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, connectionOf, later, unique } from '../../support/samples.ts';

const client = documentClient(await startTable());
const connections = dynamoConnections(client, TABLE_NAME);
const closings = dynamoClosings(client, TABLE_NAME);

async function connected(tenant: Tenant = aTenant()): Promise<Connection> {
  const webhookEndpoint = { id: 'we_1', managed: true };
  const connection = connectionOf(tenant, { attachment: unique('conn'), webhookEndpoint });
  expect(await connections.create(connection)).toBe('created');
  return connection;
}

async function disconnected(tenant?: Tenant): Promise<Closing> {
  const connection = await connected(tenant);
  const closing = beginClosing(connection, NOW);
  expect(await connections.remove(connection, closing)).toBe('removed');
  return closing;
}

const dueOf = async ({ orgId }: Tenant) => (await closings.due()).filter((tenant) => tenant.orgId === orgId);

describe('a removed connection', () => {
  it('is gone, and its closing is there as it was made', async () => {
    const closing = await disconnected();
    expect(await connections.find(closing.tenant)).toBeNull();
    expect(await closings.of(closing.tenant)).toEqual([closing]);
    expect(await dueOf(closing.tenant)).toEqual([closing.tenant]);
  });

  it('leaves of its secrets the sealed key alone, once', async () => {
    const { tenant } = await disconnected();
    const items = JSON.stringify(await dump(client, tenant.orgId));
    expect(items.split('sealed key')).toHaveLength(2);
    expect(items).not.toContain('sealed secret');
  });

  it('that somebody changed meanwhile stays, and nothing is kept aside (case 36)', async () => {
    const connection = await connected();
    await connections.update({ ...connection, version: 2, name: 'renamed' }, 1);
    const before = await dump(client, connection.tenant.orgId);
    expect(await connections.remove(connection, beginClosing(connection, NOW))).toBe('conflict');
    expect(await dump(client, connection.tenant.orgId)).toEqual(before);
  });

  it('removed by ten at once is removed by one', async () => {
    const connection = await connected();
    const closing = beginClosing(connection, NOW);
    const removed = await Promise.all(
      Array.from({ length: 10 }, () => connections.remove(connection, closing)),
    );
    expect(removed.filter((outcome) => outcome === 'removed')).toHaveLength(1);
    expect(await closings.of(connection.tenant)).toEqual([closing]);
  });
});

describe('a replaced account', () => {
  it('is kept aside in the same write as the new one comes', async () => {
    const connection = await connected();
    const changed = { ...connection, version: 2, secretKey: { ciphertext: 'other', hint: 'sk_test_…0001' } };
    const closing = beginClosing(connection, NOW);
    expect(await connections.replaceAccount(changed, 1, closing)).toBe('updated');
    expect(await connections.find(connection.tenant)).toEqual(changed);
    expect(await closings.of(connection.tenant)).toEqual([closing]);
  });

  it('that lost to another write leaves everything as it was', async () => {
    const connection = await connected();
    const before = await dump(client, connection.tenant.orgId);
    const changed = { ...connection, version: 9 };
    expect(await connections.replaceAccount(changed, 8, beginClosing(connection, NOW))).toBe('conflict');
    expect(await dump(client, connection.tenant.orgId)).toEqual(before);
  });

  it('time after time is a closing each', async () => {
    let connection = await connected();
    const begun = [];
    for (let version = 2; version < 6; version += 1) {
      const closing = beginClosing(connection, NOW);
      begun.push(closing);
      const changed = { ...connection, version, attachment: `${connection.id}_${version}` };
      expect(await connections.replaceAccount(changed, connection.version, closing)).toBe('updated');
      connection = changed;
    }
    const found = await closings.of(connection.tenant);
    expect(found).toHaveLength(4);
    expect(found).toEqual(expect.arrayContaining(begun));
    expect(await dueOf(connection.tenant)).toEqual([connection.tenant]);
  });
});

describe('closings', () => {
  it('are each tenant’s and environment’s own (case 40)', async () => {
    const closing = await disconnected();
    const dev = { ...closing.tenant, envId: 'dev' };
    const other = await disconnected(dev);
    expect(await closings.of(closing.tenant)).toEqual([closing]);
    expect(await closings.of(dev)).toEqual([other]);
    expect(await closings.of(aTenant())).toEqual([]);
  });

  it('are due of all tenants, each once', async () => {
    const begun = await Promise.all(Array.from({ length: 5 }, () => disconnected()));
    const due = await closings.due();
    for (const { tenant } of begun)
      expect(due.filter(({ orgId }) => orgId === tenant.orgId)).toEqual([tenant]);
  });
});

describe('an ended closing', () => {
  it('leaves nothing but how far its events were compared, and can be ended again', async () => {
    const closing = await disconnected();
    await closings.end(closing);
    expect(await dump(client, closing.tenant.orgId)).toMatchObject([{ sk: 'events' }]);
    await closings.end(closing);
    expect(await dueOf(closing.tenant)).toEqual([]);
  });

  it('is no other’s end', async () => {
    const first = await disconnected();
    const second = await disconnected(first.tenant);
    await closings.end(first);
    expect(await closings.of(first.tenant)).toEqual([second]);
  });
});

describe('how far a look at every invoice has come', () => {
  const pass = { beganAt: NOW.toISOString(), after: `${NOW.toISOString()}#inv_1`, leftOpen: 3 };

  it('is kept, and forgotten, and changes nothing else', async () => {
    const closing = await disconnected();
    await closings.saveProgress({ ...closing, pass, destroyAt: later(86_400_000).toISOString() });
    expect(await closings.of(closing.tenant)).toEqual([{ ...closing, pass }]);
    await closings.saveProgress({ ...closing, pass: null });
    expect(await dueOf(closing.tenant)).toEqual([closing.tenant]);
  });

  it('brings no closing back whose key was destroyed', async () => {
    const closing = await disconnected();
    await closings.end(closing);
    await closings.saveProgress({ ...closing, pass });
    expect(await closings.of(closing.tenant)).toEqual([]);
  });
});
