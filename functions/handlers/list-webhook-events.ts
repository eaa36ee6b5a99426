import { inboxDeps } from '../composition-root.ts';
import { listAnswer } from '../http/list-answer.ts';
import { managementHandler, noBody, nothing } from '../http/management.ts';
import { eventFilter, pageQuery } from '../http/schemas.ts';
import { eventView } from '../http/views.ts';

const { events } = inboxDeps();

/** `GET …/integrations/stripe/webhook-events` */
export const handler = managementHandler(
  { path: nothing, query: { ...pageQuery, ...eventFilter }, body: noBody },
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
