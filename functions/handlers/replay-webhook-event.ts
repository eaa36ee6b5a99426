import { replayDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { eventView } from '../http/views.ts';
import { replayEvent } from '../use-cases/replay-event.ts';

const deps = replayDeps();

/** `POST …/integrations/stripe/webhook-events/{event_id}/replay` */
export const handler = managementHandler(
  contracts['replay-webhook-event'],
  async ({ tenant, path, requestId }) => {
    const outcome = await replayEvent({ tenant, eventId: path.event_id }, deps);
    return outcome.kind === 'replayed'
      ? json(200, eventView(outcome.event))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
