import { updateConnectionDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { connectionView } from '../http/views.ts';
import { afterUpdate } from '../use-cases/after-update.ts';
import { updateConnection } from '../use-cases/update-connection.ts';

const deps = updateConnectionDeps();

/** `PATCH …/integrations/stripe` */
export const handler = managementHandler(
  contracts['update-connection'],
  async ({ tenant, body, requestId }) => {
    const outcome = await updateConnection(
      {
        tenant,
        name: body.name,
        secretKey: body.secret_key,
        webhookSecret: body.webhook_secret,
        isActive: body.is_active,
        confirmAccountChange: body.confirm_account_change,
        revokePrevious: body.revoke_previous,
      },
      deps,
    );
    if (outcome.kind === 'refused') return problem(outcome.code, outcome.detail, requestId);
    await afterUpdate(outcome.connection, deps);
    const lastEventAt = await deps.events.lastReceivedAt(tenant);
    return json(200, connectionView(outcome.connection, deps.publicUrl, lastEventAt));
  },
);
