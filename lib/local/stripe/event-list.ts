import * as v from 'valibot';
import { type Backend, seconds } from './backend.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { created, isWithin, listOf, listParams } from './lists.ts';
import { flag, text } from './params.ts';
import { invalidRequest, resourceMissing } from './stripe-error.ts';

const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** What happened in the last 30 days, newest first. https://docs.stripe.com/api/events/list */
export function eventEndpoints({ world, now }: Backend): Endpoint[] {
  const isKept = ({ created }: { readonly created: number }) => created > seconds(now) - KEPT_SECONDS;
  const filters = {
    type: v.optional(text),
    types: v.optional(v.pipe(v.array(text), v.maxLength(20, 'At most 20 types can be given.'))),
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
          isKept(event) &&
          (type === undefined || matches(type, event.type)) &&
          (types?.includes(event.type) ?? true) &&
          isWithin(created, event.created) &&
          (delivery_success === undefined || delivery_success === (event.pending_webhooks === 0)),
      );
    }),

    endpoint('GET', '/v1/events/:id', {}, ({ scope, id }) => {
      const { object } = world.events.get(scope, id);
      if (isKept(object)) return object;
      throw resourceMissing('event', id);
    }),
  ];
}

/** A type may be a group: `checkout.*`. */
function matches(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
}
