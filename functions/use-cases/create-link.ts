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
  const outcome = await askStripe(invoice, connection, deps).catch(async (error: unknown) => {
    await giveBack(invoice, deps);
    throw error;
  });
  switch (outcome.kind) {
    case 'created': {
      const saved = await deps.finalizations.saveLink(invoice, outcome.link, deps.clock());
      if (!saved) return refused('try_again');
      return { kind: 'finalized', invoice: await sendInvoiceEmail(saved, connection, deps) };
    }
    case 'key_rejected':
    case 'not_chargeable':
      await (isFirstAttempt ? deps.finalizations.abandon(invoice) : deps.finalizations.release(invoice));
      return outcome.kind === 'key_rejected'
        ? refused('stripe_key_rejected', outcome.detail)
        : refused('amount_not_chargeable', outcome.detail);
  }
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

/** So that a repeated call need not wait for the lease to end. Where this fails, too, it waits. */
async function giveBack(invoice: Invoice, { finalizations }: CreateLinkDeps): Promise<void> {
  await finalizations.release(invoice).catch(() => undefined);
}
