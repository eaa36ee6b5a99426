import type { Item } from '../../support/dynamodb.ts';

/** Differs from run to run, or after a fault, and decides nothing any more. */
const PASSING = ['version', 'lease', 'claim', 'unconfirmed', 'nonce', 'ttl', 'deliveries', 'eventId'];

/** Items of one table, by the `org_id` of their tenant. */
export function byTenant(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, ({ pk }) => String(pk).split('#')[1] ?? '');
}

/** How often events were counted as delivered. */
export function deliveriesOf(items: readonly Item[]): number {
  return items.reduce((sum, { deliveries }) => sum + Number(deliveries ?? 0), 0);
}

/** What waits for its payment is kept before anything is decided. */
export function isDecided(item: unknown): boolean {
  return !String(Object(item).sk).startsWith('EVENT#');
}

/** Items as they compare, in one order. `mayDiffer` names further attributes that do not count. */
export function normalised(items: readonly Item[], mayDiffer: readonly string[] = []): readonly unknown[] {
  return items
    .map((item) => [orderOf(item), normal(item, mayDiffer)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, item]) => item);
}

/** Of two events of one type, the payment tells which is which. */
function orderOf({ pk, sk, type, providerPaymentId }: Item): string {
  return String(normal([pk, sk, type, providerPaymentId].join(' ')));
}

/** A value without times, and without ids that are made anew each time. */
export function normal(value: unknown, mayDiffer: readonly string[] = []): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(time)')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(id)')
      .replaceAll(/_[0-9a-f]{8}-[0-9a-f]{4}/g, '_')
      .replaceAll(/\b(plink|test|pi|cs|ch|evt)_\w{8,}/g, '$1_');
  }
  if (Array.isArray(value)) return value.map((one) => normal(one, mayDiffer));
  if (typeof value !== 'object' || value === null) return value;
  const counts = ([name]: [string, unknown]) => !PASSING.includes(name) && !mayDiffer.includes(name);
  const entries = Object.entries(value).filter(counts);
  return Object.fromEntries(
    entries.map(([name, inner]) => [normal(name, mayDiffer), normal(inner, mayDiffer)]),
  );
}
