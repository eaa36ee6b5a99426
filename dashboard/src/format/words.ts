import type { Attention, Invoice, Payment, WebhookEvent } from '../api/types.ts';

/** What the API's words are called here, and in which colour. */
type Word = readonly [label: string, color: string];

export const invoiceStatuses: Readonly<Record<Invoice['status'], Word>> = {
  FINALIZING: ['Finalizing', 'blue'],
  FINALIZED: ['Finalized', 'indigo'],
  PAYMENT_PENDING: ['Payment pending', 'orange'],
  PAID: ['Paid', 'green'],
  VOID: ['Void', 'gray'],
};

export const eventStatuses: Readonly<Record<WebhookEvent['status'], Word>> = {
  applied: ['Applied', 'green'],
  recorded: ['Recorded', 'blue'],
  ignored: ['Ignored', 'gray'],
  unmatched: ['Unmatched', 'orange'],
  rejected: ['Rejected', 'red'],
  skipped: ['Skipped', 'yellow'],
};

export const paymentStatuses: Readonly<Record<Payment['status'], Word>> = {
  applied: ['Applied', 'green'],
  pending: ['Pending', 'orange'],
  failed: ['Failed', 'red'],
  excess: ['Excess', 'orange'],
  unexpected: ['Unexpected', 'red'],
};

export const emailStatuses: Readonly<Record<Invoice['email']['status'], Word>> = {
  pending: ['Pending', 'blue'],
  sent: ['Sent', 'green'],
  skipped: ['Not sent', 'gray'],
  failed: ['Failed', 'red'],
  bounced: ['Bounced', 'red'],
  complained: ['Marked as spam', 'red'],
};

export const emailMeanings: Readonly<Record<Invoice['email']['status'], string>> = {
  pending: 'It is sent within minutes.',
  sent: 'The e-mail with the payment link was sent.',
  skipped: 'There is no e-mail address, or nothing to ask for: send the link yourself where it is needed.',
  failed: 'It could not be sent. Check the address, or send the link yourself.',
  bounced: 'The address does not exist, or takes no e-mail. Send the link another way.',
  complained: 'The recipient marked it as spam. Send the link another way.',
};

/** What has to be looked at, and what can be done about it. */
export const attentions: Readonly<Record<Attention, readonly [title: string, advice: string]>> = {
  underpaid: ['Underpaid', 'Less was paid than is due. It is paid once payments add up.'],
  overpaid: ['Overpaid', 'More was paid than is due. Refund the difference in Stripe.'],
  paid_twice: ['Paid twice', 'There is a second payment of a paid invoice. Refund it in Stripe.'],
  paid_after_void: ['Paid after it was voided', 'Money came in for a void invoice. Refund it in Stripe.'],
  currency_mismatch: [
    'Paid in another currency',
    'The payment is in another currency than the invoice, and does not count. Refund it in Stripe.',
  ],
  refunded: ['Refunded', 'A payment was given back, in part or in full. The invoice stays as it is.'],
  disputed: ['Disputed', 'The customer disputes a payment. Answer in Stripe, before its deadline.'],
};
