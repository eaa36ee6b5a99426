import { connectionReadDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { connectionView } from '../http/views.ts';

const deps = connectionReadDeps();

/** `GET …/integrations`: Stripe is the only provider, so that there is never a second page. */
export const handler = managementHandler(
  contracts['list-connections'],
  async ({ tenant, query, requestId }) => {
    if (query.cursor !== undefined)
      return problem('cursor_not_found', 'This list has no second page.', requestId);
    const [connection, lastEventAt] = await Promise.all([
      deps.connections.find(tenant),
      deps.events.lastReceivedAt(tenant),
    ]);
    const data = connection ? [connectionView(connection, deps.publicUrl, lastEventAt)] : [];
    return json(200, { data, next_cursor: null });
  },
);
