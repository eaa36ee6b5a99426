import type { Invoice } from './invoice.ts';
import { standingOf } from './payment.ts';

export const INVOICE_EVENT_TYPES = [
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.attention',
] as const;
export type InvoiceEventType = (typeof INVOICE_EVENT_TYPES)[number];

/** What the platform is told of one change of an invoice. */
export type InvoiceEvent =
  | About<Exclude<InvoiceEventType, 'invoice.payment_failed'>>
  | (About<'invoice.payment_failed'> & { readonly payment: FailedPayment });

type About<Type extends InvoiceEventType> = {
  /** The same however often this change is told, and another for any other change. */
  readonly id: string;
  readonly type: Type;
  /** When the invoice changed: RFC 3339, UTC. */
  readonly at: string;
  /** As it stood after the change. */
  readonly invoice: Invoice;
};

/** In the smallest currency unit. */
export type FailedPayment = { readonly id: string; readonly amount: number; readonly currency: string };

/**
 * The events of one change; `before` is null where the invoice was not there before.
 *
 * An invoice is finalized once in its life, and paid once: PAID is final. A payment fails whenever its standing becomes
 * `failed`: not again with each further decline, but again after it was pending in between. Attention is told whenever
 * the list changes, also when it becomes shorter.
 */
export function eventsBetween(before: Invoice | null, after: Invoice): readonly InvoiceEvent[] {
  const isFinalized = !before?.finalizedAt && after.finalizedAt;
  const isPaid = before?.status !== 'PAID' && after.status === 'PAID';
  const isAttentionChanged = (before?.attention ?? []).join() !== after.attention.join();
  return [
    ...(isFinalized ? [about(after, 'invoice.finalized')] : []),
    ...(isPaid ? [about(after, 'invoice.paid')] : []),
    ...newlyFailed(before, after).map((payment) => ({
      ...about(after, 'invoice.payment_failed', payment.id),
      payment,
    })),
    ...(isAttentionChanged ? [about(after, 'invoice.attention')] : []),
  ];
}

function newlyFailed(before: Invoice | null, after: Invoice): readonly FailedPayment[] {
  return failedPayments(after).filter(({ id }) => !failedPayments(before).some((known) => known.id === id));
}

function failedPayments(invoice: Invoice | null): readonly FailedPayment[] {
  return Object.entries(invoice?.payments ?? {})
    .filter(([, payment]) => standingOf(payment).kind === 'failed')
    .map(([id, { amount, currency }]) => ({ id, amount, currency }));
}

/**
 * Every write that changes what is told raises the version, so that no two changes share one; the time of creation
 * keeps apart the lives of an invoice that was removed and begun again, at version 1.
 */
function about<Type extends InvoiceEventType>(
  invoice: Invoice,
  type: Type,
  ...part: readonly string[]
): About<Type> {
  const { tenant, invoiceId, createdAt, version, updatedAt } = invoice;
  const id = [tenant.orgId, tenant.envId, invoiceId, createdAt, version, type, ...part].join('/');
  return { id, type, at: updatedAt, invoice };
}
