import { voidInvoiceDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { invoiceView } from '../http/views.ts';
import { voidInvoice } from '../use-cases/void-invoice.ts';

const deps = voidInvoiceDeps();

/** `POST …/invoices/{invoice_id}/void` */
export const handler = managementHandler(
  contracts['void-invoice'],
  async ({ tenant, path, query, requestId }) => {
    const confirm = query.confirm === 'true';
    const outcome = await voidInvoice({ tenant, invoiceId: path.invoice_id, confirm }, deps);
    return outcome.kind === 'void'
      ? json(200, invoiceView(outcome.invoice))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
