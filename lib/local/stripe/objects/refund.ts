import type { Stripe } from 'stripe';
import { newId } from '../ids.ts';

type Given = {
  charge: Stripe.Charge;
  amount: number;
  created: number;
  metadata: Stripe.Metadata;
  reason: string | null;
};

export function refund({ charge, amount, created, metadata, reason }: Given): Stripe.Refund {
  return {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: newId('txn'),
    charge: charge.id,
    created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
