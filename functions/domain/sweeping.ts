import { type Invoice, openLinks } from './invoice.ts';

const SOONEST_MS = 60_000;
const LATEST_MS = 24 * 60 * 60_000;

/**
 * When an invoice is to be looked at again, null if never: it leaves the due index once nothing can be paid through
 * it any more. The older it is, the less often; at least once a day.
 */
export function nextLook(invoice: Invoice, now: Date): Date | null {
  const age = now.getTime() - new Date(invoice.current.startedAt).getTime();
  const isSettled = invoice.status === 'PAID' || invoice.status === 'VOID';
  const mayBeLost = invoice.current.link === null && invoice.lease !== null && age < LATEST_MS;
  if (isSettled && openLinks(invoice).length === 0 && !mayBeLost) return null;
  return new Date(now.getTime() + Math.min(Math.max(age, SOONEST_MS), LATEST_MS));
}
