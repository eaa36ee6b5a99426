import { newClaim } from '../domain/finalization.ts';
import type { Invoice } from '../domain/invoice.ts';
import { RESENDS_A_DAY, type ResendRefusal, resending } from '../domain/resending.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Connections, EmailResends, NewId } from '../ports.ts';
import { type SendInvoiceEmailDeps, sendInvoiceEmail } from './send-invoice-email.ts';

export type EmailInvoiceInput = { readonly tenant: Tenant; readonly invoiceId: string };

export type EmailInvoiceOutcome =
  | { readonly kind: 'emailed'; readonly invoice: Invoice }
  | {
      readonly kind: 'too_many';
      readonly code: 'too_many_emails';
      readonly detail: string;
      readonly retryAfterSeconds: number;
    }
  | { readonly kind: 'refused'; readonly code: Refusal; readonly detail: string };

type Refusal = ResendRefusal | 'invoice_not_found' | 'connection_not_found' | 'connection_inactive';

export type EmailInvoiceDeps = SendInvoiceEmailDeps & {
  readonly connections: Pick<Connections, 'find'>;
  readonly emailResends: EmailResends;
  readonly newId: NewId;
};

/** How long a caller waits for another one that is sending, and how often it looks. */
const WAIT_MS = 10_000;
const POLL_MS = 100;

/**
 * Sends the e-mail of an invoice again, a few times a day at most.
 *
 * In: which invoice. Out: the invoice, whose e-mail says how it went, or why not.
 * 1. Claim and count the send in one write, if the invoice is still as it was read; else look again.
 * 2. Send, as the first time.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function emailInvoice(
  { tenant, invoiceId }: EmailInvoiceInput,
  deps: EmailInvoiceDeps,
): Promise<EmailInvoiceOutcome> {
  const connection = await deps.connections.find(tenant);
  const giveUpAt = deps.clock().getTime() + WAIT_MS;
  do {
    const stored = await deps.emailResends.find(tenant, invoiceId);
    if (!stored) return refused('invoice_not_found');
    if (!connection) return refused('connection_not_found');
    if (!connection.isActive) return refused('connection_inactive');

    const now = deps.clock();
    const decision = resending(stored, connection, newClaim(deps.newId(), now), now);
    switch (decision.kind) {
      case 'refuse':
        return refused(decision.code);
      case 'too_many':
        return tooMany(decision.retryAfterSeconds);
      case 'wait':
        await deps.sleep(POLL_MS);
        break;
      case 'send': {
        const { email } = decision;
        if (await deps.emailResends.claim(stored, email)) {
          return { kind: 'emailed', invoice: await sendInvoiceEmail({ ...stored, email }, connection, deps) };
        }
      }
    }
  } while (deps.clock().getTime() < giveUpAt);
  return refused('try_again');
}

function tooMany(retryAfterSeconds: number): EmailInvoiceOutcome {
  const detail = `The e-mail was sent again ${RESENDS_A_DAY} times within 24 hours. Repeat in ${retryAfterSeconds} seconds.`;
  return { kind: 'too_many', code: 'too_many_emails', detail, retryAfterSeconds };
}

function refused(code: Refusal): EmailInvoiceOutcome {
  return { kind: 'refused', code, detail: details[code] };
}

const details: Record<Refusal, string> = {
  invoice_not_found: 'No invoice with this id was finalized in this environment.',
  invoice_paid: 'The invoice is paid: there is nothing to ask for.',
  invoice_void: 'The invoice is void: there is nothing to ask for.',
  payments_in_flight: 'The money for this invoice is on its way: nobody is asked for it twice.',
  no_email_address: 'The invoice was finalized without an e-mail address of its customer.',
  connection_not_found: 'Stripe is not connected in this environment. Connect it first.',
  connection_inactive: 'The Stripe connection is switched off. Enable it, then repeat the call.',
  try_again: 'Another call is at this invoice, or its link is not ready yet. Repeat this one in 30 seconds.',
};
