import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { connectionCache } from './adapters/connection-cache.ts';
import { createDocumentClient } from './adapters/dynamodb/client.ts';
import { dynamoClosings } from './adapters/dynamodb/closings.ts';
import { dynamoConnections } from './adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from './adapters/dynamodb/due-invoices.ts';
import { dynamoEmailResends } from './adapters/dynamodb/email-resends.ts';
import { dynamoFinalizations } from './adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from './adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from './adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from './adapters/dynamodb/invoices.ts';
import { dynamoReplays, dynamoSettlements } from './adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from './adapters/dynamodb/webhook-events.ts';
import { createKmsClient, kmsVault } from './adapters/kms/vault.ts';
import { createSesClient, sesMailer } from './adapters/ses/mailer.ts';
import { stripeClients } from './adapters/stripe/client.ts';
import { stripeKeyProbe } from './adapters/stripe/key-probe.ts';
import { stripePaymentProvider } from './adapters/stripe/payment-provider.ts';
import { stripeWebhookEndpoints } from './adapters/stripe/webhook-endpoints.ts';
import { stripeWebhooks } from './adapters/stripe/webhooks.ts';
import { Environment, readConfig } from './config.ts';
import { log } from './log.ts';

/**
 * The only file that builds adapters. Each function below gives one kind of Lambda what it needs and no more:
 * bundles keep only what is reachable from there. Handlers call them while Lambda initialises.
 */

let client: ReturnType<typeof createDocumentClient> | undefined;

/** One client for all that a function does with the table: connections are kept with it. */
function documentClient() {
  client ??= createDocumentClient();
  return client;
}

const clock = () => new Date();
const newId = () => randomUUID();
const sleep = async (milliseconds: number) => setTimeout(milliseconds);

export function webhookDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'EVENT_RETENTION_DAYS']));
  const connections = dynamoConnections(documentClient(), config.TABLE_NAME);
  return {
    clock,
    log,
    connections,
    connectionCache: connectionCache(connections, clock),
    settlements: dynamoSettlements(documentClient(), config.TABLE_NAME, config.EVENT_RETENTION_DAYS),
    stripe: stripeWebhooks,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
  };
}

export function finalizeDeps() {
  const config = readConfig(
    v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'SENDER_EMAIL', 'STRIPE_API_BASE']),
  );
  return {
    clock,
    newId,
    sleep,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    finalizations: dynamoFinalizations(documentClient(), config.TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    provider: stripePaymentProvider(stripeClients(config.STRIPE_API_BASE)),
    mailer: sesMailer(createSesClient(), config.SENDER_EMAIL),
  };
}

export function connectDeps() {
  const config = readConfig(v.pick(Environment, ['SECRETS_KEY_ARN', 'STRIPE_API_BASE']));
  const stripeFor = stripeClients(config.STRIPE_API_BASE);
  return {
    ...connectionReadDeps(),
    clock,
    newId,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    provider: stripePaymentProvider(stripeFor),
    endpoints: stripeWebhookEndpoints(stripeFor),
  };
}

export function configureWebhookEndpointDeps() {
  const config = readConfig(v.pick(Environment, ['SECRETS_KEY_ARN', 'STRIPE_API_BASE']));
  return {
    ...connectionReadDeps(),
    clock,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    endpoints: stripeWebhookEndpoints(stripeClients(config.STRIPE_API_BASE)),
  };
}

export function healthDeps() {
  const config = readConfig(v.pick(Environment, ['STRIPE_API_BASE']));
  return {
    ...configureWebhookEndpointDeps(),
    keyProbe: stripeKeyProbe(stripeClients(config.STRIPE_API_BASE)),
  };
}

export function updateConnectionDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return {
    ...connectionReadDeps(),
    ...closeAccountDeps(),
    replays: dynamoReplays(documentClient(), config.TABLE_NAME),
  };
}

export function disconnectDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { ...closeAccountDeps(), connections: dynamoConnections(documentClient(), config.TABLE_NAME) };
}

export function sweepDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return {
    ...finalizeDeps(),
    ...closeAccountDeps(),
    dueInvoices: dynamoDueInvoices(documentClient(), config.TABLE_NAME),
    events: dynamoWebhookEvents(documentClient(), config.TABLE_NAME),
    replays: dynamoReplays(documentClient(), config.TABLE_NAME),
  };
}

function closeAccountDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'STRIPE_API_BASE']));
  const stripeFor = stripeClients(config.STRIPE_API_BASE);
  return {
    clock,
    log,
    closings: dynamoClosings(documentClient(), config.TABLE_NAME),
    invoices: dynamoInvoices(documentClient(), config.TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    provider: stripePaymentProvider(stripeFor),
    endpoints: stripeWebhookEndpoints(stripeFor),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
  };
}

export function connectionReadDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'PUBLIC_URL']));
  return {
    publicUrl: config.PUBLIC_URL,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    events: dynamoWebhookEvents(documentClient(), config.TABLE_NAME),
  };
}

export function inboxDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { events: dynamoWebhookEvents(documentClient(), config.TABLE_NAME) };
}

export function replayDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return {
    clock,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    events: dynamoWebhookEvents(documentClient(), config.TABLE_NAME),
    replays: dynamoReplays(documentClient(), config.TABLE_NAME),
  };
}

export function invoiceReadDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { invoices: dynamoInvoices(documentClient(), config.TABLE_NAME) };
}

export function voidInvoiceDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'STRIPE_API_BASE']));
  return {
    clock,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    invoiceDecisions: dynamoInvoiceDecisions(documentClient(), config.TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    provider: stripePaymentProvider(stripeClients(config.STRIPE_API_BASE)),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
  };
}

export function emailInvoiceDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SENDER_EMAIL']));
  return {
    clock,
    newId,
    sleep,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    emailResends: dynamoEmailResends(documentClient(), config.TABLE_NAME),
    finalizations: dynamoFinalizations(documentClient(), config.TABLE_NAME),
    mailer: sesMailer(createSesClient(), config.SENDER_EMAIL),
  };
}

export function acknowledgeInvoiceDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { clock, invoiceDecisions: dynamoInvoiceDecisions(documentClient(), config.TABLE_NAME) };
}
