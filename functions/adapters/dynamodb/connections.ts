import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import QuickLRU from 'quick-lru';
import type { Connection } from '../../domain/connection.ts';
import type { Connections } from '../../ports.ts';
import { attempt } from './client.ts';
import { closingItem } from './closings.ts';
import { conditionally } from './conditional.ts';
import { queryDue } from './due-index.ts';
import { beginCheck, endCheck } from './event-checks.ts';
import { namesIn, set, when } from './expression.ts';
import { keys, tenantOf, UNSETTLED } from './keys.ts';
import { toConnection, toRecord } from './records.ts';
import { table } from './table.ts';
import { transact } from './transact.ts';

const { due } = table.indexes;

const SIGNATURE_FAILURE_NOTED_EVERY_MS = 60_000;

/** Connections, one per tenant and environment. */
export function dynamoConnections(client: DynamoDBDocumentClient, TableName: string): Connections {
  const noted = new QuickLRU<string, number>({ maxSize: 1_000 });

  return {
    async find(tenant) {
      const { Item } = await attempt(() =>
        client.send(new GetCommand({ TableName, Key: keys.connection(tenant), ConsistentRead: true })),
      );
      return Item ? toConnection(Item, tenant) : null;
    },

    async create(connection) {
      const outcome = await transact(client, [
        {
          Put: {
            TableName,
            Item: { ...keys.connection(connection.tenant), ...toRecord(connection) },
            ConditionExpression: 'attribute_not_exists(pk) OR id = :id',
            ExpressionAttributeValues: { ':id': connection.id },
          },
        },
        { Update: beginCheck(TableName, connection, 'go on') },
      ]);
      return outcome.kind === 'written' ? 'created' : 'exists';
    },

    async update(changed, readVersion) {
      const attributes = writable(changed);
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(changed.tenant),
        ...when(set(attributes), '#version = :readVersion', { ':readVersion': readVersion }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const written = await conditionally(() => client.send(command));
      if (written.kind === 'written') return 'updated';
      // The SDK repeats a write whose answer was lost: what stands there may be our own.
      const stored = written.item === undefined ? null : toConnection(written.item, changed.tenant);
      const isOurs = stored?.version === changed.version && stored.updatedAt === changed.updatedAt;
      return isOurs && sameSecrets(stored, changed) ? 'updated' : 'conflict';
    },

    async replaceAccount(changed, readVersion, closing) {
      const attributes = writable(changed);
      const outcome = await transact(client, [
        {
          Update: {
            TableName,
            Key: keys.connection(changed.tenant),
            ...when(set(attributes), '#version = :readVersion', { ':readVersion': readVersion }),
          },
        },
        { Put: { TableName, Item: closingItem(closing) } },
        { Update: beginCheck(TableName, changed, 'anew') },
      ]);
      return outcome.kind === 'written' ? 'updated' : 'conflict';
    },

    async unsettled() {
      const unsettled = await queryDue(client, TableName, UNSETTLED);
      return unsettled.map(({ pk }) => tenantOf(pk));
    },

    async saveUnsettledSince({ tenant, version }, since) {
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(tenant),
        ...when(
          set({ unsettledSince: since, [due.sortKey]: since }),
          `#version = :version AND attribute_exists(#${due.partitionKey})`,
          { ':version': version },
        ),
      });
      await conditionally(() => client.send(command));
    },

    async endUnsettled({ tenant, version }) {
      const condition = '#version = :version';
      const UpdateExpression = `SET #unsettledSince = :none REMOVE #${due.partitionKey}, #${due.sortKey}`;
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(tenant),
        UpdateExpression,
        ConditionExpression: condition,
        ExpressionAttributeNames: namesIn(`${UpdateExpression} ${condition}`),
        ExpressionAttributeValues: { ':none': null, ':version': version },
      });
      await conditionally(() => client.send(command));
    },

    async remove({ tenant, id, version }, closing) {
      const condition = '#id = :id AND #version = :version';
      const outcome = await transact(client, [
        {
          Delete: {
            TableName,
            Key: keys.connection(tenant),
            ConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':id': id, ':version': version },
          },
        },
        { Put: { TableName, Item: closingItem(closing) } },
        { Update: endCheck(TableName, tenant) },
      ]);
      return outcome.kind === 'written' ? 'removed' : 'conflict';
    },

    async noteSignatureFailure(tenant, at) {
      // Junk from the whole internet must not cost a write each: a refused condition is paid for as well.
      const place = keys.connection(tenant).pk;
      if (at.getTime() - (noted.get(place) ?? 0) < SIGNATURE_FAILURE_NOTED_EVERY_MS) return;
      noted.set(place, at.getTime());
      const recently = new Date(at.getTime() - SIGNATURE_FAILURE_NOTED_EVERY_MS).toISOString();
      const command = new UpdateCommand({
        TableName,
        Key: keys.connection(tenant),
        ...when(
          set({ lastSignatureFailureAt: at.toISOString() }),
          'attribute_exists(pk) AND NOT #lastSignatureFailureAt > :recently',
          { ':recently': recently },
        ),
      });
      await conditionally(() => client.send(command));
    },
  };
}

/** What a person's write sets. While something is unsettled, the sweeper must find it. */
function writable(changed: Connection): Record<string, unknown> {
  const { lastSignatureFailureAt: _, ...attributes } = toRecord(changed);
  if (changed.unsettledSince === null) return attributes;
  return { ...attributes, [due.partitionKey]: UNSETTLED, [due.sortKey]: changed.unsettledSince };
}

/** Every sealing makes another ciphertext: two writers never have the same. */
function sameSecrets(one: Connection, other: Connection): boolean {
  const ciphertexts = ({ secretKey, webhookSecrets }: Connection) =>
    [secretKey, ...webhookSecrets].map(({ ciphertext }) => ciphertext).join();
  return (
    ciphertexts(one) === ciphertexts(other) && one.name === other.name && one.isActive === other.isActive
  );
}
