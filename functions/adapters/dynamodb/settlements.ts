import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { merge } from '../../domain/payment.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { WEBHOOK_EVENT_STATUSES, type WebhookEvent } from '../../domain/webhook-event.ts';
import type { CommitOutcome, Settlements, Verdict } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import { set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys, listPartition, listSortKey } from './keys.ts';
import { PaymentPointer, toInvoice } from './records.ts';
import { type TransactionWrite, transact } from './transact.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * The transactions of settlement: event, payment pointer and invoice, all or nothing. The event goes first: that it
 * is new, or was left undecided, is what makes N deliveries one effect.
 */
export function dynamoSettlements(
  client: DynamoDBDocumentClient,
  TableName: string,
  retentionDays: number,
): Settlements {
  return {
    findInvoice: (tenant, invoiceId) => findInvoice(client, TableName, tenant, invoiceId),

    async findInvoiceIdByPayment(tenant, paymentId) {
      const { Item } = await attempt(() =>
        client.send(
          new GetCommand({ TableName, Key: keys.payment(tenant, paymentId), ConsistentRead: true }),
        ),
      );
      return Item ? v.parse(PaymentPointer, Item).invoiceId : null;
    },

    async payInFull(tenant, event, at) {
      const { invoiceId, payment: told } = event;
      if (invoiceId === null || told?.notice.fact.kind !== 'received')
        throw new Error('not a payment of an invoice');
      const { notice, claimed } = told;
      const payment = merge(undefined, notice, { order: 0, afterVoid: false });
      const paid = set(
        {
          status: 'PAID',
          amountPaid: payment.amount,
          paidAt: notice.occurrence.at,
          updatedAt: at.toISOString(),
          ...dueKeys(invoiceId, at),
        },
        { raised: ['version'] },
      );
      const isPlain = [
        '#status = :finalized',
        'size(#payments) = :zero',
        '#content.#amountDue = :amountPaid',
        '#content.#currency = :currency',
        '#current.#livemode = :livemode',
        '#current.#nonce = :nonce',
        ...(claimed.link ? ['#current.#link.#id = :link'] : []),
      ];
      const { UpdateExpression, ExpressionAttributeNames, ...rest } = when(paid, isPlain.join(' AND '), {
        ':finalized': 'FINALIZED',
        ':currency': payment.currency,
        ':livemode': claimed.livemode,
        ':nonce': claimed.nonce,
        ...(claimed.link && { ':link': claimed.link.id }),
        ':payment': payment,
      });
      return commit(tenant, event, { status: 'applied', reason: null }, at, [
        pointTo(tenant, notice.paymentId, invoiceId),
        {
          Update: {
            TableName,
            Key: keys.invoice(tenant, invoiceId),
            UpdateExpression: `${UpdateExpression}, #payments.#paymentId = :payment`,
            ExpressionAttributeNames: { ...ExpressionAttributeNames, '#paymentId': notice.paymentId },
            ...rest,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]);
    },

    async commit(tenant, event, { invoice, readVersion, verdict }, at) {
      if (!event.payment) throw new Error('an event that tells of no payment settles none');
      const { version, status, attention, amountPaid, payments, paidAt, updatedAt, invoiceId } = invoice;
      const settled = set({
        version,
        status,
        attention,
        amountPaid,
        payments,
        paidAt,
        updatedAt,
        ...dueKeys(invoiceId, at),
      });
      return commit(tenant, event, verdict, at, [
        pointTo(tenant, event.payment.notice.paymentId, invoiceId),
        {
          Update: {
            TableName,
            Key: keys.invoice(tenant, invoiceId),
            ...when(settled, '#version = :readVersion', { ':readVersion': readVersion }),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ]);
    },

    async record(tenant, event, verdict, at) {
      const written = await conditionally(() =>
        client.send(new UpdateCommand(eventUpdate(tenant, event, verdict, at))),
      );
      return written.kind === 'written' ? { kind: 'committed' } : countDelivery(tenant, event);
    },
  };

  async function commit(
    tenant: Tenant,
    event: WebhookEvent,
    verdict: Verdict,
    at: Date,
    [pointer, invoice]: [TransactionWrite, TransactionWrite],
  ): Promise<CommitOutcome> {
    const outcome = await transact(client, [
      { Update: eventUpdate(tenant, event, verdict, at) },
      pointer,
      invoice,
    ]);
    if (outcome.kind === 'written') return { kind: 'committed' };
    const [eventReason, , invoiceReason] = outcome.reasons;
    if (eventReason?.refused) return countDelivery(tenant, event);
    return { kind: 'refused', invoice: invoiceReason?.item ? toInvoice(invoiceReason.item, tenant) : null };
  }

  /** An event that could not be decided before (connection off, invoice unknown) is decided when it comes again. */
  function eventUpdate(tenant: Tenant, event: WebhookEvent, verdict: Verdict, at: Date) {
    const now = at.toISOString();
    const recorded = set(
      {
        ...event,
        ...verdict,
        processedAt: now,
        ttl: Math.floor(at.getTime() / 1000) + retentionDays * DAY_SECONDS,
      },
      {
        once: {
          receivedAt: now,
          gsi1pk: listPartition(tenant, 'EVENTS'),
          gsi1sk: listSortKey(now, event.eventId),
        },
        raised: ['deliveries'],
      },
    );
    return {
      TableName,
      Key: keys.event(tenant, event.eventId),
      ...when(recorded, 'attribute_not_exists(pk) OR #status IN (:skipped, :unmatched)', {
        ':skipped': 'skipped',
        ':unmatched': 'unmatched',
      }),
    };
  }

  function pointTo(tenant: Tenant, paymentId: string, invoiceId: string): TransactionWrite {
    return { Put: { TableName, Item: { ...keys.payment(tenant, paymentId), invoiceId } } };
  }

  async function countDelivery(tenant: Tenant, { eventId }: WebhookEvent): Promise<CommitOutcome> {
    const command = new UpdateCommand({
      TableName,
      Key: keys.event(tenant, eventId),
      ...when(set({}, { raised: ['deliveries'] }), 'attribute_exists(pk)', {}),
      ReturnValues: 'ALL_NEW',
    });
    const { Attributes } = await attempt(() => client.send(command));
    const { status } = v.parse(v.object({ status: v.picklist(WEBHOOK_EVENT_STATUSES) }), Attributes);
    return { kind: 'duplicate', status };
  }
}
