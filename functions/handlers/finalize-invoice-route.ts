import { finalizeDeps } from '../composition-root.ts';
import { managementHandler, nothing } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { InvoiceBody, platformId } from '../http/schemas.ts';
import { invoiceView } from '../http/views.ts';
import { finalizeInvoice } from '../use-cases/finalize-invoice.ts';

const deps = finalizeDeps();

/** `POST …/invoices/{invoice_id}/finalize` */
export const handler = managementHandler(
  { path: { invoice_id: platformId }, query: nothing, body: InvoiceBody },
  async ({ tenant, path, body: content, requestId }) => {
    const outcome = await finalizeInvoice({ tenant, invoiceId: path.invoice_id, content }, deps);
    return outcome.kind === 'finalized'
      ? json(200, invoiceView(outcome.invoice))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
