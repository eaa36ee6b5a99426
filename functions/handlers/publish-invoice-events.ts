import { publishInvoiceEventsDeps } from '../composition-root.ts';
import { log } from '../log.ts';
import { publishInvoiceEvents } from '../use-cases/publish-invoice-events.ts';

const deps = publishInvoiceEventsDeps();

/** Invoked with changes of invoices from the table's stream; answers from which record on they are to be brought again. */
export async function handler(batch: unknown) {
  const { changes, unreadable } = deps.invoiceStream.read(batch);
  for (const { tenant, invoiceId } of unreadable) {
    log.error('a change cannot be read', fieldsOf(tenant, invoiceId));
  }
  // Lambda then halves the batch until what cannot be read is alone, and everything else is published.
  if (unreadable.length > 0) throw new Error('Changes of invoices cannot be read; the log names them.');

  const outcome = await publishInvoiceEvents(changes, deps);
  if (outcome.kind === 'published') return { batchItemFailures: [] };
  const { sequenceNumber, after } = outcome.change;
  log.warn('events are not published yet', {
    ...fieldsOf(after.tenant, after.invoiceId),
    service: 'EventBridge',
    error: outcome.reason,
  });
  return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
}

const fieldsOf = ({ orgId, envId }: { orgId: string; envId: string }, invoiceId: string) => ({
  org_id: orgId,
  env_id: envId,
  invoice_id: invoiceId,
});
