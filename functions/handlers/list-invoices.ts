import { invoiceReadDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { listAnswer } from '../http/list-answer.ts';
import { managementHandler } from '../http/management.ts';
import { invoiceView } from '../http/views.ts';

const { invoices } = invoiceReadDeps();

/** `GET …/invoices` */
export const handler = managementHandler(
  contracts['list-invoices'],
  ({ tenant, query: { limit, cursor, ...filter }, requestId }) =>
    listAnswer(
      { tenant, list: 'invoices', filter },
      { limit, cursor },
      requestId,
      (page) => invoices.list(tenant, filter, page),
      invoiceView,
    ),
);
