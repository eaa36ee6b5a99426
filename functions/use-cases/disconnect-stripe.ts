import { beginClosing } from '../domain/closing.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { Tenant } from '../domain/tenant.ts';
import {
  type Closings,
  type Connections,
  type Invoices,
  type Log,
  type Page,
  Unavailable,
} from '../ports.ts';
import { type CloseAccountDeps, closeAccount } from './close-account.ts';
import { notConnected, writeConflict } from './connection-refusals.ts';

export type DisconnectStripeOutcome =
  | { readonly kind: 'disconnected' }
  | {
      readonly kind: 'refused';
      readonly code: 'connection_not_found' | 'payments_in_flight' | 'write_conflict';
      readonly detail: string;
    };

export type DisconnectStripeDeps = CloseAccountDeps & {
  readonly connections: Pick<Connections, 'find' | 'remove'>;
  readonly closings: Pick<Closings, 'end' | 'of' | 'saveProgress'>;
  readonly invoices: Pick<Invoices, 'list'>;
  readonly log: Log;
};

/** How long a caller is kept waiting for links to be closed. The sweeper closes the rest. */
const CLOSE_FOR_MS = 10_000;

/** How long to look for payments on their way. */
const LOOK_FOR_MS = 8_000;

/**
 * Disconnects a tenant's Stripe account.
 *
 * In: whose it is, and whether money on its way may be left behind. Out: that it is disconnected, or why not.
 * 1. Refuse while payments are in flight, unless that was confirmed.
 * 2. In one write, remove the connection and keep its key aside for what must still be closed.
 * 3. Close what can be closed now; the sweeper does the rest, and destroys the key.
 * Calling it again goes on with what a stop left over.
 *
 * @throws Unavailable where DynamoDB is away.
 */
export async function disconnectStripe(
  { tenant, confirm }: { readonly tenant: Tenant; readonly confirm: boolean },
  deps: DisconnectStripeDeps,
): Promise<DisconnectStripeOutcome> {
  const connection = await deps.connections.find(tenant);
  if (connection) {
    if (!confirm && (await mayHavePaymentInFlight(tenant, deps))) return inFlight;
    const removed = await deps.connections.remove(connection, beginClosing(connection, deps.clock()));
    if (removed === 'conflict') return writeConflict;
  }

  const closings = await deps.closings.of(tenant);
  if (!connection && closings.length === 0) return notConnected;
  const until = new Date(deps.clock().getTime() + CLOSE_FOR_MS);
  for (const closing of closings) {
    await closeAccount(closing, until, deps).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      deps.log.warn('left to the sweeper', {
        org_id: tenant.orgId,
        env_id: tenant.envId,
        service: error.service,
      });
    });
  }
  return { kind: 'disconnected' };
}

/** Also true where there are too many invoices to say: then it takes a person's word. */
async function mayHavePaymentInFlight(
  tenant: Tenant,
  { invoices, clock }: DisconnectStripeDeps,
): Promise<boolean> {
  const until = new Date(clock().getTime() + LOOK_FOR_MS);
  let after: string | null = null;
  do {
    const page: Page<Invoice> = await invoices.list(
      tenant,
      { status: 'PAYMENT_PENDING' },
      { limit: 500, after },
    );
    if (page.items.length > 0 || clock() >= until) return true;
    after = page.next;
  } while (after !== null);
  return false;
}

const inFlight = {
  kind: 'refused',
  code: 'payments_in_flight',
  detail:
    'Payments are on their way to invoices of this environment, or there are too many invoices to tell. Wait for them, or repeat with ?confirm=true.',
} as const;
