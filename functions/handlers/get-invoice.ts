import { invoiceReadDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { invoiceView } from '../http/views.ts';

const { invoices } = invoiceReadDeps();

/** `GET …/invoices/{invoice_id}` */
export const handler = managementHandler(contracts['get-invoice'], async ({ tenant, path, requestId }) => {
  const invoice = await invoices.find(tenant, path.invoice_id);
  return invoice
    ? json(200, invoiceView(invoice))
    : problem('invoice_not_found', 'No invoice with this id was finalized in this environment.', requestId);
});
