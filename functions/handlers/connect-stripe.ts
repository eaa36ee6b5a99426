import { connectDeps } from '../composition-root.ts';
import { managementHandler, nothing } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { ConnectBody } from '../http/schemas.ts';
import { connectionView } from '../http/views.ts';
import { connectStripe } from '../use-cases/connect-stripe.ts';

const deps = connectDeps();

/** `POST …/integrations/stripe` */
export const handler = managementHandler(
  { path: nothing, query: nothing, body: ConnectBody },
  async ({ tenant, body, requestId }) => {
    const { name, secret_key: secretKey, webhook_secret: webhookSecret } = body;
    const outcome = await connectStripe({ tenant, name, secretKey, webhookSecret }, deps);
    return outcome.kind === 'connected'
      ? json(201, connectionView(outcome.connection, deps.publicUrl, null))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
