import { type Invoice, openLinks, withClosedLinks } from '../domain/invoice.ts';
import type { Clock, InvoiceLinks, PaymentProvider } from '../ports.ts';

export type CloseLinksDeps = {
  readonly invoiceLinks: InvoiceLinks;
  readonly provider: Pick<PaymentProvider, 'closePaymentLink'>;
  readonly clock: Clock;
};

/**
 * Makes every link of an invoice unpayable at Stripe, and records which are. May be repeated: what is closed is not
 * asked for again. Links that the key cannot reach stay recorded as open.
 *
 * @throws Unavailable where Stripe or DynamoDB is away.
 */
export async function closeLinks(
  invoice: Invoice,
  secretKey: string,
  deps: CloseLinksDeps,
): Promise<Invoice> {
  const closed = new Set<string>();
  for (const { id } of openLinks(invoice)) {
    if ((await deps.provider.closePaymentLink(secretKey, id)) === 'closed') closed.add(id);
  }
  if (closed.size === 0) return invoice;

  for (let stored: Invoice | null = invoice; stored; stored = await reread(stored, deps)) {
    const now = deps.clock();
    const updated = {
      ...withClosedLinks(stored, closed),
      version: stored.version + 1,
      updatedAt: now.toISOString(),
    };
    if (await deps.invoiceLinks.recordClosed(updated, stored.version, now)) return updated;
  }
  return invoice;
}

function reread({ tenant, invoiceId }: Invoice, { invoiceLinks }: CloseLinksDeps): Promise<Invoice | null> {
  return invoiceLinks.find(tenant, invoiceId);
}
