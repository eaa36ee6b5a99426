import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from '../../functions/adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from '../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { stripeClients } from '../../functions/adapters/stripe/client.ts';
import { stripePaymentProvider } from '../../functions/adapters/stripe/payment-provider.ts';
import { afterSending, idempotencyKey, linkMetadata } from '../../functions/domain/finalization.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import type { WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from './dynamodb.ts';
import { reconciliation } from './reconciliation.ts';
import { aTenant, begun, connectionOf, unique } from './samples.ts';
import { startStripe } from './stripe.ts';

/** Invoices as they come to stand in the real table, with their links at the Stripe stand-in. */
export async function startInvoices() {
  const client = documentClient(await startTable());
  const stripe = await startStripe();
  const provider = stripePaymentProvider(stripeClients(stripe.url));
  const finalizations = dynamoFinalizations(client, TABLE_NAME);
  const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
  const invoiceDecisions = dynamoInvoiceDecisions(client, TABLE_NAME);
  const secretKey = `sk_test_${unique('acme').replaceAll(/\W/g, '')}_1`;
  const clock = () => new Date();

  /** Intent stored, lease held. */
  async function finalizing(changes: Partial<Invoice> = {}): Promise<Invoice> {
    const invoice = begun(aTenant(), changes, clock());
    await finalizations.begin(invoice);
    return invoice;
  }

  async function linkOf(invoice: Invoice) {
    const outcome = await provider.createPaymentLink(secretKey, {
      idempotencyKey: idempotencyKey(invoice),
      content: invoice.content,
      metadata: linkMetadata(invoice),
    });
    if (outcome.kind !== 'created') throw new Error(outcome.kind);
    return outcome.link;
  }

  /** Link saved, e-mail sent. */
  async function finalized(changes: Partial<Invoice> = {}): Promise<Invoice> {
    const invoice = await finalizing(changes);
    const saved = await finalizations.saveLink(invoice, await linkOf(invoice), clock());
    if (!saved) throw new Error('the lease was lost');
    if (saved.email.claim) {
      await finalizations.markEmail(saved, afterSending(saved.email, 'sent', clock()), clock());
    }
    return stored(saved);
  }

  async function stored({ tenant, invoiceId }: Invoice): Promise<Invoice> {
    const found = await finalizations.find(tenant, invoiceId);
    if (!found) throw new Error('not stored');
    return found;
  }

  const settle = (event: WebhookEvent, { tenant }: Invoice) =>
    settlePayment(event, connectionOf(tenant), { settlements, clock });

  return {
    client,
    stripe,
    provider,
    finalizations,
    ...reconciliation(client),
    invoiceDecisions,
    invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
    vault: { open: async () => secretKey },
    secretKey,
    clock,
    finalizing,
    linkOf,
    finalized,
    stored,
    settle,
  };
}
