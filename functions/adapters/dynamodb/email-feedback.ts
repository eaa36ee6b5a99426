import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EmailFeedbacks } from '../../ports.ts';
import { conditionally } from './conditional.ts';
import { set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { keys } from './keys.ts';

/** What SES says of e-mails, written to their invoices. When the sweeper looks at one again stays as it is. */
export function dynamoEmailFeedbacks(client: DynamoDBDocumentClient, TableName: string): EmailFeedbacks {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async record({ tenant, invoiceId, email: read }, email) {
      const command = new UpdateCommand({
        TableName,
        Key: keys.invoice(tenant, invoiceId),
        ...when(set({ email }), '#email = :read', { ':read': read }),
      });
      const written = await conditionally(() => client.send(command));
      return written.kind === 'written';
    },
  };
}
