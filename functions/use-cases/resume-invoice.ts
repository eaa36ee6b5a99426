import { nextStep } from '../domain/finalization.ts';
import type { Invoice } from '../domain/invoice.ts';
import { isSettledForGood } from '../domain/sweeping.ts';
import { type Connections, type DueInvoices, Unavailable } from '../ports.ts';
import { type FinalizeInvoiceDeps, finalizeInvoice } from './finalize-invoice.ts';
import { type LookUpPaymentsDeps, lookUpPayments } from './look-up-payments.ts';
import { type SettleWaitingDeps, settleWaiting } from './settle-waiting.ts';
import { type WithdrawLinksDeps, withdrawLinks } from './withdraw-links.ts';

export type ResumeInvoiceDeps = FinalizeInvoiceDeps &
  LookUpPaymentsDeps &
  SettleWaitingDeps &
  WithdrawLinksDeps & {
    readonly connections: Pick<Connections, 'find'>;
    readonly dueInvoices: Pick<DueInvoices, 'find'>;
  };

/**
 * Does for an invoice what is due, whatever that is; may be repeated, and stopped anywhere.
 *
 * 1. Settle what came before its payments were known.
 * 2. Look up what was paid and never told, before anybody is asked for money again.
 * 3. Finish its link and its e-mail; or, where nobody must pay any more, close what can be paid.
 *
 * @throws Unavailable where a service was away, or does not take the tenant's key.
 */
export async function resumeInvoice(invoice: Invoice, deps: ResumeInvoiceDeps): Promise<void> {
  const { tenant, invoiceId } = invoice;
  const connection = await deps.connections.find(tenant);
  if (!connection) return;
  if (!connection.isActive) {
    if (isSettledForGood(invoice)) await withdrawLinks(invoice, deps);
    return;
  }

  await settleWaiting(invoice, connection, deps);
  let current: Invoice | null = invoice;
  if (!isSettledForGood(invoice)) {
    const secretKey = await deps.vault.open(connection.secretKey, tenant, 'secret_key');
    const { attachment } = connection;
    const isTold = await lookUpPayments(invoice, { secretKey, attachment }, deps);
    if (isTold) current = await deps.dueInvoices.find(tenant, invoiceId);
  }
  if (!current) return;
  if (isSettledForGood(current)) return void (await withdrawLinks(current, deps));

  const { content } = current;
  switch (nextStep(current, content, connection, deps.clock()).kind) {
    case 'answer':
    case 'wait':
    case 'refuse':
      return;
    case 'create_link':
    case 'renew_link':
    case 'send_email': {
      const outcome = await finalizeInvoice({ tenant, invoiceId, content, waitMs: 0 }, deps);
      // Every other invoice of the tenant would be told the same.
      if (outcome.kind === 'refused' && outcome.code === 'stripe_key_rejected')
        throw new Unavailable('Stripe');
    }
  }
}
