import { inboxDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { eventView } from '../http/views.ts';

const { events } = inboxDeps();

/** `GET …/integrations/stripe/webhook-events/{event_id}` */
export const handler = managementHandler(
  contracts['get-webhook-event'],
  async ({ tenant, path, requestId }) => {
    const event = await events.find(tenant, path.event_id);
    return event
      ? json(200, eventView(event))
      : problem('webhook_event_not_found', 'No such event was received in this environment.', requestId);
  },
);
