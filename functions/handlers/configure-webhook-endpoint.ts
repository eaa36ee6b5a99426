import { configureWebhookEndpointDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { connectionView } from '../http/views.ts';
import { configureWebhookEndpoint } from '../use-cases/configure-webhook-endpoint.ts';

const deps = configureWebhookEndpointDeps();

/** `POST …/integrations/stripe/webhook-endpoint` */
export const handler = managementHandler(
  contracts['configure-webhook-endpoint'],
  async ({ tenant, requestId }) => {
    const outcome = await configureWebhookEndpoint(tenant, deps);
    return outcome.kind === 'configured'
      ? json(200, connectionView(outcome.connection, deps.publicUrl, outcome.lastEventAt))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
