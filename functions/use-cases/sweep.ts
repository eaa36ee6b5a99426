import type { Invoice } from '../domain/invoice.ts';
import { nextLook } from '../domain/sweeping.ts';
import type { Tenant } from '../domain/tenant.ts';
import { type Closings, type DueInvoices, type Log, Unavailable } from '../ports.ts';
import { type CloseAccountDeps, closeAccount } from './close-account.ts';
import { type FinalizeInvoiceDeps, finalizeInvoice } from './finalize-invoice.ts';
import { withdrawLinks } from './withdraw-links.ts';

export type SweepDeps = CloseAccountDeps &
  FinalizeInvoiceDeps & {
    readonly closings: Pick<Closings, 'due' | 'end'>;
    readonly dueInvoices: DueInvoices;
    readonly log: Log;
  };

export type SweepOutcome = { readonly closings: number; readonly invoices: number };

/** Bounded work a run, well within the function's timeout; what is left is still due at the next. */
const SWEEP_FOR_MS = 15_000;
const MAX_INVOICES = 200;

/**
 * Resumes what was interrupted. Two sweeps at once are safe: each step is one that any caller may repeat.
 *
 * 1. Go on with closing disconnected accounts, and destroy their keys in time.
 * 2. For every invoice that is due: finish its link and e-mail, or close the links that must not be paid any more.
 * What fails for one tenant does not keep the others waiting: it stays due.
 */
export async function sweep(deps: SweepDeps): Promise<SweepOutcome> {
  const until = new Date(deps.clock().getTime() + SWEEP_FOR_MS);
  const closings = await deps.closings.due();
  for (const closing of closings)
    await tolerate(closing.tenant, deps, () => closeAccount(closing, until, deps));

  const due = await deps.dueInvoices.list(deps.clock(), MAX_INVOICES);
  let invoices = 0;
  for (const { tenant, invoiceId } of due) {
    if (deps.clock() >= until) break;
    await tolerate(tenant, deps, () => resumeInTurn(tenant, invoiceId, deps));
    invoices += 1;
  }
  return { closings: closings.length, invoices };
}

/** Looked at or not, an invoice goes to the end of the line: one that cannot be resumed must not keep others waiting. */
async function resumeInTurn(tenant: Tenant, invoiceId: string, deps: SweepDeps): Promise<void> {
  const invoice = await deps.dueInvoices.find(tenant, invoiceId);
  if (!invoice) return;
  try {
    await resume(invoice, deps);
  } finally {
    const now = await deps.dueInvoices.find(tenant, invoiceId);
    if (now) await deps.dueInvoices.reschedule(now, nextLook(now, deps.clock()));
  }
}

async function resume(invoice: Invoice, deps: SweepDeps): Promise<void> {
  const { tenant, invoiceId } = invoice;
  if (invoice.status === 'PAID' || invoice.status === 'VOID') {
    if (nextLook(invoice, deps.clock()) !== null) await withdrawLinks(invoice, deps);
  } else {
    await finalizeInvoice({ tenant, invoiceId, content: invoice.content }, deps);
  }
}

async function tolerate(
  { orgId, envId }: Tenant,
  { log }: SweepDeps,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const service = error instanceof Unavailable ? { service: error.service } : {};
    log.warn('left for the next sweep', { org_id: orgId, env_id: envId, ...service });
  }
}
