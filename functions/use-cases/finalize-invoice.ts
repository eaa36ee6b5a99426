import type { Connection } from '../domain/connection.ts';
import { beginInvoice, newClaim, nextStep, renew } from '../domain/finalization.ts';
import type { Invoice, InvoiceContent } from '../domain/invoice.ts';
import { chargeability } from '../domain/money.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Connections } from '../ports.ts';
import { type CreateLinkDeps, createLink } from './create-link.ts';
import { type FinalizeInvoiceOutcome, refused } from './finalize-outcome.ts';
import { sendInvoiceEmail } from './send-invoice-email.ts';

export type FinalizeInvoiceInput = {
  readonly tenant: Tenant;
  readonly invoiceId: string;
  readonly content: InvoiceContent;
  /** How long to wait for another call that is at it; some seconds unless given. */
  readonly waitMs?: number;
};

export type FinalizeInvoiceDeps = CreateLinkDeps & {
  /** Read anew each time: a link must never be made for an account that was just switched off, changed or left. */
  readonly connections: Pick<Connections, 'find'>;
};

/** How long a second caller waits for the first one's answer, and how often it looks. */
const WAIT_MS = 12_000;
const POLL_MS = 250;

/**
 * Gives an invoice its one Payment Link and sends its one e-mail, however often and wherever it is repeated.
 *
 * In: whose invoice, its id and content. Out: the invoice, or why not.
 * 1. Store the intent, under a lease.
 * 2. Create the link, save it, send the e-mail.
 * Where an earlier call stored it: answer what it made, go on where it broke off, or wait while it is at it.
 *
 * @throws Unavailable where a service was away; the same call completes it later.
 */
export async function finalizeInvoice(
  { tenant, invoiceId, content, waitMs = WAIT_MS }: FinalizeInvoiceInput,
  deps: FinalizeInvoiceDeps,
): Promise<FinalizeInvoiceOutcome> {
  const chargeable = chargeability(content.amountDue, content.currency);
  if (!chargeable.ok) return refused('amount_not_chargeable', chargeable.reason);
  let connection = await deps.connections.find(tenant);
  if (!connection) return refused('connection_not_found');
  if (!connection.isActive) return refused('connection_inactive');

  const claim = newClaim(deps.newId(), deps.clock());
  const begun = beginInvoice(connection, invoiceId, content, {
    nonce: deps.newId(),
    lease: claim,
    now: deps.clock(),
  });
  const start = await deps.finalizations.begin(begun);
  if (start.kind === 'begun') return createLink(begun, connection, { isFirstAttempt: true }, deps);

  const giveUpAt = deps.clock().getTime() + waitMs;
  let stored: Invoice | null = start.stored;
  while (stored) {
    const outcome = await goOn(stored, content, connection, deps);
    if (outcome) return outcome;
    if (deps.clock().getTime() >= giveUpAt) break;
    await deps.sleep(POLL_MS);
    [stored, connection] = await Promise.all([
      deps.finalizations.find(tenant, invoiceId),
      deps.connections.find(tenant),
    ]);
    if (!connection) return refused('connection_not_found');
    if (!connection.isActive) return refused('connection_inactive');
  }
  return refused('try_again');
}

/** One step from where the invoice stands; null where somebody else is at it. */
async function goOn(
  stored: Invoice,
  content: InvoiceContent,
  connection: Connection,
  deps: FinalizeInvoiceDeps,
): Promise<FinalizeInvoiceOutcome | null> {
  const step = nextStep(stored, content, connection, deps.clock());
  switch (step.kind) {
    case 'answer':
      return { kind: 'finalized', invoice: stored };
    case 'refuse':
      return refused(step.code);
    case 'wait':
      return null;
    case 'create_link': {
      const lease = newClaim(deps.newId(), deps.clock());
      const taken = await deps.finalizations.takeOver(stored, lease);
      return taken ? createLink({ ...stored, lease }, connection, { isFirstAttempt: false }, deps) : null;
    }
    case 'renew_link': {
      // Read before the invoice, it may be an account that was left: that takes no invoice back from the one connected now.
      const connected = await deps.connections.find(stored.tenant);
      if (connected?.attachment !== connection.attachment) return null;
      const lease = newClaim(deps.newId(), deps.clock());
      const renewed = renew(stored, connection, { nonce: deps.newId(), lease, now: deps.clock() });
      const written = await deps.finalizations.renew(stored, renewed);
      return written ? createLink(renewed, connection, { isFirstAttempt: false }, deps) : null;
    }
    case 'send_email': {
      const invoice = await deps.finalizations.claimEmail(stored, newClaim(deps.newId(), deps.clock()));
      return invoice && { kind: 'finalized', invoice: await sendInvoiceEmail(invoice, connection, deps) };
    }
  }
}
