import { invoiceReadDeps } from '../composition-root.ts';
import { managementHandler, noBody, nothing } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { platformId } from '../http/schemas.ts';
import { invoiceView } from '../http/views.ts';

const { invoices } = invoiceReadDeps();

/** `GET …/invoices/{invoice_id}` */
export const handler = managementHandler(
  { path: { invoice_id: platformId }, query: nothing, body: noBody },
  async ({ tenant, path, requestId }) => {
    const invoice = await invoices.find(tenant, path.invoice_id);
    return invoice
      ? json(200, invoiceView(invoice))
      : problem('invoice_not_found', 'No invoice with this id was finalized in this environment.', requestId);
  },
);
