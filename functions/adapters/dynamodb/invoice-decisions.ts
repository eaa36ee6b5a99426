import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Invoice } from '../../domain/invoice.ts';
import type { InvoiceDecisions } from '../../ports.ts';
import { conditionally } from './conditional.ts';
import { type Assignment, set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys } from './keys.ts';

/** What people decide of invoices. Any settlement raises the version, so that none is ever overwritten. */
export function dynamoInvoiceDecisions(client: DynamoDBDocumentClient, TableName: string): InvoiceDecisions {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async recordVoid(voided, readVersion, at) {
      const { version, status, attention, voidedAt, updatedAt, lease, invoiceId } = voided;
      // Its links are still open, or one is about to be saved.
      const due = dueKeys(invoiceId, lease ? new Date(lease.until) : at);
      return write(voided, set({ version, status, attention, voidedAt, updatedAt, ...due }), readVersion);
    },

    async recordAcknowledged(acknowledgedInvoice, readVersion) {
      const { version, attention, acknowledged, updatedAt } = acknowledgedInvoice;
      return write(acknowledgedInvoice, set({ version, attention, acknowledged, updatedAt }), readVersion);
    },
  };

  async function write(
    { tenant, invoiceId }: Invoice,
    assignment: Assignment,
    readVersion: number,
  ): Promise<boolean> {
    const command = new UpdateCommand({
      TableName,
      Key: keys.invoice(tenant, invoiceId),
      ...when(assignment, '#version = :readVersion', { ':readVersion': readVersion }),
    });
    const written = await conditionally(() => client.send(command));
    return written.kind === 'written';
  }
}
