import type { Delivered, SentEvent } from './delivery.ts';
import type { FaultsMet } from './faults.ts';
import type { Tally, Wrong } from './tally.ts';

const MOST_SHOWN = 20;

/** What was delivered, and what stood in its way. */
export function deliveryReport(delivered: Delivered, faults: FaultsMet): string {
  const answers = [...delivered.answers].sort().map(([status, count]) => `${number(count)} × ${status}`);
  const lines = faults
    .filter(({ met }) => met > 0)
    .map(({ service, kind, met }) => `  ${service.padEnd(9)}${kind.padEnd(9)}${number(met)}`);
  return [
    `answered: ${answers.join(', ')}; lost on the way: ${number(delivered.lost)}`,
    'faults met:',
    ...lines,
  ].join('\n');
}

/** Each outcome as often as it was expected, and as it was seen. */
export function outcomeReport({ outcomes }: Tally): string {
  const rows = [...outcomes].sort(([one], [other]) => (one < other ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length), 0);
  const line = (name: string, expected: string, actual: string) =>
    `${name.padEnd(width)}  ${expected.padStart(8)}  ${actual.padStart(8)}`;
  return [
    line('outcome', 'expected', 'seen'),
    ...rows.map(([name, { expected, actual }]) => line(name, number(expected), number(actual))),
  ].join('\n');
}

/** What is wrong, and with which events it came about. */
export function wrongReport(wrong: readonly Wrong[], events: readonly SentEvent[]): string {
  const shown = wrong.slice(0, MOST_SHOWN).map(({ order, what }) => {
    if (!order) return what;
    const { tenant, invoiceId, life } = order;
    const told = events
      .filter((event) => event.tenant === tenant && event.invoiceId === invoiceId)
      .map(({ id, type, sent, taken }) => `    ${id} ${type}: sent ${sent}, taken ${taken}`);
    return [`${tenant.orgId} ${invoiceId} (${life.name}): ${what}`, ...told].join('\n');
  });
  const others = wrong.length - shown.length;
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join('\n');
}

export function summary(
  invoices: number,
  events: number,
  wrong: readonly Wrong[],
  { seconds, latencies }: Delivered,
): string {
  if (wrong.length > 0) {
    const ids = new Set(wrong.map(({ order }) => order && `${order.tenant.orgId}/${order.invoiceId}`));
    return `load: ${number(ids.size)} invoices WRONG`;
  }
  const sorted = latencies.toSorted((one, other) => one - other);
  const percentile = (share: number) => number(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return [
    `load: ${number(invoices)} invoices right`,
    `${number(events)} events`,
    `${number(events / seconds)} events/s`,
    `p50 ${percentile(0.5)} ms`,
    `p99 ${percentile(0.99)} ms`,
  ].join(', ');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
