import { emailInvoiceDeps } from '../composition-root.ts';
import { contracts } from '../http/contracts.ts';
import { managementHandler } from '../http/management.ts';
import { json, problem, retryAfter } from '../http/problem.ts';
import { invoiceView } from '../http/views.ts';
import { emailInvoice } from '../use-cases/email-invoice.ts';

const deps = emailInvoiceDeps();

/** `POST …/invoices/{invoice_id}/email` */
export const handler = managementHandler(contracts['email-invoice'], async ({ tenant, path, requestId }) => {
  const outcome = await emailInvoice({ tenant, invoiceId: path.invoice_id }, deps);
  switch (outcome.kind) {
    case 'emailed':
      return json(202, invoiceView(outcome.invoice));
    case 'too_many':
      return retryAfter(problem(outcome.code, outcome.detail, requestId), outcome.retryAfterSeconds);
    case 'refused':
      return problem(outcome.code, outcome.detail, requestId);
  }
});
