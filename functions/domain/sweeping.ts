import type { Connection } from './connection.ts';
import { isUsedUp } from './finalization.ts';
import { type Invoice, mayHaveUnsavedLink } from './invoice.ts';

/** An unpaid link is first looked up this long after its e-mail: its webhook may never come. */
export const FIRST_LOOK_MS = 60_000;
/** What somebody waits for: a link that broke off or was used up, an e-mail that SES did not take, a link that is to be closed. */
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
 * When an invoice is to be looked at again, null if never: it leaves the due index once nothing can be done for it, that is
 * where it is settled and no link of the connected account can be paid. What is open at an account that was left is closed by
 * whoever disconnects it; what is unpaid then waits for the next connection. First after `firstLookMs`, and the older it is, the
 * less often; at least once a day.
 */
export function nextLook(
  invoice: Invoice,
  connection: Connection | null,
  { now, firstLookMs }: { readonly now: Date; readonly firstLookMs: number },
): Date | null {
  const { current, previous, email } = invoice;
  const age = now.getTime() - new Date(current.startedAt).getTime();
  const isPayable = [current, ...previous].some(
    ({ link, attachment }) => link?.active && attachment === connection?.attachment,
  );
  const mayBeLost = mayHaveUnsavedLink(invoice) && age < LATEST_MS;
  if (isSettledForGood(invoice) && !isPayable && !mayBeLost) return null;

  const isUnfinished = isSettledForGood(invoice)
    ? isPayable
    : connection !== null &&
      (current.link === null ||
        isLeftWithoutLink(invoice) ||
        email.status === 'pending' ||
        isUsedUp(invoice));
  const latest = isUnfinished ? LATEST_UNFINISHED_MS : LATEST_MS;
  return new Date(now.getTime() + Math.min(Math.max(age, firstLookMs), latest));
}

/** Whether customers have just lost the link that they were sent, and wait for another: of another account, or generation. */
export function isLeftWithoutLink({ status, current }: Invoice): boolean {
  return (status === 'FINALIZING' || status === 'FINALIZED') && current.link?.active === false;
}

/** What failed for now is tried again within minutes, however seldom it is looked at otherwise. */
const RETRIED_WITHIN_MS = 5 * 60_000;

/** The same look where the last one failed. */
export function lookAfterFailure(next: Date | null, now: Date): Date | null {
  if (next === null) return null;
  return new Date(Math.min(next.getTime(), now.getTime() + RETRIED_WITHIN_MS));
}
