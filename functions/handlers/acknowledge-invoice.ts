import { acknowledgeInvoiceDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem } from '../http/problem.ts';
import { invoiceView } from '../http/views.ts';
import { acknowledgeInvoice } from '../use-cases/acknowledge-invoice.ts';

const deps = acknowledgeInvoiceDeps();

/** `POST …/invoices/{invoice_id}/acknowledge` */
export const handler = managementHandler(
  contracts['acknowledge-invoice'],
  async ({ tenant, path, body, requestId }) => {
    const input = { tenant, invoiceId: path.invoice_id, attention: body.attention };
    const outcome = await acknowledgeInvoice(input, deps);
    return outcome.kind === 'acknowledged'
      ? json(200, invoiceView(outcome.invoice))
      : problem(outcome.code, outcome.detail, requestId);
  },
);
