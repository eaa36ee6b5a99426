import { connectDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { connectionView } from '../http/views.ts';
import { connectStripe } from '../use-cases/connect-stripe.ts';

const deps = connectDeps();

/** `POST …/integrations/stripe` */
export const handler = managementHandler(contracts['connect-stripe'], async ({ tenant, body, requestId }) => {
  const { name, secret_key: secretKey, webhook_secret: webhookSecret } = body;
  const outcome = await connectStripe(
    { tenant, name, secretKey, webhookSecret, configureWebhook: body.configure_webhook },
    deps,
  );
  return outcome.kind === 'connected'
    ? json(201, connectionView(outcome.connection, deps.publicUrl, null))
    : problem(outcome.code, outcome.detail, requestId);
});
