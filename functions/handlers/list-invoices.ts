import { invoiceReadDeps } from '../composition-root.ts';
import { listAnswer } from '../http/list-answer.ts';
import { managementHandler, noBody, nothing } from '../http/management.ts';
import { invoiceFilter, pageQuery } from '../http/schemas.ts';
import { invoiceView } from '../http/views.ts';

const { invoices } = invoiceReadDeps();

/** `GET …/invoices` */
export const handler = managementHandler(
  { path: nothing, query: { ...pageQuery, ...invoiceFilter }, body: noBody },
  ({ tenant, query: { limit, cursor, ...filter }, requestId }) =>
    listAnswer(
      { tenant, list: 'invoices', filter },
      { limit, cursor },
      requestId,
      (page) => invoices.list(tenant, filter, page),
      invoiceView,
    ),
);
