import { finalizeDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { invoiceView } from '../http/views.ts';
import { finalizeInvoice } from '../use-cases/finalize-invoice.ts';

const deps = finalizeDeps();

/** `POST …/invoices/{invoice_id}/finalize` */
export const handler = managementHandler(
  contracts['finalize-invoice-route'],
  async ({ tenant, path, body: content, requestId }) => {
    const outcome = await finalizeInvoice({ tenant, invoiceId: path.invoice_id, content }, deps);
    return outcome.kind === 'finalized'
      ? json(200, invoiceView(outcome.invoice))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
