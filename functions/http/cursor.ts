import { createHash } from 'node:crypto';
import type { Tenant } from '../domain/tenant.ts';

/** What a page's cursor is good for: nothing but the rest of the same list. */
export type ListScope = {
  readonly tenant: Tenant;
  readonly list: string;
  readonly filter: Readonly<Record<string, string | undefined>>;
};

/** The place after which the next page begins, bound to its tenant, environment and query. */
export function encodeCursor(scope: ListScope, place: string): string {
  return Buffer.from(`${fingerprint(scope)}${place}`).toString('base64url');
}

/** Null where the cursor is not one of this list. A forged place only leads elsewhere in the caller's own list. */
export function decodeCursor(scope: ListScope, cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  const expected = fingerprint(scope);
  const place = text.slice(expected.length);
  return text.startsWith(expected) && PLACE.test(place) ? place : null;
}

const PLACE = /^\d{4}-\d{2}-\d{2}T[\d:.]{12}Z#.{1,255}$/s;

function fingerprint({ tenant, list, filter }: ListScope): string {
  const entries = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([tenant.orgId, tenant.envId, list, entries]))
    .digest('base64url')
    .slice(0, 22);
}
