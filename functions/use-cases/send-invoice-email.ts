import type { Connection } from '../domain/connection.ts';
import { afterSending } from '../domain/finalization.ts';
import { type Invoice, roundOf } from '../domain/invoice.ts';
import { renderInvoiceEmail } from '../domain/invoice-email.ts';
import { type Clock, type Finalizations, type Mailer, type Sleep, Unavailable } from '../ports.ts';

export type SendInvoiceEmailDeps = {
  readonly finalizations: Pick<Finalizations, 'markEmail'>;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly sleep: Sleep;
};

/**
 * Sends the e-mail of an invoice, if the caller holds its claim and it is still wanted, and records how that went.
 * An e-mail whose outcome is not known stays claimed: once the claim expires, it is sent again, at most once.
 */
export async function sendInvoiceEmail(
  invoice: Invoice,
  { businessName, name }: Connection,
  { finalizations, mailer, clock, sleep }: SendInvoiceEmailDeps,
): Promise<Invoice> {
  const { content, email, tenant, invoiceId } = invoice;
  const { link } = invoice.current;
  if (email.status !== 'pending' || email.claim === null || email.to === null || link === null)
    return invoice;

  const rendered = renderInvoiceEmail({
    businessName: businessName ?? name,
    invoiceNumber: content.invoiceNumber,
    customerName: content.customer.name,
    currency: content.currency,
    amountDue: content.amountDue,
    dueDate: content.dueDate,
    memo: content.memo,
    lineItems: content.lineItems,
    paymentUrl: link.url,
  });
  const tags = {
    org_id: tenant.orgId,
    env_id: tenant.envId,
    invoice_id: invoiceId,
    round: String(roundOf(email)),
  };
  const outcome = await mailer.send({ ...rendered, to: email.to, tags });
  if (outcome.kind === 'unknown') return invoice;

  const settled = afterSending(email, outcome.kind, clock());
  await patiently(() => finalizations.markEmail(invoice, settled, clock()), sleep);
  return { ...invoice, email: settled };
}

/** Once an e-mail is out, forgetting it would send another: this is tried for longer than anything else. */
async function patiently(mark: () => Promise<void>, sleep: Sleep): Promise<void> {
  for (const pause of PAUSES_MS) {
    try {
      return await mark();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      await sleep(pause);
    }
  }
  return mark();
}

const PAUSES_MS = [200, 600, 1_500, 3_000];
