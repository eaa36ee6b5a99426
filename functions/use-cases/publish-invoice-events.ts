import { eventsBetween } from '../domain/invoice-events.ts';
import type { EventBus, InvoiceChange } from '../ports.ts';

export type PublishInvoiceEventsDeps = { readonly eventBus: EventBus };

export type PublishInvoiceEventsOutcome =
  | { readonly kind: 'published' }
  /** From this change on they are to be brought again: what was published then is published once more. */
  | { readonly kind: 'repeat_from'; readonly change: InvoiceChange; readonly reason: string };

/**
 * Tells the platform what happened to invoices, each event at least once.
 *
 * In: changes of invoices, in order. Out: `published`, or the first change of which something is not on the bus.
 *
 * 1. Work out the events of each change: most have none.
 * 2. Put them on the bus.
 * 3. Where it did not take all, find the first change that is to be repeated.
 */
export async function publishInvoiceEvents(
  changes: readonly InvoiceChange[],
  { eventBus }: PublishInvoiceEventsDeps,
): Promise<PublishInvoiceEventsOutcome> {
  const told = changes.map((change) => ({ change, events: eventsBetween(change.before, change.after) }));

  const outcome = await eventBus.publish(told.flatMap(({ events }) => events));
  if (outcome.kind === 'published') return outcome;

  const first = told.find(({ events }) => events.some(({ id }) => outcome.ids.has(id)));
  if (!first) throw new Error('the bus names events that it was not given');
  return { kind: 'repeat_from', change: first.change, reason: outcome.reason };
}
