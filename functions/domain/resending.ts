import type { Connection } from './connection.ts';
import { nextStep } from './finalization.ts';
import { type Claim, type Invoice, type InvoiceEmail, type InvoiceStatus, roundOf } from './invoice.ts';

/** How often an e-mail may be sent again within any 24 hours. */
export const RESENDS_A_DAY = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

export type ResendRefusal =
  | 'invoice_paid'
  | 'invoice_void'
  | 'payments_in_flight'
  | 'no_email_address'
  | 'try_again';

export type Resending =
  | { readonly kind: 'send'; readonly email: InvoiceEmail }
  /** Somebody else is sending it now. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'too_many'; readonly retryAfterSeconds: number }
  | { readonly kind: 'refuse'; readonly code: ResendRefusal };

/** Whether the e-mail may be sent again, and what it then is: claimed, and counted. */
export function resending(invoice: Invoice, connection: Connection, claim: Claim, now: Date): Resending {
  const code = refusals[invoice.status];
  if (code) return { kind: 'refuse', code };
  if (invoice.email.to === null) return { kind: 'refuse', code: 'no_email_address' };
  switch (nextStep(invoice, invoice.content, connection, now).kind) {
    case 'answer':
    case 'send_email':
      return claimed(invoice.email, claim, now);
    case 'wait':
      return { kind: 'wait' };
    case 'create_link':
    case 'renew_link':
    case 'refuse':
      return { kind: 'refuse', code: 'try_again' };
  }
}

const refusals: Readonly<Record<InvoiceStatus, ResendRefusal | null>> = {
  FINALIZING: 'try_again',
  FINALIZED: null,
  // Nobody is asked for money that is on its way.
  PAYMENT_PENDING: 'payments_in_flight',
  PAID: 'invoice_paid',
  VOID: 'invoice_void',
};

/** One that never reached SES is sent in its own place, and counts no second time. */
function claimed(email: InvoiceEmail, claim: Claim, now: Date): Resending {
  const isPending = email.status === 'pending';
  const recent = (email.resends ?? []).filter((at) => now.getTime() - new Date(at).getTime() < DAY_MS);
  const counts = !isPending || email.unconfirmed > 0;
  const first = recent.at(-RESENDS_A_DAY);
  if (counts && first !== undefined) {
    const wait = new Date(first).getTime() + DAY_MS - now.getTime();
    return { kind: 'too_many', retryAfterSeconds: Math.ceil(wait / 1000) };
  }
  return {
    kind: 'send',
    email: {
      ...email,
      status: 'pending',
      claim,
      unconfirmed: (isPending ? email.unconfirmed : 0) + 1,
      ...(!isPending && { round: roundOf(email) + 1 }),
      resends: counts ? [...recent, now.toISOString()] : recent,
    },
  };
}
