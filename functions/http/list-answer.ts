import type { Page, PageRequest } from '../ports.ts';
import { decodeCursor, encodeCursor, type ListScope } from './cursor.ts';
import { type Answer, json, problem } from './problem.ts';

/** Answers one page of a list, from the cursor that was sent to the one of the next page. */
export async function listAnswer<T, View>(
  scope: ListScope,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  requestId: string,
  read: (page: PageRequest) => Promise<Page<T>>,
  view: (item: T) => View,
): Promise<
  Answer<'cursor_not_found' | { readonly data: readonly View[]; readonly next_cursor: string | null }>
> {
  const after = cursor === undefined ? null : decodeCursor(scope, cursor);
  if (cursor !== undefined && after === null) {
    return problem(
      'cursor_not_found',
      'A cursor is good only for the list, environment and filter that gave it. Begin again without one.',
      requestId,
    );
  }
  const { items, next } = await read({ limit, after });
  return json(200, { data: items.map(view), next_cursor: next && encodeCursor(scope, next) });
}
