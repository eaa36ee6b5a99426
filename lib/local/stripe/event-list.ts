import * as v from 'valibot';
import { type Endpoint, endpoint } from './endpoint.ts';
import { listOf, listParams } from './lists.ts';
import { flag, integer, text } from './params.ts';
import { invalidRequest } from './stripe-error.ts';
import type { World } from './world.ts';

const range = v.strictObject({
  gt: v.optional(integer),
  gte: v.optional(integer),
  lt: v.optional(integer),
  lte: v.optional(integer),
});

const created = v.lazy((input) => (typeof input === 'string' ? integer : range));
type Created = v.InferOutput<typeof created>;

/** `GET /v1/events`: what happened, newest first. */
export function eventEndpoints(world: World): Endpoint[] {
  const filters = {
    type: v.optional(text),
    types: v.optional(v.array(text)),
    created: v.optional(created),
    delivery_success: v.optional(flag),
  };

  return [
    endpoint('GET', '/v1/events', { ...filters, ...listParams }, ({ params, scope, path }) => {
      const { type, types, created, delivery_success } = params;
      if (type !== undefined && types) {
        throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'type' });
      }
      return listOf(
        world.events.newestFirst(scope),
        params,
        path,
        (event) =>
          (type === undefined || matches(type, event.type)) &&
          (types?.includes(event.type) ?? true) &&
          (created === undefined || within(created, event.created)) &&
          (delivery_success === undefined || delivery_success === (event.pending_webhooks === 0)),
      );
    }),

    endpoint('GET', '/v1/events/:id', {}, ({ scope, id }) => world.events.get(scope, id).object),
  ];
}

/** A type may be a group: `checkout.*`. */
function matches(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
}

function within(wanted: Created, created: number): boolean {
  if (typeof wanted === 'number') return created === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return created > gt && created >= gte && created < lt && created <= lte;
}
