import type { Connection } from '../domain/connection.ts';
import { IDEMPOTENCY_KEY_LIFE_MS, idempotencyKey, linkMetadata } from '../domain/finalization.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { Clock, Finalizations, LinkOutcome, PaymentProvider, Vault } from '../ports.ts';
import { type FinalizeInvoiceOutcome, refused } from './finalize-outcome.ts';
import { type SendInvoiceEmailDeps, sendInvoiceEmail } from './send-invoice-email.ts';

export type CreateLinkDeps = SendInvoiceEmailDeps & {
  readonly finalizations: Finalizations;
  readonly vault: Pick<Vault, 'open'>;
  readonly provider: Pick<PaymentProvider, 'createPaymentLink' | 'findPaymentLink'>;
  readonly clock: Clock;
};

/**
 * Creates the link of an invoice whose lease the caller holds.
 *
 * In: the invoice with that lease. Out: the invoice, finalized, or why not.
 * 1. Ask Stripe for the link; every repetition of this generation gets the same one.
 * 2. Save it and claim the e-mail in one write, if the lease still holds.
 * 3. Send the e-mail.
 * Where Stripe refuses the very first attempt, nothing has happened and nothing is kept; else the lease is given back.
 */
export async function createLink(
  invoice: Invoice,
  connection: Connection,
  { isFirstAttempt }: { readonly isFirstAttempt: boolean },
  deps: CreateLinkDeps,
): Promise<FinalizeInvoiceOutcome> {
  try {
    const outcome = await askStripe(invoice, connection, deps);
    if (outcome.kind !== 'created') return await giveUp(outcome, invoice, { isFirstAttempt }, deps);
    const saved = await deps.finalizations.saveLink(invoice, outcome.link, deps.clock());
    if (!saved) return refused('try_again');
    return { kind: 'finalized', invoice: await sendInvoiceEmail(saved, connection, deps) };
  } catch (error) {
    // So that a repeated call need not wait for the lease to end. Where this fails, too, it waits.
    await deps.finalizations.release(invoice).catch(() => undefined);
    throw error;
  }
}

/** Nothing came of the first attempt, and nothing is kept of it; of a later one it is not known what came before. */
async function giveUp(
  refusal: Exclude<LinkOutcome, { kind: 'created' }>,
  invoice: Invoice,
  { isFirstAttempt }: { readonly isFirstAttempt: boolean },
  { finalizations }: CreateLinkDeps,
): Promise<FinalizeInvoiceOutcome> {
  await (isFirstAttempt ? finalizations.abandon(invoice) : finalizations.release(invoice));
  return refused(
    refusal.kind === 'key_rejected' ? 'stripe_key_rejected' : 'amount_not_chargeable',
    refusal.detail,
  );
}

async function askStripe(
  invoice: Invoice,
  connection: Connection,
  { vault, provider, clock }: CreateLinkDeps,
): Promise<LinkOutcome> {
  const secretKey = await vault.open(connection.secretKey, invoice.tenant, 'secret_key');
  const startedAt = new Date(invoice.current.startedAt);
  if (clock().getTime() - startedAt.getTime() > IDEMPOTENCY_KEY_LIFE_MS) {
    const link = await provider.findPaymentLink(secretKey, invoice.current.nonce, startedAt);
    if (link) return { kind: 'created', link };
  }
  return provider.createPaymentLink(secretKey, {
    idempotencyKey: idempotencyKey(invoice),
    content: invoice.content,
    metadata: linkMetadata(invoice),
  });
}
