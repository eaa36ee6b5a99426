import type { Invoice } from '../domain/invoice.ts';
import { isSettledForGood, nextLook } from '../domain/sweeping.ts';
import type { Tenant } from '../domain/tenant.ts';
import { type Closings, type Connections, type DueInvoices, type Log, Unavailable } from '../ports.ts';
import { type CloseAccountDeps, closeAccount } from './close-account.ts';
import { type FinalizeInvoiceDeps, finalizeInvoice } from './finalize-invoice.ts';
import { inParallel } from './in-parallel.ts';
import { type SettleSkippedDeps, settleSkipped } from './settle-skipped.ts';
import { withdrawLinks } from './withdraw-links.ts';

export type SweepDeps = CloseAccountDeps &
  FinalizeInvoiceDeps &
  SettleSkippedDeps & {
    readonly connections: Pick<Connections, 'find' | 'unsettled' | 'endUnsettled'>;
    readonly closings: Pick<Closings, 'due' | 'end' | 'saveProgress'>;
    readonly dueInvoices: DueInvoices;
    readonly log: Log;
  };

/** How many were looked at, and how many of them failed for another reason than that a service was away. */
export type SweepOutcome = {
  readonly closings: number;
  readonly connections: number;
  readonly invoices: number;
  readonly faults: number;
};

/** Bounded work a run, well within the function's timeout; what is left is still due at the next. */
const SWEEP_FOR_MS = 12_000;
const MAX_INVOICES = 400;
const TENANTS_AT_ONCE = 10;

/**
 * Resumes what was interrupted. Two sweeps at once are safe: each step is one that any caller may repeat.
 *
 * 1. Go on with closing disconnected accounts, and destroy their keys in time.
 * 2. Settle what came while a connection was switched off.
 * 3. For every invoice that is due: finish its link and e-mail, or close the links that must not be paid any more.
 * Tenants side by side: what fails for one, or takes its time, does not keep the others waiting. It stays due.
 */
export async function sweep(deps: SweepDeps): Promise<SweepOutcome> {
  const until = new Date(deps.clock().getTime() + SWEEP_FOR_MS);
  const [closings, unsettled, due] = await Promise.all([
    deps.closings.due(),
    deps.connections.unsettled(),
    deps.dueInvoices.list(deps.clock(), MAX_INVOICES),
  ]);
  const ofTenants = [...Map.groupBy(due, ({ tenant }) => `${tenant.orgId}/${tenant.envId}`).values()];

  const [closed, settled, faultsOfTenants] = await Promise.all([
    inParallel(closings, TENANTS_AT_ONCE, (closing) =>
      tolerate(closing, deps, () => closeAccount(closing, until, deps)),
    ),
    inParallel(unsettled, TENANTS_AT_ONCE, (tenant) =>
      tolerate({ tenant }, deps, () => settleTenant(tenant, until, deps)),
    ),
    inParallel(ofTenants, TENANTS_AT_ONCE, (ofTenant) => sweepInvoices(ofTenant, until, deps)),
  ]);
  const faults = [...closed, ...settled].filter((result) => result === 'fault').length;
  return {
    closings: closings.length,
    connections: unsettled.length,
    invoices: due.length,
    faults: faultsOfTenants.reduce((sum, count) => sum + count, faults),
  };
}

/** A webhook that was under way when the connection was switched on may still have been skipped. */
const SKIPPED_UNTIL_MS = 60_000;

async function settleTenant(tenant: Tenant, until: Date, deps: SweepDeps): Promise<void> {
  const connection = await deps.connections.find(tenant);
  if (!connection?.isActive) return;
  const isLate = deps.clock().getTime() - new Date(connection.updatedAt).getTime() > SKIPPED_UNTIL_MS;
  const isDone = await settleSkipped(connection, until, deps);
  if (isDone && isLate) await deps.connections.endUnsettled(connection);
}

type DueInvoice = { readonly tenant: Tenant; readonly invoiceId: string };

/** Where a service is away for a tenant, the rest of its invoices are only put off: other tenants wait behind them. */
async function sweepInvoices(due: readonly DueInvoice[], until: Date, deps: SweepDeps): Promise<number> {
  let faults = 0;
  let isAway = false;
  for (const one of due) {
    if (deps.clock() >= until) break;
    const result = await tolerate(one, deps, () => (isAway ? putOff(one, deps) : resumeInTurn(one, deps)));
    isAway ||= result === 'away';
    faults += result === 'fault' ? 1 : 0;
  }
  return faults;
}

/** Resumed or not, an invoice goes to the end of the line: one that cannot be must not keep others waiting. */
async function resumeInTurn(one: DueInvoice, deps: SweepDeps): Promise<void> {
  const invoice = await deps.dueInvoices.find(one.tenant, one.invoiceId);
  if (!invoice) return;
  try {
    await resume(invoice, deps);
  } finally {
    await putOff(one, deps);
  }
}

async function putOff({ tenant, invoiceId }: DueInvoice, deps: SweepDeps): Promise<void> {
  const [invoice, connection] = await Promise.all([
    deps.dueInvoices.find(tenant, invoiceId),
    deps.connections.find(tenant),
  ]);
  if (invoice) await deps.dueInvoices.reschedule(invoice, nextLook(invoice, connection, deps.clock()));
}

async function resume(invoice: Invoice, deps: SweepDeps): Promise<void> {
  const { tenant, invoiceId, content } = invoice;
  if (isSettledForGood(invoice)) await withdrawLinks(invoice, deps);
  else await finalizeInvoice({ tenant, invoiceId, content, waitMs: 0 }, deps);
}

/** A fault is what somebody must see. */
async function tolerate(
  { tenant, invoiceId }: { readonly tenant: Tenant; readonly invoiceId?: string },
  { log }: SweepDeps,
  work: () => Promise<void>,
): Promise<'done' | 'away' | 'fault'> {
  const fields = {
    org_id: tenant.orgId,
    env_id: tenant.envId,
    ...(invoiceId !== undefined && { invoice_id: invoiceId }),
  };
  try {
    await work();
    return 'done';
  } catch (error) {
    if (error instanceof Unavailable) {
      log.warn('left for the next sweep', { ...fields, service: error.service });
      return 'away';
    }
    log.error('a fault in the sweep', {
      ...fields,
      error: error instanceof Error ? error.name : typeof error,
    });
    return 'fault';
  }
}
