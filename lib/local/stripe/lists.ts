import * as v from 'valibot';
import { integer, text } from './params.ts';
import { resourceMissing } from './stripe-error.ts';
import type { Row } from './world.ts';

/** The parameters that every list takes. */
export const listParams = {
  limit: v.optional(
    v.pipe(
      integer,
      v.minValue(1, 'This value must be greater than or equal to 1.'),
      v.maxValue(100, 'This value must be less than or equal to 100.'),
    ),
  ),
  starting_after: v.optional(text),
  ending_before: v.optional(text),
};

const range = v.strictObject({
  gt: v.optional(integer),
  gte: v.optional(integer),
  lt: v.optional(integer),
  lte: v.optional(integer),
});

/** A moment, or an interval: `created[gte]=…`. */
export const created = v.lazy((input) => (typeof input === 'string' ? integer : range));

export function isWithin(wanted: v.InferOutput<typeof created> | undefined, at: number): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return at === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return at > gt && at >= gte && at < lt && at <= lte;
}

export type Page = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
};

export type List<T> = { object: 'list'; data: T[]; has_more: boolean; url: string };

type Listed = { readonly id: string; readonly object: string };

/** A page of what is given newest first. Cursors may name what the filter no longer keeps. */
export function listOf<T extends Listed>(
  rows: readonly Row<T>[],
  page: Page,
  url: string,
  keep: (object: T) => boolean = () => true,
): List<T> {
  return pageOf(
    rows.map(({ object }) => object),
    page,
    url,
    keep,
  );
}

export function pageOf<T extends Listed>(
  all: readonly T[],
  page: Page,
  url: string,
  keep: (object: T) => boolean = () => true,
): List<T> {
  const limit = page.limit ?? 10;
  if (page.ending_before !== undefined) {
    const before = all.slice(0, positionOf(all, page.ending_before, 'ending_before')).filter(keep);
    return { object: 'list', data: before.slice(-limit), has_more: before.length > limit, url };
  }
  const start =
    page.starting_after === undefined ? 0 : positionOf(all, page.starting_after, 'starting_after') + 1;
  const after = all.slice(start).filter(keep);
  return { object: 'list', data: after.slice(0, limit), has_more: after.length > limit, url };
}

function positionOf(all: readonly Listed[], id: string, param: string): number {
  const position = all.findIndex((object) => object.id === id);
  if (position < 0) throw resourceMissing(all[0]?.object ?? 'object', id, '', param);
  return position;
}
