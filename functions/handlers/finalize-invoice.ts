import { finalizeDeps } from '../composition-root.ts';
import { FinalizePayload } from '../http/schemas.ts';
import { sentence, validate } from '../http/validation.ts';
import { invoiceView } from '../http/views.ts';
import { failureFields, log } from '../log.ts';
import { finalizeInvoice } from '../use-cases/finalize-invoice.ts';

const deps = finalizeDeps();

/** Invoked by internal services: the invoice in; out the invoice with its link, or a function error with a code. */
export async function handler(payload: unknown) {
  const input = validate(FinalizePayload, payload);
  if (!input.ok) throw new FunctionError('invalid_invoice', sentence(input.errors));

  const { org_id: orgId, env_id: envId, invoice } = input.value;
  const fields = { org_id: orgId, env_id: envId, invoice_id: invoice.invoiceId };
  const outcome = await finalizeInvoice({ tenant: { orgId, envId }, ...invoice }, deps).catch(
    (error: unknown) => {
      log.error('finalize failed', { ...fields, ...failureFields(error) });
      throw new FunctionError(
        'try_again',
        'A service behind this is not available. Repeat the call: it goes on where this one broke off.',
      );
    },
  );
  if (outcome.kind === 'refused') {
    log.warn('not finalized', { ...fields, code: outcome.code });
    throw new FunctionError(outcome.code, outcome.detail);
  }
  log.info('finalized', { ...fields, status: outcome.invoice.status });
  return invoiceView(outcome.invoice);
}

/** Lambda answers an error's name as `errorType`: there it is the stable code. */
class FunctionError extends Error {
  constructor(code: string, detail: string) {
    super(detail);
    this.name = code;
  }
}
