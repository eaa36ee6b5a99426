import type { Invoice } from '../domain/invoice.ts';
import type { Tenant } from '../domain/tenant.ts';
import { voiding } from '../domain/voiding.ts';
import { type InvoiceDecisions, Unavailable } from '../ports.ts';
import { type WithdrawLinksDeps, withdrawLinks } from './withdraw-links.ts';

export type VoidInvoiceInput = {
  readonly tenant: Tenant;
  readonly invoiceId: string;
  /** Money that was paid or is on its way may be left behind. */
  readonly confirm: boolean;
};

export type VoidInvoiceOutcome =
  | { readonly kind: 'void'; readonly invoice: Invoice }
  | {
      readonly kind: 'refused';
      readonly code: 'invoice_not_found' | 'invoice_paid' | 'payments_in_flight';
      readonly detail: string;
    };

export type VoidInvoiceDeps = WithdrawLinksDeps & {
  readonly invoiceDecisions: Pick<InvoiceDecisions, 'find' | 'recordVoid'>;
};

const MAX_ROUNDS = 10;

/**
 * Voids an invoice, so that nobody can pay it any more.
 *
 * In: which invoice. Out: the void invoice, or why not.
 * 1. Write that it is void, if it is still as it was read; a payment that was faster makes it paid.
 * 2. At Stripe, deactivate its links and end the checkouts that are open on them. Without a connection, or a key that works,
 *    they stay recorded as active, and the sweeper's.
 * Calling it again on a void invoice completes what is left of step 2.
 *
 * @throws Unavailable where a service was away; the invoice may be void by then.
 */
export async function voidInvoice(
  { tenant, invoiceId, confirm }: VoidInvoiceInput,
  deps: VoidInvoiceDeps,
): Promise<VoidInvoiceOutcome> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await deps.invoiceDecisions.find(tenant, invoiceId);
    if (!stored) return refused('invoice_not_found');
    const now = deps.clock();
    const decision = voiding(stored, { confirm }, now);
    switch (decision.kind) {
      case 'refuse':
        return refused(decision.code);
      case 'already_void':
        return { kind: 'void', invoice: await withdrawLinks(stored, deps) };
      case 'void':
        if (await deps.invoiceDecisions.recordVoid(decision.invoice, stored.version, now)) {
          return { kind: 'void', invoice: await withdrawLinks(decision.invoice, deps) };
        }
    }
  }
  throw new Unavailable('invoice');
}

function refused(code: keyof typeof details): VoidInvoiceOutcome {
  return { kind: 'refused', code, detail: details[code] };
}

const details = {
  invoice_not_found: 'No invoice with this id was finalized in this environment.',
  invoice_paid: 'The invoice is paid, and cannot be voided any more.',
  payments_in_flight:
    'Money for this invoice was paid in part, or is on its way. Wait for it, or repeat with ?confirm=true.',
} as const;
