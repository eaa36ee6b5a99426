import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { connectionCache } from './adapters/connection-cache.ts';
import { createDocumentClient } from './adapters/dynamodb/client.ts';
import { dynamoClosings } from './adapters/dynamodb/closings.ts';
import { dynamoConnections } from './adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from './adapters/dynamodb/due-invoices.ts';
import { dynamoEmailFeedbacks } from './adapters/dynamodb/email-feedback.ts';
import { dynamoEmailResends } from './adapters/dynamodb/email-resends.ts';
import { dynamoEventChecks } from './adapters/dynamodb/event-checks.ts';
import { dynamoFinalizations } from './adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from './adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from './adapters/dynamodb/invoice-links.ts';
import { dynamoInvoiceStream } from './adapters/dynamodb/invoice-stream.ts';
import { dynamoInvoices } from './adapters/dynamodb/invoices.ts';
import {
  dynamoFetched,
  dynamoLookedUp,
  dynamoReplays,
  dynamoSettlements,
} from './adapters/dynamodb/settlements.ts';
import { dynamoWaitingEvents } from './adapters/dynamodb/waiting-events.ts';
import { dynamoWebhookEvents } from './adapters/dynamodb/webhook-events.ts';
import { createEventBridgeClient, eventBridgeBus } from './adapters/eventbridge/event-bus.ts';
import { createKmsClient, kmsVault } from './adapters/kms/vault.ts';
import { readFeedback } from './adapters/ses/feedback-event.ts';
import { createSesClient, sesMailer } from './adapters/ses/mailer.ts';
import { stripeClients } from './adapters/stripe/client.ts';
import { stripeEvents } from './adapters/stripe/events.ts';
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

function stripeFor() {
  return stripeClients(readConfig(v.pick(Environment, ['STRIPE_API_BASE'])).STRIPE_API_BASE);
}

const clock = () => new Date();
const newId = () => randomUUID();
const sleep = async (milliseconds: number) => setTimeout(milliseconds);

function finalizations() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'FIRST_LOOK_SECONDS']));
  return dynamoFinalizations(documentClient(), config.TABLE_NAME, config.FIRST_LOOK_SECONDS * 1000);
}

function mailer() {
  const config = readConfig(v.pick(Environment, ['SENDER_EMAIL', 'EMAIL_CONFIGURATION_SET']));
  return sesMailer(createSesClient(), {
    sender: config.SENDER_EMAIL,
    configurationSet: config.EMAIL_CONFIGURATION_SET,
    sleep,
  });
}

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
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN']));
  return {
    clock,
    newId,
    sleep,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    finalizations: finalizations(),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    lookedUp: dynamoLookedUp(documentClient(), config.TABLE_NAME),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    provider: stripePaymentProvider(stripeFor()),
    mailer: mailer(),
  };
}

export function connectDeps() {
  const config = readConfig(v.pick(Environment, ['SECRETS_KEY_ARN']));
  return {
    ...connectionReadDeps(),
    clock,
    newId,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    provider: stripePaymentProvider(stripeFor()),
    endpoints: stripeWebhookEndpoints(stripeFor()),
  };
}

export function configureWebhookEndpointDeps() {
  const config = readConfig(v.pick(Environment, ['SECRETS_KEY_ARN']));
  return {
    ...connectionReadDeps(),
    clock,
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
    endpoints: stripeWebhookEndpoints(stripeFor()),
  };
}

export function healthDeps() {
  return {
    ...configureWebhookEndpointDeps(),
    keyProbe: stripeKeyProbe(stripeFor()),
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
  const config = readConfig(
    v.pick(Environment, ['TABLE_NAME', 'EVENT_RETENTION_DAYS', 'FIRST_LOOK_SECONDS']),
  );
  return {
    ...finalizeDeps(),
    ...closeAccountDeps(),
    firstLookMs: config.FIRST_LOOK_SECONDS * 1000,
    dueInvoices: dynamoDueInvoices(documentClient(), config.TABLE_NAME),
    events: dynamoWebhookEvents(documentClient(), config.TABLE_NAME),
    waitingEvents: dynamoWaitingEvents(documentClient(), config.TABLE_NAME),
    eventChecks: dynamoEventChecks(documentClient(), config.TABLE_NAME),
    providerEvents: stripeEvents(stripeFor()),
    replays: dynamoReplays(documentClient(), config.TABLE_NAME),
    fetched: dynamoFetched(documentClient(), config.TABLE_NAME, config.EVENT_RETENTION_DAYS),
  };
}

function closeAccountDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN']));
  return {
    clock,
    log,
    closings: dynamoClosings(documentClient(), config.TABLE_NAME),
    invoices: dynamoInvoices(documentClient(), config.TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    lookedUp: dynamoLookedUp(documentClient(), config.TABLE_NAME),
    provider: stripePaymentProvider(stripeFor()),
    endpoints: stripeWebhookEndpoints(stripeFor()),
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
  const config = readConfig(v.pick(Environment, ['TABLE_NAME', 'SECRETS_KEY_ARN']));
  return {
    clock,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    invoiceDecisions: dynamoInvoiceDecisions(documentClient(), config.TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(documentClient(), config.TABLE_NAME),
    lookedUp: dynamoLookedUp(documentClient(), config.TABLE_NAME),
    provider: stripePaymentProvider(stripeFor()),
    vault: kmsVault(createKmsClient(), config.SECRETS_KEY_ARN),
  };
}

export function emailInvoiceDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return {
    clock,
    newId,
    sleep,
    connections: dynamoConnections(documentClient(), config.TABLE_NAME),
    emailResends: dynamoEmailResends(documentClient(), config.TABLE_NAME),
    finalizations: finalizations(),
    mailer: mailer(),
  };
}

export function recordEmailFeedbackDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { readFeedback, emailFeedbacks: dynamoEmailFeedbacks(documentClient(), config.TABLE_NAME) };
}

export function acknowledgeInvoiceDeps() {
  const config = readConfig(v.pick(Environment, ['TABLE_NAME']));
  return { clock, invoiceDecisions: dynamoInvoiceDecisions(documentClient(), config.TABLE_NAME) };
}

export function publishInvoiceEventsDeps() {
  const config = readConfig(v.pick(Environment, ['EVENT_BUS_NAME']));
  return {
    invoiceStream: dynamoInvoiceStream,
    eventBus: eventBridgeBus(createEventBridgeClient(), config.EVENT_BUS_NAME),
  };
}
