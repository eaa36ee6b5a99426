import { type Generation, type Invoice, withClosedLinks } from '../domain/invoice.ts';
import type { Clock, InvoiceLinks, PaymentProvider } from '../ports.ts';

export type CloseLinksDeps = {
  readonly invoiceLinks: InvoiceLinks;
  readonly provider: Pick<PaymentProvider, 'closePaymentLink' | 'findPaymentLink'>;
  readonly clock: Clock;
};

export type LinksToClose = {
  readonly secretKey: string;
  /** Only links that were made for the account of the key. */
  readonly attachment: string;
  /** Where no link is recorded, there may be one whose answer was lost: whether to look for it. */
  readonly lookFor?: (generation: Generation) => boolean;
};

/**
 * Makes links of an invoice unpayable at Stripe, and records which are. May be repeated: what is closed is not asked
 * for again.
 *
 * @throws Unavailable where Stripe or DynamoDB is away.
 */
export async function closeLinks(
  invoice: Invoice,
  { secretKey, attachment, lookFor = () => false }: LinksToClose,
  deps: CloseLinksDeps,
): Promise<Invoice> {
  const closed = new Map<number, Generation>();
  for (const generation of [invoice.current, ...invoice.previous]) {
    if (generation.attachment !== attachment) continue;
    const link =
      generation.link ?? (lookFor(generation) ? await findLink(generation, secretKey, deps) : null);
    if (!link?.active) continue;
    // One that is not there can be paid as little as one that is closed.
    const outcome = await deps.provider.closePaymentLink(secretKey, link.id);
    if (outcome === 'key_rejected') continue;
    closed.set(generation.number, { ...generation, link: { ...link, active: false } });
  }
  return closed.size === 0 ? invoice : record(invoice, closed, deps);
}

function findLink({ nonce, startedAt }: Generation, secretKey: string, { provider }: CloseLinksDeps) {
  return provider.findPaymentLink(secretKey, nonce, new Date(startedAt));
}

async function record(
  invoice: Invoice,
  closed: ReadonlyMap<number, Generation>,
  { invoiceLinks, clock }: CloseLinksDeps,
): Promise<Invoice> {
  for (let stored: Invoice | null = invoice; stored; ) {
    const at = clock();
    const updated: Invoice = {
      ...withClosedLinks(stored, closed),
      version: stored.version + 1,
      updatedAt: at.toISOString(),
    };
    if (await invoiceLinks.recordClosed(updated, stored.version, at)) return updated;
    stored = await invoiceLinks.find(stored.tenant, stored.invoiceId);
  }
  return invoice;
}
