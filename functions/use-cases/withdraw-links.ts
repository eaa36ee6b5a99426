import type { Invoice } from '../domain/invoice.ts';
import { mayHaveLostLink } from '../domain/voiding.ts';
import type { Connections, Vault } from '../ports.ts';
import { type CloseLinksDeps, closeLinks } from './close-links.ts';

export type WithdrawLinksDeps = CloseLinksDeps & {
  readonly connections: Pick<Connections, 'find'>;
  readonly vault: Pick<Vault, 'open'>;
};

/**
 * Closes what can still be paid of an invoice that nobody must pay any more, a link that was made and never saved
 * among it. Without a connection, or a key that works, links stay recorded as active.
 *
 * @throws Unavailable where a service was away; may be repeated.
 */
export async function withdrawLinks(invoice: Invoice, deps: WithdrawLinksDeps): Promise<Invoice> {
  const connection = await deps.connections.find(invoice.tenant);
  if (!connection) return invoice;
  const secretKey = await deps.vault.open(connection.secretKey, invoice.tenant, 'secret_key');
  const lookFor = () => mayHaveLostLink(invoice, deps.clock());
  return closeLinks(invoice, { secretKey, attachment: connection.attachment, lookFor }, deps);
}
