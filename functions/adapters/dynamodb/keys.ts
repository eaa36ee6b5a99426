import type { Tenant } from '../../domain/tenant.ts';

/** Every partition key begins with its tenant and environment: nobody else's item can be reached by a wrong id. */
function partition({ orgId, envId }: Tenant): string {
  return `T#${orgId}#E#${envId}#`;
}

export const keys = {
  connection: (tenant: Tenant) => ({ pk: `${partition(tenant)}CONNECTION`, sk: 'stripe' }),
  eventCheck: (tenant: Tenant) => ({ pk: `${partition(tenant)}CONNECTION`, sk: 'events' }),
  invoice: (tenant: Tenant, invoiceId: string) => ({
    pk: `${partition(tenant)}INVOICE#${invoiceId}`,
    sk: 'INVOICE',
  }),
  event: (tenant: Tenant, eventId: string) => ({ pk: `${partition(tenant)}EVENT#${eventId}`, sk: 'EVENT' }),
  payment: (tenant: Tenant, paymentId: string) => ({
    pk: `${partition(tenant)}PAYMENT#${paymentId}`,
    sk: 'PAYMENT',
  }),
  /** An event about a payment that is not known yet, kept with what will be known. */
  waitingEvent: (tenant: Tenant, paymentId: string, eventId: string) => ({
    pk: `${partition(tenant)}PAYMENT#${paymentId}`,
    sk: `EVENT#${eventId}`,
  }),
  /** Together in one partition, so that a tenant's are found without an index. */
  closing: (tenant: Tenant, id: string) => ({ pk: `${partition(tenant)}CLOSING`, sk: id }),
};

/** Whose item it is. */
export function tenantOf(pk: string): Tenant {
  const [, orgId, envId] = /^T#([^#]+)#E#([^#]+)#/.exec(pk) ?? [];
  if (orgId === undefined || envId === undefined) throw new Error('a partition key without a tenant');
  return { orgId, envId };
}

/** Which invoice's item it is. */
export function invoiceIdOf(pk: string): string {
  const [, invoiceId] = /#INVOICE#(.+)$/.exec(pk) ?? [];
  if (invoiceId === undefined) throw new Error('not the partition key of an invoice');
  return invoiceId;
}

/** Where the sweeper finds connections that are on again, with events still to be settled. */
export const UNSETTLED = 'UNSETTLED';

/** Where the sweeper finds every disconnected account that is not closed yet: they are few. */
export const CLOSINGS_DUE = 'CLOSINGS';

/** Where the sweeper finds the connected accounts whose events are to be compared. */
export const EVENT_CHECKS_DUE = 'EVENT_CHECKS';

export type ListKind = 'INVOICES' | 'EVENTS';

/** Of the index that lists one kind of item of a tenant by time. */
export function listPartition(tenant: Tenant, kind: ListKind): string {
  return `${partition(tenant)}${kind}`;
}

/** Sorts by time; the id keeps apart what happened in the same millisecond. */
export function listSortKey(at: string, id: string): string {
  return `${at}#${id}`;
}

const DUE_SHARDS = 8;
const dueShard = (shard: number) => `DUE#${shard}`;
export const DUE_PARTITIONS: readonly string[] = Array.from({ length: DUE_SHARDS }, (_, shard) =>
  dueShard(shard),
);

/** Of the index of what the sweeper must look at. Sharded, so that a month's end does not meet in one partition. */
export function dueKeys(invoiceId: string, dueAt: Date): { gsi2pk: string; gsi2sk: string } {
  let hash = 0;
  for (const character of invoiceId) hash = (hash * 31 + character.charCodeAt(0)) % DUE_SHARDS;
  return { gsi2pk: dueShard(hash), gsi2sk: dueAt.toISOString() };
}
