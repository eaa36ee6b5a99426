import * as v from 'valibot';
import {
  ConnectionAnswer,
  DeliveryAnswer,
  HealthCheckAnswer,
  InvoiceAnswer,
  OpenApiAnswer,
  pageOf,
  WebhookEventAnswer,
} from './answers.ts';
import { type Contract, emptyAnswer, noBody, nothing } from './contract.ts';
import type { RouteName } from './routes.ts';
import {
  AcknowledgeBody,
  ConnectBody,
  confirmQuery,
  eventFilter,
  eventId,
  InvoiceBody,
  invoiceFilter,
  pageQuery,
  platformId,
  UpdateConnectionBody,
} from './schemas.ts';

const connection = { status: 200, body: ConnectionAnswer } as const;
const invoice = { status: 200, body: InvoiceAnswer } as const;
/** Stripe's event: only of one that is signed anything is read. */
const DeliveryBody = v.looseObject({ id: v.string(), type: v.string() });
const tenantSegment = v.pipe(v.string(), v.regex(/^tenant_[A-Za-z0-9_-]{1,64}$/));

const event = { status: 200, body: WebhookEventAnswer } as const;

/** The contract of every route: its handler keeps to it, and the OpenAPI document tells it. */
export const contracts = {
  'get-openapi': {
    summary: 'This document',
    path: nothing,
    query: nothing,
    body: noBody,
    answer: { status: 200, body: OpenApiAnswer },
    problems: [],
  },
  'stripe-webhook': {
    summary: 'Take a webhook of Stripe, whose signature is the proof',
    path: { tenant: tenantSegment, env_id: platformId },
    query: nothing,
    headers: { 'stripe-signature': v.string() },
    body: DeliveryBody,
    answer: { status: 200, body: DeliveryAnswer },
    problems: [
      'signature_verification_failed',
      'invalid_event',
      'webhook_not_found',
      'payload_too_large',
      'service_unavailable',
    ],
  },

  'connect-stripe': {
    summary: 'Connect a Stripe account',
    path: nothing,
    query: nothing,
    body: ConnectBody,
    answer: { status: 201, body: ConnectionAnswer },
    problems: [
      'connection_exists',
      'stripe_key_rejected',
      'not_a_secret_key',
      'not_a_webhook_secret',
      'webhook_url_not_public',
      'endpoint_limit_reached',
    ],
  },
  'list-connections': {
    summary: 'List the connections of an environment',
    path: nothing,
    query: pageQuery,
    body: noBody,
    answer: { status: 200, body: pageOf(ConnectionAnswer) },
    problems: ['cursor_not_found'],
  },
  'get-connection': {
    summary: 'Get the connection',
    path: nothing,
    query: nothing,
    body: noBody,
    answer: connection,
    problems: ['connection_not_found'],
  },
  'update-connection': {
    summary: 'Rename the connection, rotate its secrets, switch it on or off',
    path: nothing,
    query: nothing,
    body: UpdateConnectionBody,
    answer: connection,
    problems: [
      'connection_not_found',
      'write_conflict',
      'stripe_account_changed',
      'stripe_key_rejected',
      'not_a_secret_key',
      'not_a_webhook_secret',
    ],
  },
  'disconnect-stripe': {
    summary: 'Disconnect: close open links, remove the managed endpoint, destroy both secrets',
    path: nothing,
    query: confirmQuery,
    body: noBody,
    answer: emptyAnswer,
    problems: ['connection_not_found', 'payments_in_flight', 'write_conflict'],
  },
  'configure-webhook-endpoint': {
    summary: 'Create or mend the webhook endpoint at Stripe',
    path: nothing,
    query: nothing,
    body: noBody,
    answer: connection,
    problems: [
      'connection_not_found',
      'write_conflict',
      'stripe_key_rejected',
      'webhook_url_not_public',
      'endpoint_limit_reached',
    ],
  },
  'check-health': {
    summary: 'Check all that the integration needs, and say what to do',
    path: nothing,
    query: nothing,
    body: noBody,
    answer: { status: 200, body: pageOf(HealthCheckAnswer) },
    problems: ['connection_not_found'],
  },

  'list-webhook-events': {
    summary: 'List the webhook events that were received',
    path: nothing,
    query: { ...pageQuery, ...eventFilter },
    body: noBody,
    answer: { status: 200, body: pageOf(WebhookEventAnswer) },
    problems: ['cursor_not_found'],
  },
  'get-webhook-event': {
    summary: 'Get a webhook event',
    path: { event_id: eventId },
    query: nothing,
    body: noBody,
    answer: event,
    problems: ['webhook_event_not_found'],
  },
  'replay-webhook-event': {
    summary: 'Apply a recorded webhook event again, through the same rules',
    path: { event_id: eventId },
    query: nothing,
    body: noBody,
    answer: event,
    problems: ['webhook_event_not_found', 'connection_not_found'],
  },

  'list-invoices': {
    summary: 'List invoices',
    path: nothing,
    query: { ...pageQuery, ...invoiceFilter },
    body: noBody,
    answer: { status: 200, body: pageOf(InvoiceAnswer) },
    problems: ['cursor_not_found'],
  },
  'get-invoice': {
    summary: 'Get an invoice',
    path: { invoice_id: platformId },
    query: nothing,
    body: noBody,
    answer: invoice,
    problems: ['invoice_not_found'],
  },
  'finalize-invoice-route': {
    summary: 'Finalize an invoice: one Payment Link, one e-mail, however often it is asked for',
    path: { invoice_id: platformId },
    query: nothing,
    body: InvoiceBody,
    answer: invoice,
    problems: [
      'connection_not_found',
      'connection_inactive',
      'stripe_key_rejected',
      'amount_not_chargeable',
      'invoice_changed',
      'invoice_paid',
      'invoice_void',
      'try_again',
    ],
  },
  'void-invoice': {
    summary: 'Void an invoice: deactivate its link, expire the checkouts that are open on it',
    path: { invoice_id: platformId },
    query: confirmQuery,
    body: noBody,
    answer: invoice,
    problems: ['invoice_not_found', 'invoice_paid', 'payments_in_flight'],
  },
  'email-invoice': {
    summary: 'Send the e-mail of an invoice again, at most 5 times in 24 hours',
    path: { invoice_id: platformId },
    query: nothing,
    body: noBody,
    answer: { status: 202, body: InvoiceAnswer },
    problems: [
      'invoice_not_found',
      'connection_not_found',
      'connection_inactive',
      'invoice_paid',
      'invoice_void',
      'payments_in_flight',
      'no_email_address',
      'too_many_emails',
      'try_again',
    ],
  },
  'acknowledge-invoice': {
    summary: 'Note that a person has seen to what needed attention, until something new happens',
    path: { invoice_id: platformId },
    query: nothing,
    body: AcknowledgeBody,
    answer: invoice,
    problems: ['invoice_not_found'],
  },
} as const satisfies Record<RouteName, Contract>;
