import { describe, expect, it } from '@jest/globals';
import { dynamoConnections } from '../../../functions/adapters/dynamodb/connections.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, dump, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, connectionOf, later } from '../../support/samples.ts';

const client = documentClient(await startTable());
const connections = dynamoConnections(client, TABLE_NAME);

describe('a connection', () => {
  it('is read as it was written, and by its own tenant and environment alone', async () => {
    const tenant = aTenant();
    const stored = connectionOf(tenant, {
      webhookSecrets: [
        { ciphertext: 'new', createdAt: later(1).toISOString(), expiresAt: null },
        { ciphertext: 'old', createdAt: NOW.toISOString(), expiresAt: later(86_400_000).toISOString() },
      ],
      webhookEndpoint: { id: 'we_1', managed: true },
    });
    expect(await connections.create(stored)).toBe('created');
    expect(await connections.find(tenant)).toEqual(stored);
    expect(await connections.find({ ...tenant, envId: 'dev' })).toBeNull();
    expect(await connections.find(aTenant())).toBeNull();
  });

  it('is created once, however many try at once, and is the winner’s', async () => {
    const tenant = aTenant();
    const rivals = Array.from({ length: 10 }, (_, index) => connectionOf(tenant, { name: `rival ${index}` }));
    const outcomes = await Promise.all(rivals.map((rival) => connections.create(rival)));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await connections.find(tenant)).toEqual(rivals[outcomes.indexOf('created')]);
  });

  it('that the same caller creates again after a lost answer is created', async () => {
    const stored = connectionOf(aTenant());
    await connections.create(stored);
    expect(await connections.create(stored)).toBe('created');
    expect(await connections.create({ ...stored, id: 'conn_of_another' })).toBe('exists');
  });

  it('is changed by one of two who read the same version (case 36)', async () => {
    const tenant = aTenant();
    const stored = connectionOf(tenant);
    await connections.create(stored);
    const [one, other] = ['one', 'other'].map((name) => ({ ...stored, name, version: 2 }));
    if (!one || !other) throw new Error('two were made');

    const outcomes = await Promise.all([connections.update(one, 1), connections.update(other, 1)]);
    expect(outcomes.toSorted()).toEqual(['conflict', 'updated']);
    expect(await connections.find(tenant)).toEqual(outcomes[0] === 'updated' ? one : other);
  });

  it('that is gone is not brought back by a change', async () => {
    const tenant = aTenant();
    expect(await connections.update(connectionOf(tenant, { version: 2 }), 1)).toBe('conflict');
    expect(await connections.find(tenant)).toBeNull();
  });
});

describe('a signature failure (case 6)', () => {
  const noted = async (tenant: ReturnType<typeof aTenant>) =>
    (await connections.find(tenant))?.lastSignatureFailureAt;

  const oneFunction = () => connections;
  const manyFunctions = () => dynamoConnections(client, TABLE_NAME);
  it.each([
    ['one function', oneFunction],
    ['all functions together', manyFunctions],
  ])('is noted at most once a minute by %s', async (_, next) => {
    const tenant = aTenant();
    await connections.create(connectionOf(tenant));
    await next().noteSignatureFailure(tenant, NOW);
    expect(await noted(tenant)).toBe(NOW.toISOString());
    await next().noteSignatureFailure(tenant, later(59_999));
    expect(await noted(tenant)).toBe(NOW.toISOString());
    await next().noteSignatureFailure(tenant, later(60_000));
    expect(await noted(tenant)).toBe(later(60_000).toISOString());
  });

  it('stands in the way of no change, and no change takes it back', async () => {
    const tenant = aTenant();
    const stored = connectionOf(tenant);
    await connections.create(stored);
    await connections.noteSignatureFailure(tenant, NOW);
    expect(await connections.update({ ...stored, name: 'renamed', version: 2 }, 1)).toBe('updated');
    expect(await connections.find(tenant)).toEqual({
      ...stored,
      name: 'renamed',
      version: 2,
      lastSignatureFailureAt: NOW.toISOString(),
    });
  });

  it('makes no connection where there is none', async () => {
    const tenant = aTenant();
    await connections.noteSignatureFailure(tenant, NOW);
    expect(await dump(client, tenant.orgId)).toEqual([]);
  });
});
