import { connectionReadDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { connectionView } from '../http/views.ts';

const deps = connectionReadDeps();

/** `GET …/integrations/stripe` */
export const handler = managementHandler(contracts['get-connection'], async ({ tenant, requestId }) => {
  const [connection, lastEventAt] = await Promise.all([
    deps.connections.find(tenant),
    deps.events.lastReceivedAt(tenant),
  ]);
  return connection
    ? json(200, connectionView(connection, deps.publicUrl, lastEventAt))
    : problem('connection_not_found', 'Stripe is not connected in this environment.', requestId);
});
