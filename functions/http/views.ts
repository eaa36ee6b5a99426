import type { Connection } from '../domain/connection.ts';
import { webhookUrl } from '../domain/connection.ts';
import type { Invoice } from '../domain/invoice.ts';
import { standingOf } from '../domain/payment.ts';
import { paymentStatuses } from '../domain/settlement.ts';
import type { ReceivedEvent } from '../domain/webhook-event.ts';
import type { ConnectionAnswer, InvoiceAnswer, PaymentAnswer, WebhookEventAnswer } from './answers.ts';

/** What callers see: the contract's names, and never a secret. */

export function connectionView(
  connection: Connection,
  publicUrl: string,
  lastEventAt: string | null,
): ConnectionAnswer {
  return {
    id: connection.id,
    provider: 'stripe',
    name: connection.name,
    is_active: connection.isActive,
    livemode: connection.livemode,
    stripe_account_id: connection.stripeAccountId,
    secret_key_hint: connection.secretKey.hint,
    webhook_secret_set: connection.webhookSecrets.some(({ expiresAt }) => expiresAt === null),
    webhook_url: webhookUrl(publicUrl, connection.tenant),
    webhook_endpoint: connection.webhookEndpoint,
    last_event_at: lastEventAt,
    last_signature_failure_at: connection.lastSignatureFailureAt,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}

export function invoiceView(invoice: Invoice): InvoiceAnswer {
  const { content, current, email } = invoice;
  return {
    invoice_id: invoice.invoiceId,
    invoice_number: content.invoiceNumber,
    customer_id: content.customerId,
    customer: content.customer,
    currency: content.currency,
    amount_due: content.amountDue,
    amount_paid: invoice.amountPaid,
    status: invoice.status,
    attention: invoice.attention,
    payment_link: current.link,
    email: { status: email.status, to: email.to, sent_at: email.sentAt },
    payments: paymentViews(invoice),
    due_date: content.dueDate,
    memo: content.memo,
    finalized_at: invoice.finalizedAt,
    paid_at: invoice.paidAt,
    created_at: invoice.createdAt,
    updated_at: invoice.updatedAt,
  };
}

/** In order of time. A payment of which only a refund or a dispute is known yet is not shown. */
function paymentViews(invoice: Invoice): readonly PaymentAnswer[] {
  const statuses = paymentStatuses(invoice);
  return Object.entries(invoice.payments)
    .flatMap(([id, payment]) => {
      const standing = standingOf(payment);
      const status = statuses.get(id);
      if (standing.kind === 'unknown' || !status) return [];
      return [
        {
          provider_payment_id: id,
          amount: payment.amount,
          currency: payment.currency,
          status,
          event_id: standing.since.eventId,
          at: standing.since.at,
        },
      ];
    })
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

export function eventView(event: ReceivedEvent): WebhookEventAnswer {
  return {
    event_id: event.eventId,
    type: event.type,
    status: event.status,
    reason: event.reason,
    invoice_id: event.invoiceId,
    customer_id: event.customerId,
    amount: event.amount,
    currency: event.currency,
    provider_payment_id: event.providerPaymentId,
    livemode: event.livemode,
    created_at: event.createdAt,
    received_at: event.receivedAt,
    processed_at: event.processedAt,
    deliveries: event.deliveries,
  };
}
