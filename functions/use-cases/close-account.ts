import { type Closing, isOver } from '../domain/closing.ts';
import { type Invoice, openLinks } from '../domain/invoice.ts';
import type { Closings, Invoices, Vault, WebhookEndpoints } from '../ports.ts';
import { type CloseLinksDeps, closeLinks } from './close-links.ts';

export type CloseAccountDeps = CloseLinksDeps & {
  readonly closings: Pick<Closings, 'end'>;
  readonly invoices: Pick<Invoices, 'list'>;
  readonly endpoints: Pick<WebhookEndpoints, 'remove'>;
  readonly vault: Pick<Vault, 'open'>;
};

const PAGE = 100;

/**
 * Goes on with closing a disconnected account, for as long as `until` allows; may be repeated, and stopped anywhere.
 *
 * 1. Remove the webhook endpoint that was made for it.
 * 2. Close every link that can still be paid through it.
 * 3. Destroy its key, once nothing is left and nothing new can come.
 *
 * @throws Unavailable where a service was away.
 */
export async function closeAccount(closing: Closing, until: Date, deps: CloseAccountDeps): Promise<void> {
  if (!isOver(closing, false, deps.clock())) {
    const isDone = await closeAll(closing, until, deps);
    if (!isOver(closing, isDone, deps.clock())) return;
  }
  await deps.closings.end(closing);
}

/** Whether all was looked at. */
async function closeAll(closing: Closing, until: Date, deps: CloseAccountDeps): Promise<boolean> {
  const { tenant, managedEndpointId } = closing;
  const secretKey = await deps.vault.open(closing.secretKey, tenant, 'secret_key');
  if (managedEndpointId !== null) await deps.endpoints.remove(secretKey, managedEndpointId);

  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Invoices['list']>> = await deps.invoices.list(
      tenant,
      {},
      { limit: PAGE, after },
    );
    for (const invoice of page.items.filter((candidate) => isReachable(candidate, closing))) {
      if (deps.clock() >= until) return false;
      await closeLinks(invoice, secretKey, deps);
    }
    after = page.next;
  } while (after !== null);
  return true;
}

/** Whether it has an open link of this account. */
function isReachable(invoice: Invoice, { stripeAccountId, livemode }: Closing): boolean {
  const generations = [invoice.current, ...invoice.previous];
  const isOurs = generations.some(
    ({ link, ...generation }) =>
      link?.active &&
      generation.livemode === livemode &&
      (generation.account ?? stripeAccountId) === (stripeAccountId ?? generation.account),
  );
  return isOurs && openLinks(invoice).length > 0;
}
