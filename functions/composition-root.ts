import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { connectionCache } from './adapters/connection-cache.ts';
import { createDocumentClient } from './adapters/dynamodb/client.ts';
import { dynamoConnections } from './adapters/dynamodb/connections.ts';
import { dynamoFinalizations } from './adapters/dynamodb/finalizations.ts';
import { dynamoInvoices } from './adapters/dynamodb/invoices.ts';
import { dynamoSettlements } from './adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from './adapters/dynamodb/webhook-events.ts';
import { createKmsClient, kmsVault } from './adapters/kms/vault.ts';
import { createSesClient, sesMailer } from './adapters/ses/mailer.ts';
import { stripeClients } from './adapters/stripe/client.ts';
import { stripePaymentProvider } from './adapters/stripe/payment-provider.ts';
import { stripeWebhooks } from './adapters/stripe/webhooks.ts';
import { Environment, readConfig } from './config.ts';
import { log } from './log.ts';

/**
 * The only file that builds adapters. Each function below gives one kind of Lambda what it needs and no more:
 * bundles keep only what is reachable from there. Handlers call them while Lambda initialises.
 */

const clock = () => new Date();
const newId = () => randomUUID();

export function webhookDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'EVENT_RETENTION_DAYS']));
  const client = createDocumentClient();
  const connections = dynamoConnections(client, config.TABLE_NAME);
  return {
    clock,
    log,
    connections,
    connectionCache: connectionCache(connections, clock),
    settlements: dynamoSettlements(client, config.TABLE_NAME, config.EVENT_RETENTION_DAYS),
    stripe: stripeWebhooks,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
  };
}

export function finalizeDeps() {
  const config = readConfig(
    v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN', 'SENDER_EMAIL', 'STRIPE_API_BASE']),
  );
  const client = createDocumentClient();
  return {
    clock,
    newId,
    connectionCache: connectionCache(dynamoConnections(client, config.TABLE_NAME), clock),
    finalizations: dynamoFinalizations(client, config.TABLE_NAME),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    provider: stripePaymentProvider(stripeClients(config.STRIPE_API_BASE)),
    mailer: sesMailer(createSesClient(), config.SENDER_EMAIL),
  };
}

export function connectDeps() {
  const config = readConfig(v.pick(Environment, ['STRIPE_API_BASE']));
  return {
    ...updateConnectionDeps(),
    newId,
    provider: stripePaymentProvider(stripeClients(config.STRIPE_API_BASE)),
  };
}

export function updateConnectionDeps() {
  const config = readConfig(v.pick(Environment, ['SECRETS_KEY_ARN']));
  return { ...connectionReadDeps(), clock, vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN) };
}

export function connectionReadDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'PUBLIC_URL']));
  const client = createDocumentClient();
  return {
    publicUrl: config.PUBLIC_URL,
    connections: dynamoConnections(client, config.TABLE_NAME),
    events: dynamoWebhookEvents(client, config.TABLE_NAME),
  };
}

export function inboxDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { events: dynamoWebhookEvents(createDocumentClient(), config.TABLE_NAME) };
}

export function invoiceReadDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { invoices: dynamoInvoices(createDocumentClient(), config.TABLE_NAME) };
}
