import { acknowledge } from '../domain/acknowledgement.ts';
import type { Attention, Invoice } from '../domain/invoice.ts';
import type { Tenant } from '../domain/tenant.ts';
import { type Clock, type InvoiceDecisions, Unavailable } from '../ports.ts';

export type AcknowledgeInvoiceInput = {
  readonly tenant: Tenant;
  readonly invoiceId: string;
  readonly attention: readonly Attention[];
};

export type AcknowledgeInvoiceOutcome =
  | { readonly kind: 'acknowledged'; readonly invoice: Invoice }
  | { readonly kind: 'refused'; readonly code: 'invoice_not_found'; readonly detail: string };

export type AcknowledgeInvoiceDeps = {
  readonly invoiceDecisions: Pick<InvoiceDecisions, 'find' | 'recordAcknowledged'>;
  readonly clock: Clock;
};

const MAX_ROUNDS = 10;

/**
 * Notes that a person has seen to what an invoice shows under `attention`.
 *
 * In: which invoice, and what was seen to. Out: the invoice, which shows it again only once its cause is another one.
 * 1. Keep the causes as they are now, if the invoice is still as it was read; else look again.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function acknowledgeInvoice(
  { tenant, invoiceId, attention }: AcknowledgeInvoiceInput,
  { invoiceDecisions, clock }: AcknowledgeInvoiceDeps,
): Promise<AcknowledgeInvoiceOutcome> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await invoiceDecisions.find(tenant, invoiceId);
    if (!stored) return notFound;
    const invoice = acknowledge(stored, attention, clock());
    if (!invoice) return { kind: 'acknowledged', invoice: stored };
    if (await invoiceDecisions.recordAcknowledged(invoice, stored.version)) {
      return { kind: 'acknowledged', invoice };
    }
  }
  throw new Unavailable('invoice');
}

const notFound = {
  kind: 'refused',
  code: 'invoice_not_found',
  detail: 'No invoice with this id was finalized in this environment.',
} as const;
