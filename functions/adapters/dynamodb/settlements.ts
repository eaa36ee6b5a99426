import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { merge } from '../../domain/payment.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { WebhookEvent } from '../../domain/webhook-event.ts';
import type { CommitOutcome, Settlements, Verdict } from '../../ports.ts';
import { attempt } from './client.ts';
import { conditionally } from './conditional.ts';
import {
  deliveredEvents,
  type EventWrites,
  fetchedEvents,
  noEvents,
  replayedEvents,
} from './event-writes.ts';
import { set, when } from './expression.ts';
import { findInvoice } from './invoices.ts';
import { dueKeys, keys } from './keys.ts';
import { PaymentPointer, toInvoice } from './records.ts';
import { type TransactionWrite, transact } from './transact.ts';

/** A dispute may come long before the payment that it is about is found. */
const WAITING_DAYS = 90;

/** Settlements of what Stripe delivers. */
export function dynamoSettlements(
  client: DynamoDBDocumentClient,
  TableName: string,
  retentionDays: number,
): Settlements {
  return settlementsOf(client, TableName, deliveredEvents(client, TableName, retentionDays));
}

/** Settlements of events that were fetched from Stripe, since they never came. */
export function dynamoFetched(
  client: DynamoDBDocumentClient,
  TableName: string,
  retentionDays: number,
): Settlements {
  return settlementsOf(client, TableName, fetchedEvents(TableName, retentionDays));
}

/** Settlements of what Stripe answered when it was asked for payments: by the same transactions, without an event. */
export function dynamoLookedUp(client: DynamoDBDocumentClient, TableName: string): Settlements {
  return settlementsOf(client, TableName, noEvents);
}

/** Settlements of recorded events that a person has decided anew: by the same transactions, and not as deliveries. */
export function dynamoReplays(client: DynamoDBDocumentClient, TableName: string): Settlements {
  return settlementsOf(client, TableName, replayedEvents(TableName));
}

/**
 * The transactions of settlement: event, payment pointer and invoice, all or nothing. The event goes first: that it
 * is new, or may be decided again, is what makes N deliveries one effect.
 */
function settlementsOf(client: DynamoDBDocumentClient, TableName: string, events: EventWrites): Settlements {
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

    async keepWaiting(tenant, { eventId, payment }, at) {
      if (!payment) throw new Error('an event that tells of no payment waits for none');
      const ttl = Math.floor(at.getTime() / 1000) + WAITING_DAYS * 24 * 60 * 60;
      const Item = { ...keys.waitingEvent(tenant, payment.notice.paymentId, eventId), ttl };
      await attempt(() => client.send(new PutCommand({ TableName, Item })));
    },

    async payInFull(tenant, event, at) {
      const { invoiceId, payment: told } = event;
      if (invoiceId === null || told?.notice.fact.kind !== 'received')
        throw new Error('not a payment of an invoice');
      const { notice, claimed } = told;
      const payment = {
        ...merge(undefined, notice, { order: 0, afterVoid: false }),
        ...(claimed.nonce !== null && { nonce: claimed.nonce }),
      };
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
      const write = events.write(tenant, event, verdict, at);
      if (!write) return { kind: 'committed' };
      const written = await conditionally(() => client.send(new UpdateCommand(write)));
      return written.kind === 'written' ? { kind: 'committed' } : events.refused(tenant, event, written.item);
    },
  };

  async function commit(
    tenant: Tenant,
    event: WebhookEvent,
    verdict: Verdict,
    at: Date,
    [pointer, invoice]: [TransactionWrite, TransactionWrite],
  ): Promise<CommitOutcome> {
    const write = events.write(tenant, event, verdict, at);
    const outcome = await transact(client, [...(write ? [{ Update: write }] : []), pointer, invoice]);
    if (outcome.kind === 'written') return { kind: 'committed' };
    const eventReason = write ? outcome.reasons[0] : undefined;
    const invoiceReason = outcome.reasons.at(-1);
    if (eventReason?.refused) return events.refused(tenant, event, eventReason.item);
    return { kind: 'refused', invoice: invoiceReason?.item ? toInvoice(invoiceReason.item, tenant) : null };
  }

  function pointTo(tenant: Tenant, paymentId: string, invoiceId: string): TransactionWrite {
    return { Put: { TableName, Item: { ...keys.payment(tenant, paymentId), invoiceId } } };
  }
}
