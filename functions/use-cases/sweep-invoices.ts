import { lookAfterFailure, nextLook } from '../domain/sweeping.ts';
import type { Connections, DueInvoice, DueInvoices, Log } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { type ResumeInvoiceDeps, resumeInvoice } from './resume-invoice.ts';
import { type Tolerated, tolerate } from './tolerate.ts';

export type SweepInvoicesDeps = ResumeInvoiceDeps & {
  readonly connections: Pick<Connections, 'find'>;
  readonly dueInvoices: DueInvoices;
  readonly log: Log;
  /** How long after its e-mail an unpaid link is first looked up. */
  readonly firstLookMs: number;
};

const TENANTS_AT_ONCE = 8;
/** How many of a tenant's invoices are looked at side by side, before it is another tenant's turn. */
const TURN = 6;

/**
 * Resumes what is due, tenant by tenant in turns: one with thousands of invoices keeps none of the others waiting.
 *
 * In: what is due, oldest first, and until when to go on. Out: for each that was looked at, how that went.
 * Where a service is away for a tenant, the rest of its invoices are only put off: others wait behind them.
 */
export async function sweepInvoices(
  due: readonly DueInvoice[],
  until: Date,
  deps: SweepInvoicesDeps,
): Promise<readonly Tolerated[]> {
  const looked: Tolerated[] = [];
  const tenants = Map.groupBy(due, ({ tenant }) => `${tenant.orgId}/${tenant.envId}`).values();
  const line = [...tenants].map((invoices) => ({ invoices, isAway: false }));
  const worker = async () => {
    for (let next = line.shift(); next && deps.clock() < until; next = line.shift()) {
      const { invoices, isAway } = next;
      const look = isAway ? putOffAfterFailure : resumeInTurn;
      const turn = await inParallel(invoices.slice(0, TURN), TURN, (one) =>
        tolerate(one, deps, () => look(one, deps)),
      );
      looked.push(...turn);
      const left = { invoices: invoices.slice(TURN), isAway: isAway || turn.includes('away') };
      if (left.invoices.length > 0) line.push(left);
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, worker));
  return looked;
}

/**
 * Resumed or not, an invoice goes to the end of the line, and it goes there first: one that cannot be resumed, or ends the process,
 * must not be what the next sweep begins with.
 */
async function resumeInTurn({ tenant, invoiceId }: DueInvoice, deps: SweepInvoicesDeps): Promise<void> {
  const invoice = await deps.dueInvoices.find(tenant, invoiceId);
  if (!invoice) return;
  await deps.dueInvoices.reschedule(invoice, new Date(deps.clock().getTime() + deps.firstLookMs));
  try {
    await resumeInvoice(invoice, deps);
  } catch (error) {
    await putOffAfterFailure({ tenant, invoiceId }, deps);
    throw error;
  }
  await putOff({ tenant, invoiceId }, deps);
}

function putOffAfterFailure(one: DueInvoice, deps: SweepInvoicesDeps): Promise<void> {
  return putOff(one, deps, lookAfterFailure);
}

async function putOff(
  { tenant, invoiceId }: DueInvoice,
  deps: SweepInvoicesDeps,
  adjusted: (next: Date | null, now: Date) => Date | null = (next) => next,
): Promise<void> {
  const [invoice, connection] = await Promise.all([
    deps.dueInvoices.find(tenant, invoiceId),
    deps.connections.find(tenant),
  ]);
  if (!invoice) return;
  const now = deps.clock();
  const next = nextLook(invoice, connection, { now, firstLookMs: deps.firstLookMs });
  await deps.dueInvoices.reschedule(invoice, adjusted(next, now));
}
