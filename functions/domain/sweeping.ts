import { type Invoice, openLinks } from './invoice.ts';

const SOONEST_MS = 60_000;
/** What a customer waits for: a link that broke off, an e-mail that SES did not take. */
const LATEST_UNFINISHED_MS = 10 * 60_000;
const LATEST_MS = 24 * 60 * 60_000;

/**
 * When an invoice is to be looked at again, null if never: it leaves the due index once nothing can be paid through
 * it any more. The older it is, the less often; at least once a day.
 */
export function nextLook(invoice: Invoice, now: Date): Date | null {
  const { status, current, lease, email } = invoice;
  const age = now.getTime() - new Date(current.startedAt).getTime();
  const isSettled = status === 'PAID' || status === 'VOID';
  const mayBeLost = current.link === null && lease !== null && age < LATEST_MS;
  if (isSettled && openLinks(invoice).length === 0 && !mayBeLost) return null;

  const isUnfinished = !isSettled && (current.link === null || email.status === 'pending');
  const latest = isUnfinished ? LATEST_UNFINISHED_MS : LATEST_MS;
  return new Date(now.getTime() + Math.min(Math.max(age, SOONEST_MS), latest));
}
