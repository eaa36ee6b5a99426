import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Invoice } from '../../domain/invoice.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { Invoices } from '../../ports.ts';
import { attempt } from './client.ts';
import { keys } from './keys.ts';
import { queryPage } from './list.ts';
import { toInvoice } from './records.ts';

/** What is read of invoices. */
export function dynamoInvoices(client: DynamoDBDocumentClient, TableName: string): Invoices {
  return {
    find: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    list(tenant, { status }, page) {
      return queryPage(client, TableName, { tenant, kind: 'INVOICES', page, filter: { status } }, (item) =>
        toInvoice(item, tenant),
      );
    },
  };
}

export async function findInvoice(
  client: DynamoDBDocumentClient,
  TableName: string,
  tenant: Tenant,
  invoiceId: string,
): Promise<Invoice | null> {
  const { Item } = await attempt(() =>
    client.send(new GetCommand({ TableName, Key: keys.invoice(tenant, invoiceId), ConsistentRead: true })),
  );
  return Item ? toInvoice(Item, tenant) : null;
}
