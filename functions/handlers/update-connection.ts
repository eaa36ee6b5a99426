import { updateConnectionDeps } from '../composition-root.ts';
import { managementHandler, nothing } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { UpdateConnectionBody } from '../http/schemas.ts';
import { connectionView } from '../http/views.ts';
import { updateConnection } from '../use-cases/update-connection.ts';

const deps = updateConnectionDeps();

/** `PATCH …/integrations/stripe` */
export const handler = managementHandler(
  { path: nothing, query: nothing, body: UpdateConnectionBody },
  async ({ tenant, body, requestId }) => {
    const { name, webhook_secret: webhookSecret } = body;
    const outcome = await updateConnection({ tenant, name, webhookSecret }, deps);
    return outcome.kind === 'updated'
      ? json(
          200,
          connectionView(outcome.connection, deps.publicUrl, await deps.events.lastReceivedAt(tenant)),
        )
      : problem(outcome.code, outcome.detail, requestId);
  },
);
