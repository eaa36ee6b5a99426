import { describe, expect, it } from '@jest/globals';
import type { InvoiceEvent } from '../../functions/domain/invoice-events.ts';
import type { InvoiceChange, PublishOutcome } from '../../functions/ports.ts';
import { publishInvoiceEvents } from '../../functions/use-cases/publish-invoice-events.ts';
import { invoice } from '../support/builders.ts';

const finalized = (number: number): InvoiceChange => ({
  sequenceNumber: String(number),
  before: null,
  after: invoice({ invoiceId: `inv_${number}` }),
});
/** An e-mail that was sent: nothing that the platform is told. */
const untold = (number: number): InvoiceChange => ({ ...finalized(number), before: invoice() });

/** A bus that refuses the events of these invoices. */
function bus(...refused: readonly string[]) {
  const published: InvoiceEvent[] = [];
  return {
    published,
    async publish(events: readonly InvoiceEvent[]): Promise<PublishOutcome> {
      const left = events.filter(({ invoice: { invoiceId } }) => refused.includes(invoiceId));
      published.push(...events.filter((event) => !left.includes(event)));
      return left.length === 0
        ? { kind: 'published' }
        : { kind: 'unpublished', ids: new Set(left.map(({ id }) => id)), reason: 'ThrottlingException' };
    },
  };
}

describe('changes', () => {
  it('are told in their order, those that mean something', async () => {
    const eventBus = bus();
    const changes = [finalized(1), untold(2), finalized(3)];
    expect(await publishInvoiceEvents(changes, { eventBus })).toEqual({ kind: 'published' });
    expect(eventBus.published.map(({ invoice: { invoiceId } }) => invoiceId)).toEqual(['inv_1', 'inv_3']);
  });

  it('are to be repeated from the first of which something is not on the bus', async () => {
    const changes = [finalized(1), untold(2), finalized(3), finalized(4), finalized(5)];
    expect(await publishInvoiceEvents(changes, { eventBus: bus('inv_5', 'inv_3') })).toEqual({
      kind: 'repeat_from',
      change: changes[2],
      reason: 'ThrottlingException',
    });
  });

  it('that are told again make the same events', async () => {
    const eventBus = bus();
    await publishInvoiceEvents([finalized(1)], { eventBus });
    await publishInvoiceEvents([finalized(1)], { eventBus });
    expect(eventBus.published[1]).toEqual(eventBus.published[0]);
  });
});
