import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Tenant } from '../../domain/tenant.ts';
import type { Page, PageRequest } from '../../ports.ts';
import { attempt } from './client.ts';
import { keys, type ListKind, listPartition } from './keys.ts';
import { table } from './table.ts';

type ListQuery = {
  readonly tenant: Tenant;
  readonly kind: ListKind;
  readonly page: PageRequest;
  /** Attributes that must be equal; undefined ones are not asked for. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  /** Not older than this. */
  readonly since?: string | undefined;
  readonly oldestFirst?: boolean | undefined;
};

const { name: IndexName, partitionKey, sortKey } = table.indexes.list;
const keyOf = { INVOICES: keys.invoice, EVENTS: keys.event } as const;

/**
 * One page of a list, newest first unless asked otherwise: a query of the index, whose cost is that of the page and not of the list.
 * A filter thins a page out after it was read, so that it may hold fewer items than asked for.
 */
export async function queryPage<T>(
  client: DynamoDBDocumentClient,
  TableName: string,
  { tenant, kind, page, filter, since, oldestFirst = false }: ListQuery,
  read: (item: unknown) => T,
): Promise<Page<T>> {
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  const partition = listPartition(tenant, kind);
  const { Items = [], LastEvaluatedKey } = await attempt(() =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: `#partition = :partition${since === undefined ? '' : ' AND #place >= :since'}`,
        ...(wanted.length > 0 && {
          FilterExpression: wanted.map(([name]) => `#${name} = :${name}`).join(' AND '),
        }),
        ExpressionAttributeNames: {
          '#partition': partitionKey,
          ...(since !== undefined && { '#place': sortKey }),
          ...Object.fromEntries(wanted.map(([name]) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ':partition': partition,
          ...(since !== undefined && { ':since': since }),
          ...Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, value])),
        },
        Limit: page.limit,
        ScanIndexForward: oldestFirst,
        ...(page.after !== null && { ExclusiveStartKey: positionKey(page.after) }),
      }),
    ),
  );
  const last = v.parse(v.optional(v.object({ [sortKey]: v.string() })), LastEvaluatedKey);
  return { items: Items.map(read), next: last?.[sortKey] ?? null };

  /** An item's whole key follows from its place in the list: a cursor need not carry, and cannot change, a tenant. */
  function positionKey(place: string): Record<string, string> {
    const id = place.slice(place.indexOf('#') + 1);
    return { [partitionKey]: partition, [sortKey]: place, ...keyOf[kind](tenant, id) };
  }
}
