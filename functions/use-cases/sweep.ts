import type { Tenant } from '../domain/tenant.ts';
import type { Closings, Connections, DueInvoices, EventChecks } from '../ports.ts';
import { type CheckEventsDeps, checkEvents } from './check-events.ts';
import { type CloseAccountDeps, closeAccount } from './close-account.ts';
import { inParallel } from './in-parallel.ts';
import { type SettleSkippedDeps, SKIPPED_UNTIL_MS, settleSkipped } from './settle-skipped.ts';
import { type SweepInvoicesDeps, sweepInvoices } from './sweep-invoices.ts';
import { tolerate } from './tolerate.ts';

export type SweepDeps = CheckEventsDeps &
  CloseAccountDeps &
  SettleSkippedDeps &
  SweepInvoicesDeps & {
    readonly connections: Pick<Connections, 'find' | 'unsettled' | 'endUnsettled' | 'saveUnsettledSince'>;
    readonly closings: Pick<Closings, 'due' | 'end' | 'of' | 'saveProgress'>;
    readonly dueInvoices: DueInvoices;
    readonly eventChecks: EventChecks;
  };

/** How many were looked at, and how many of them failed for another reason than that a service was away. */
export type SweepOutcome = {
  readonly closings: number;
  readonly connections: number;
  readonly event_checks: number;
  readonly invoices: number;
  readonly faults: number;
};

/** Bounded work a run, well within the function's timeout; what is left is still due at the next. */
const SWEEP_FOR_MS = 14_000;
const MAX_EVENT_CHECKS = 200;
/** Keys alone: enough of them to see every tenant behind one that has thousands. */
const MAX_DUE = 20_000;
const TENANTS_AT_ONCE = 10;

/**
 * Resumes what was interrupted, and finds what was never told. Two sweeps at once are safe: each step is one that any caller may
 * repeat.
 *
 * 1. Go on with closing disconnected accounts, and destroy their keys in time.
 * 2. Settle what came while a connection was switched off.
 * 3. Fetch the events that never came.
 * 4. For every invoice that is due: look up its payments, finish its link and e-mail, or close the links that must not be
 *    paid any more.
 * Tenants side by side: what fails for one, or takes its time, does not keep the others waiting. It stays due.
 */
export async function sweep(deps: SweepDeps): Promise<SweepOutcome> {
  const now = deps.clock();
  const until = new Date(now.getTime() + SWEEP_FOR_MS);
  const [closings, unsettled, checks, due] = await Promise.all([
    deps.closings.due(),
    deps.connections.unsettled(),
    deps.eventChecks.due(now, MAX_EVENT_CHECKS),
    deps.dueInvoices.list(now, MAX_DUE),
  ]);

  const [closed, settled, checked, resumed] = await Promise.all([
    inParallel(closings, TENANTS_AT_ONCE, (tenant) =>
      tolerate({ tenant }, deps, () => closeAccounts(tenant, until, deps)),
    ),
    inParallel(unsettled, TENANTS_AT_ONCE, (tenant) =>
      tolerate({ tenant }, deps, () => settleTenant(tenant, until, deps)),
    ),
    inParallel(checks, TENANTS_AT_ONCE, (tenant) =>
      tolerate({ tenant }, deps, () => checkTenant(tenant, until, deps)),
    ),
    sweepInvoices(due, until, deps),
  ]);
  const all = [...closed, ...settled, ...checked, ...resumed];
  return {
    closings: closings.length,
    connections: unsettled.length,
    event_checks: checks.length,
    invoices: resumed.length,
    faults: all.filter((result) => result === 'fault').length,
  };
}

async function closeAccounts(tenant: Tenant, until: Date, deps: SweepDeps): Promise<void> {
  for (const closing of await deps.closings.of(tenant)) await closeAccount(closing, until, deps);
}

async function checkTenant(tenant: Tenant, until: Date, deps: SweepDeps): Promise<void> {
  if (deps.clock() >= until) return;
  const check = await deps.eventChecks.find(tenant);
  if (check) await checkEvents(check, until, deps);
}

async function settleTenant(tenant: Tenant, until: Date, deps: SweepDeps): Promise<void> {
  const connection = await deps.connections.find(tenant);
  if (!connection?.isActive) return;
  const isLate = deps.clock().getTime() - new Date(connection.updatedAt).getTime() > SKIPPED_UNTIL_MS;
  const isDone = await settleSkipped(connection, until, deps);
  if (isDone && isLate) await deps.connections.endUnsettled(connection);
}
