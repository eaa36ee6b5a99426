import { inboxDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { listAnswer } from '../http/list-answer.ts';
import { managementHandler } from '../http/management.ts';
import { eventView } from '../http/views.ts';

const { events } = inboxDeps();

/** `GET …/integrations/stripe/webhook-events` */
export const handler = managementHandler(
  contracts['list-webhook-events'],
  ({ tenant, query: { limit, cursor, ...filter }, requestId }) => {
    const { status, type, invoice_id: invoiceId } = filter;
    const scope = { tenant, list: 'webhook-events', filter };
    return listAnswer(
      scope,
      { limit, cursor },
      requestId,
      (page) => events.list(tenant, { status, type, invoiceId }, page),
      eventView,
    );
  },
);
