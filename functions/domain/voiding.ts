import { claimExpired, type Invoice, mayHaveUnsavedLink } from './invoice.ts';
import { derive } from './settlement.ts';

export type Voiding =
  | { readonly kind: 'void'; readonly invoice: Invoice }
  | { readonly kind: 'already_void' }
  | { readonly kind: 'refuse'; readonly code: 'invoice_paid' | 'payments_in_flight' };

/** What voiding the invoice comes to, as it stands. A link that somebody is creating is left to whoever holds the lease. */
export function voiding(invoice: Invoice, { confirm }: { readonly confirm: boolean }, now: Date): Voiding {
  switch (invoice.status) {
    case 'VOID':
      return { kind: 'already_void' };
    case 'PAID':
      return { kind: 'refuse', code: 'invoice_paid' };
    case 'PAYMENT_PENDING':
    case 'FINALIZING':
    case 'FINALIZED':
      break;
  }
  const isMoneyInvolved = invoice.status === 'PAYMENT_PENDING' || invoice.amountPaid > 0;
  if (isMoneyInvolved && !confirm) return { kind: 'refuse', code: 'payments_in_flight' };
  const at = now.toISOString();
  return {
    kind: 'void',
    invoice: { ...derive({ ...invoice, voidedAt: at }), version: invoice.version + 1, updatedAt: at },
  };
}

/** Whether a call that broke off may have made a link that was never saved. */
export function mayHaveLostLink(invoice: Invoice, now: Date): boolean {
  return mayHaveUnsavedLink(invoice) && claimExpired(invoice.lease, now);
}
