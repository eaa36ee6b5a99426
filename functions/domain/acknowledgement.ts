import { causesOf } from './attention.ts';
import type { Attention, Invoice } from './invoice.ts';
import { derive, paymentStatuses } from './settlement.ts';

/** The invoice once a person has seen to these; null where it shows none of them. */
export function acknowledge(invoice: Invoice, seen: readonly Attention[], now: Date): Invoice | null {
  const shown = invoice.attention.filter((attention) => seen.includes(attention));
  if (shown.length === 0) return null;

  const causes = causesOf(invoice, paymentStatuses(invoice));
  const seenTo = shown.flatMap((attention) => {
    const cause = causes[attention];
    return cause === null ? [] : [[attention, cause] as const];
  });
  return {
    ...derive({ ...invoice, acknowledged: { ...invoice.acknowledged, ...Object.fromEntries(seenTo) } }),
    version: invoice.version + 1,
    updatedAt: now.toISOString(),
  };
}
