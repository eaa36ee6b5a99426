import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isLeftWithoutLink } from '../../domain/sweeping.ts';
import type { InvoiceLinks } from '../../ports.ts';
import { conditionally } from './conditional.ts';
import { set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys } from './keys.ts';

/** The state of an invoice's links at Stripe, as it is recorded. */
export function dynamoInvoiceLinks(client: DynamoDBDocumentClient, TableName: string): InvoiceLinks {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async recordClosed(closed, readVersion, at) {
      const { tenant, invoiceId, version, current, previous } = closed;
      const updatedAt = at.toISOString();
      const due = isLeftWithoutLink(closed) ? dueKeys(invoiceId, at) : {};
      const command = new UpdateCommand({
        TableName,
        Key: keys.invoice(tenant, invoiceId),
        ...when(set({ version, current, previous, updatedAt, ...due }), '#version = :readVersion', {
          ':readVersion': readVersion,
        }),
      });
      const written = await conditionally(() => client.send(command));
      return written.kind === 'written';
    },
  };
}
