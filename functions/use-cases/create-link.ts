import type { Connection } from '../domain/connection.ts';
import {
  IDEMPOTENCY_KEY_LIFE_MS,
  idempotencyKey,
  isStuckForGood,
  linkMetadata,
  newClaim,
  renew,
} from '../domain/finalization.ts';
import type { Invoice } from '../domain/invoice.ts';
import {
  type Finalizations,
  type LinkOutcome,
  type NewId,
  type PaymentProvider,
  Unavailable,
  type Vault,
} from '../ports.ts';
import { type CloseLinksDeps, closeLinks } from './close-links.ts';
import { type FinalizeInvoiceOutcome, refused } from './finalize-outcome.ts';
import { type SendInvoiceEmailDeps, sendInvoiceEmail } from './send-invoice-email.ts';

export type CreateLinkDeps = SendInvoiceEmailDeps &
  CloseLinksDeps & {
    readonly finalizations: Finalizations;
    readonly vault: Pick<Vault, 'open'>;
    readonly provider: Pick<PaymentProvider, 'createPaymentLink'>;
    readonly newId: NewId;
  };

/**
 * Creates the link of an invoice whose lease the caller holds.
 *
 * In: the invoice with that lease. Out: the invoice, finalized, or why not.
 * 1. Close the links of earlier generations.
 * 2. Ask Stripe for the link; every repetition of this generation gets the same one. Where the key is spent (forgotten after a day,
 *    or Stripe repeats its own failure to it), look for a link with our nonce first; there is none: another generation.
 * 3. Save it and claim the e-mail in one write, if the lease still holds.
 * 4. Send the e-mail; or, where the invoice was paid or voided meanwhile, close the link again.
 * Where Stripe refuses the very first attempt, nothing has happened and nothing is kept; else the lease is given back.
 */
export async function createLink(
  invoice: Invoice,
  connection: Connection,
  { isFirstAttempt }: { readonly isFirstAttempt: boolean },
  deps: CreateLinkDeps,
): Promise<FinalizeInvoiceOutcome> {
  try {
    const secretKey = await deps.vault.open(connection.secretKey, invoice.tenant, 'secret_key');
    const ours = { secretKey, attachment: connection.attachment };
    const alone = await closeLinks(invoice, ours, deps);
    const outcome = await askStripe(alone, secretKey, deps);
    if (outcome.kind === 'stuck') return await beginAnew(alone, connection, deps);
    if (outcome.kind !== 'created') return await giveUp(outcome, alone, { isFirstAttempt }, deps);
    const saved = await deps.finalizations.saveLink(alone, outcome.link, deps.clock());
    if (!saved) return refused('try_again');
    const invoiceNow =
      saved.status === 'FINALIZED'
        ? await sendInvoiceEmail(saved, connection, deps)
        : await closeLinks(saved, ours, deps);
    return { kind: 'finalized', invoice: invoiceNow };
  } catch (error) {
    // So that a repeated call need not wait for the lease to end. Where this fails, too, it waits.
    await deps.finalizations.release(invoice, deps.clock()).catch(() => undefined);
    throw error;
  }
}

/** Nothing came of the first attempt, and nothing is kept of it; of a later one it is not known what came before. */
async function giveUp(
  refusal: Extract<LinkOutcome, { detail: string }>,
  invoice: Invoice,
  { isFirstAttempt }: { readonly isFirstAttempt: boolean },
  { finalizations, clock }: CreateLinkDeps,
): Promise<FinalizeInvoiceOutcome> {
  await (isFirstAttempt ? finalizations.abandon(invoice) : finalizations.release(invoice, clock()));
  const code = refusal.kind === 'key_rejected' ? 'stripe_key_rejected' : 'amount_not_chargeable';
  return refused(code, refusal.detail);
}

/** Stripe will tell the same to every repetition, and made no link: another generation has another key. */
async function beginAnew(
  stored: Invoice,
  connection: Connection,
  deps: CreateLinkDeps,
): Promise<FinalizeInvoiceOutcome> {
  const now = deps.clock();
  if (!isStuckForGood(stored.current, now)) {
    await deps.finalizations.markStuck(stored, now);
    throw new Unavailable('Stripe');
  }
  const renewed = renew(stored, connection, {
    nonce: deps.newId(),
    lease: newClaim(deps.newId(), now),
    now,
  });
  const isRenewed = await deps.finalizations.renew(stored, renewed);
  return isRenewed ? createLink(renewed, connection, { isFirstAttempt: false }, deps) : refused('try_again');
}

async function askStripe(
  invoice: Invoice,
  secretKey: string,
  { provider, clock }: CreateLinkDeps,
): Promise<LinkOutcome> {
  const { nonce, startedAt } = invoice.current;
  const since = new Date(startedAt);
  const findLink = async (): Promise<LinkOutcome | null> => {
    const link = await provider.findPaymentLink(secretKey, nonce, since);
    return link && { kind: 'created', link };
  };
  const isForgotten = clock().getTime() - since.getTime() > IDEMPOTENCY_KEY_LIFE_MS;
  const forgotten = isForgotten ? await findLink() : null;
  if (forgotten) return forgotten;
  const outcome = await provider.createPaymentLink(secretKey, {
    idempotencyKey: idempotencyKey(invoice),
    content: invoice.content,
    metadata: linkMetadata(invoice),
  });
  return outcome.kind === 'stuck' ? ((await findLink()) ?? outcome) : outcome;
}
