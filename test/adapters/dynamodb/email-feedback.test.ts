import { describe, expect, it } from '@jest/globals';
import { dynamoEmailFeedbacks } from '../../../functions/adapters/dynamodb/email-feedback.ts';
import type { Invoice, InvoiceEmail } from '../../../functions/domain/invoice.ts';
import { Unavailable } from '../../../functions/ports.ts';
import { documentClient, dump, TABLE_NAME } from '../../support/dynamodb.ts';
import { startInvoices } from '../../support/invoices.ts';
import { aTenant } from '../../support/samples.ts';
import { NOBODY } from '../../support/stub-server.ts';

const { client, finalized, stored } = await startInvoices();
const emailFeedbacks = dynamoEmailFeedbacks(client, TABLE_NAME);
const bounced = ({ email }: Invoice): InvoiceEmail => ({ ...email, status: 'bounced' });

describe('feedback on an e-mail', () => {
  it('is recorded, and nothing else', async () => {
    const invoice = await finalized();
    const [before] = await dump(client, invoice.tenant.orgId);
    expect(await emailFeedbacks.record(invoice, bounced(invoice))).toBe(true);
    expect(await stored(invoice)).toEqual({ ...invoice, email: bounced(invoice) });
    expect(await dump(client, invoice.tenant.orgId)).toEqual([{ ...before, email: bounced(invoice) }]);
  });

  it.each<[string, Partial<InvoiceEmail>]>([
    ['its status', { status: 'complained' }],
    ['its round', { round: 2 }],
    ['its claim', { claim: { owner: 'sender', until: '2026-03-01T12:00:28.000Z' } }],
    ['when it was sent again', { resends: ['2026-03-01T12:00:00.000Z'] }],
  ])('loses to whoever wrote %s meanwhile', async (_, changes) => {
    const invoice = await finalized();
    const other = { ...invoice.email, ...changes };
    await emailFeedbacks.record(invoice, other);
    expect(await emailFeedbacks.record(invoice, bounced(invoice))).toBe(false);
    expect((await stored(invoice)).email).toEqual(other);
  });

  it('makes no invoice where there is none', async () => {
    const invoice = { ...(await finalized()), tenant: aTenant() };
    expect(await emailFeedbacks.find(invoice.tenant, invoice.invoiceId)).toBeNull();
    expect(await emailFeedbacks.record(invoice, bounced(invoice))).toBe(false);
    expect(await dump(client, invoice.tenant.orgId)).toEqual([]);
  });

  it('waits where DynamoDB is away', async () => {
    const invoice = await finalized();
    const away = dynamoEmailFeedbacks(documentClient(NOBODY), TABLE_NAME);
    await expect(away.record(invoice, bounced(invoice))).rejects.toThrow(Unavailable);
  });
});
