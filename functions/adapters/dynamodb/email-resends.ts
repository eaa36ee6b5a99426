import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EmailResends } from '../../ports.ts';
import { conditionally } from './conditional.ts';
import { set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys } from './keys.ts';
import { toInvoice } from './records.ts';

/** E-mails that are sent again. Should the sender break off, the end of its claim is when the sweeper goes on. */
export function dynamoEmailResends(client: DynamoDBDocumentClient, TableName: string): EmailResends {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async claim({ tenant, invoiceId, version, email: read }, email) {
      const { claim } = email;
      if (!claim) throw new Error('an e-mail that nobody claims is not sent');
      const command = new UpdateCommand({
        TableName,
        Key: keys.invoice(tenant, invoiceId),
        ...when(
          set({ email, ...dueKeys(invoiceId, new Date(claim.until)) }),
          '#version = :version AND #status = :finalized AND #email = :read',
          { ':version': version, ':finalized': 'FINALIZED', ':read': read },
        ),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const written = await conditionally(() => client.send(command));
      if (written.kind === 'written') return true;
      // The SDK repeats a write whose answer was lost: the claim that stands there may be our own.
      const stored = written.item === undefined ? null : toInvoice(written.item, tenant);
      return stored?.email.claim?.owner === claim.owner;
    },
  };
}
