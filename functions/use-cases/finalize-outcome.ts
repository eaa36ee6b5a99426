import type { Refusal } from '../domain/finalization.ts';
import type { Invoice } from '../domain/invoice.ts';

export type FinalizeInvoiceOutcome =
  | { readonly kind: 'finalized'; readonly invoice: Invoice }
  | { readonly kind: 'refused'; readonly code: FinalizeRefusal; readonly detail: string };

export type FinalizeRefusal =
  | Refusal
  | 'connection_not_found'
  | 'connection_inactive'
  | 'stripe_key_rejected'
  | 'amount_not_chargeable'
  | 'try_again';

const details: Record<FinalizeRefusal, string> = {
  invoice_changed: 'An invoice with this id and other content was finalized before. Use a new invoice_id.',
  invoice_paid: 'The invoice is paid.',
  invoice_void: 'The invoice is void. Use a new invoice_id.',
  connection_not_found: 'Stripe is not connected in this environment. Connect it first.',
  connection_inactive: 'The Stripe connection is switched off. Enable it, then repeat the call.',
  stripe_key_rejected: 'Stripe rejected the secret key. Save a working one, then repeat the call.',
  amount_not_chargeable: 'Stripe cannot charge this amount.',
  try_again: 'Another call is finalizing this invoice. Repeat this one in 30 seconds.',
};

export function refused(code: FinalizeRefusal, detail: string = details[code]): FinalizeInvoiceOutcome {
  return { kind: 'refused', code, detail };
}
