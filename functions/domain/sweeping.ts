import type { Connection } from './connection.ts';
import type { Invoice } from './invoice.ts';

/** An unpaid link is first looked up this long after its e-mail: its webhook may never come. */
export const FIRST_LOOK_MS = 60_000;
/** What a customer waits for: a link that broke off, an e-mail that SES did not take. */
const LATEST_UNFINISHED_MS = 10 * 60_000;
const LATEST_MS = 24 * 60 * 60_000;

/** Whether nobody is to be asked for money any more. */
export function isSettledForGood({ status }: Invoice): boolean {
  return status === 'PAID' || status === 'VOID';
}

/** Whether money may have come through a link that nobody told us of. The one link of a paid invoice is used up. */
export function mayBePaidUntold({ status, previous }: Invoice): boolean {
  return status !== 'PAID' || previous.length > 0;
}

/**
 * When an invoice is to be looked at again, null if never: it leaves the due index once nothing can be done for it.
 * That is where it is settled and no link of the connected account can be paid, or where no account is connected: what
 * is open there is closed by whoever disconnects it. First after `firstLookMs`, and the older it is, the less often; at least
 * once a day.
 */
export function nextLook(
  invoice: Invoice,
  connection: Connection | null,
  { now, firstLookMs }: { readonly now: Date; readonly firstLookMs: number },
): Date | null {
  if (!connection) return null;
  const { current, previous, lease, email } = invoice;
  const age = now.getTime() - new Date(current.startedAt).getTime();
  const isPayable = [current, ...previous].some(
    ({ link, attachment }) => link?.active && attachment === connection.attachment,
  );
  const mayBeLost = current.link === null && lease !== null && age < LATEST_MS;
  if (isSettledForGood(invoice) && !isPayable && !mayBeLost) return null;

  const isUnfinished = !isSettledForGood(invoice) && (current.link === null || email.status === 'pending');
  const latest = isUnfinished ? LATEST_UNFINISHED_MS : LATEST_MS;
  return new Date(now.getTime() + Math.min(Math.max(age, firstLookMs), latest));
}
