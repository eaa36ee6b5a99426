import { type Generation, type Invoice, withClosedLinks } from '../domain/invoice.ts';
import { mayBePaidUntold } from '../domain/sweeping.ts';
import type { InvoiceLinks, PaymentProvider } from '../ports.ts';
import { type LookUpPaymentsDeps, lookUpLink } from './look-up-payments.ts';

export type CloseLinksDeps = LookUpPaymentsDeps & {
  readonly invoiceLinks: InvoiceLinks;
  readonly provider: Pick<PaymentProvider, 'closePaymentLink' | 'findPaymentLink'>;
};

export type LinksToClose = {
  readonly secretKey: string;
  /** Only links that were made for the account of the key. */
  readonly attachment: string;
  /** Where no link is recorded, there may be one whose answer was lost: whether to look for it. */
  readonly lookFor?: (generation: Generation) => boolean;
};

/**
 * Makes links of an invoice unpayable at Stripe, settles what was paid through them until then, and records which are closed: in
 * this order, since what is recorded as closed is not asked for again. May be repeated.
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
    // Of one that was never recorded it is not known what an earlier call did: closed as it is, it may have been paid before.
    if (!link || generation.link?.active === false) continue;
    // One that is not there can be paid as little as one that is closed.
    const outcome = await deps.provider.closePaymentLink(secretKey, link.id);
    if (outcome === 'key_rejected') continue;
    if (mayBePaidUntold(invoice)) await lookUpLink(invoice.tenant, { ...generation, link }, secretKey, deps);
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
