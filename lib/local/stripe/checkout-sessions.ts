import * as v from 'valibot';
import type { Backend } from './backend.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { created, isWithin, listOf, listParams, pageOf } from './lists.ts';
import { lineItem } from './objects/line-items.ts';
import { text } from './params.ts';
import { invalidRequest } from './stripe-error.ts';

export function checkoutSessionEndpoints({ world, recordEvent }: Backend): Endpoint[] {
  const filters = {
    created: v.optional(created),
    payment_link: v.optional(text),
    payment_intent: v.optional(text),
    status: v.optional(v.picklist(['open', 'complete', 'expired'])),
  };

  return [
    endpoint('GET', '/v1/checkout/sessions', { ...filters, ...listParams }, ({ params, scope, path }) =>
      listOf(
        world.sessions.newestFirst(scope),
        params,
        path,
        (session) =>
          isWithin(params.created, session.created) &&
          (params.payment_link === undefined || session.payment_link === params.payment_link) &&
          (params.payment_intent === undefined || session.payment_intent === params.payment_intent) &&
          (params.status === undefined || session.status === params.status),
      ),
    ),

    endpoint('GET', '/v1/checkout/sessions/:id', {}, ({ scope, id }) => world.sessions.get(scope, id).object),

    endpoint(
      'GET',
      '/v1/checkout/sessions/:id/line_items',
      listParams,
      ({ params, scope, id, path, livemode }) => {
        const { items } = world.sessions.get(scope, id);
        return pageOf(
          items.map((item) => lineItem(item, livemode)),
          params,
          path,
        );
      },
    ),

    endpoint('POST', '/v1/checkout/sessions/:id/expire', {}, ({ scope, id, cause }) => {
      const row = world.sessions.get(scope, id);
      if (row.object.status !== 'open') {
        throw invalidRequest(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${row.object.status}.`,
        );
      }
      const session = { ...row.object, status: 'expired', url: null };
      world.sessions.put(id, { ...row, object: session });
      recordEvent(scope, 'checkout.session.expired', session, cause);
      return session;
    }),
  ];
}
