import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { connectionCache } from '../../../functions/adapters/connection-cache.ts';
import { dynamoClosings } from '../../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../../functions/adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from '../../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoEmailResends } from '../../../functions/adapters/dynamodb/email-resends.ts';
import { dynamoEventChecks } from '../../../functions/adapters/dynamodb/event-checks.ts';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from '../../../functions/adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from '../../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from '../../../functions/adapters/dynamodb/invoices.ts';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { dynamoReplays, dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../../functions/adapters/dynamodb/webhook-events.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import type { WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import type {
  LinkOrder,
  LinkOutcome,
  MailOutcome,
  ProviderEvents,
  StripeWebhooks,
} from '../../../functions/ports.ts';
import {
  type DisconnectStripeDeps,
  disconnectStripe,
} from '../../../functions/use-cases/disconnect-stripe.ts';
import { type EmailInvoiceDeps, emailInvoice } from '../../../functions/use-cases/email-invoice.ts';
import { finalizeInvoice } from '../../../functions/use-cases/finalize-invoice.ts';
import { type ReceiveWebhookDeps, receiveWebhook } from '../../../functions/use-cases/receive-webhook.ts';
import { type SweepDeps, sweep } from '../../../functions/use-cases/sweep.ts';
import { type VoidInvoiceDeps, voidInvoice } from '../../../functions/use-cases/void-invoice.ts';
import { content, NOW } from '../../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { fakeStripe } from '../../support/fake-stripe.ts';
import { lean } from '../../support/lean-client.ts';
import { reconciliation } from '../../support/reconciliation.ts';
import { connectionOf, later, unique } from '../../support/samples.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const AFTER_LEASE = 29 * SECOND;

const endpoint = await startTable();
export const client = lean(documentClient(endpoint), endpoint);
const store = {
  connections: dynamoConnections(client, TABLE_NAME),
  closings: dynamoClosings(client, TABLE_NAME),
  dueInvoices: dynamoDueInvoices(client, TABLE_NAME),
  emailResends: dynamoEmailResends(client, TABLE_NAME),
  eventChecks: dynamoEventChecks(client, TABLE_NAME),
  events: dynamoWebhookEvents(client, TABLE_NAME),
  finalizations: dynamoFinalizations(client, TABLE_NAME),
  invoiceDecisions: dynamoInvoiceDecisions(client, TABLE_NAME),
  invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
  invoices: dynamoInvoices(client, TABLE_NAME),
  replays: dynamoReplays(client, TABLE_NAME),
  settlements: dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS),
};

export type Deps = SweepDeps & ReceiveWebhookDeps & VoidInvoiceDeps & EmailInvoiceDeps & DisconnectStripeDeps;
export type Scene = Awaited<ReturnType<typeof openScene>>;

const INVOICE = 'inv_1';
const ENDPOINT = 'we_ours';

/** A tenant that has connected its Stripe account, with one invoice, at a time that is set; the database is the real one. Its id begins with that of its batch. */
export async function openScene(batch: string) {
  const tenant = { orgId: unique(batch), envId: 'prod' };
  const state = {
    now: NOW,
    stripeRefuses: false,
    eventsSay: 'listed' as 'listed' | 'key_rejected' | 'place_lost',
    mailSays: 'sent' as MailOutcome['kind'],
    /** What happens, once, between Stripe's making a link and its answer. */
    whenLinkIsMade: async (): Promise<unknown> => undefined,
    /** Work of several kinds goes on side by side, in any order. */
    sweeps: new Set(['closings', 'connections', 'event_checks', 'invoices']),
  };
  const clock = () => state.now;
  const stripe = fakeStripe(clock);
  const endpoints = new Set([ENDPOINT]);
  const mails: string[] = [];
  /** As the index says it of every tenant: one of all scenes would take each of them the longer, the more there are. */
  const isDue = async (kind: string, Key: { readonly pk: string; readonly sk: string }, now: Date) => {
    if (!state.sweeps.has(kind)) return false;
    const { Item } = await client.send(new GetCommand({ TableName: TABLE_NAME, Key, ConsistentRead: true }));
    return Item !== undefined && 'gsi2sk' in Item && String(Item['gsi2sk']) <= now.toISOString();
  };

  const deps = {
    ...store,
    ...reconciliation(client),
    clock,
    newId: randomUUID,
    sleep: async (milliseconds: number) => wait(milliseconds),
    connections: {
      ...store.connections,
      unsettled: async () => ((await isDue('connections', keys.connection(tenant), clock())) ? [tenant] : []),
    },
    connectionCache: connectionCache(store.connections, clock),
    closings: {
      ...store.closings,
      due: async () =>
        state.sweeps.has('closings') && (await store.closings.of(tenant)).length > 0 ? [tenant] : [],
    },
    eventChecks: {
      ...store.eventChecks,
      async due(now: Date) {
        return (await isDue('event_checks', keys.eventCheck(tenant), now)) ? [tenant] : [];
      },
    },
    dueInvoices: {
      ...store.dueInvoices,
      list: async (now: Date) =>
        (await isDue('invoices', keys.invoice(tenant, INVOICE), now)) ? [{ tenant, invoiceId: INVOICE }] : [],
    },
    vault: { open: async ({ ciphertext }: { readonly ciphertext: string }) => ciphertext },
    endpoints: { remove: async (_key: string, id: string) => void endpoints.delete(id) },
    provider: {
      ...stripe.provider,
      async createPaymentLink(key: string, order: LinkOrder): Promise<LinkOutcome> {
        if (state.stripeRefuses) return { kind: 'not_chargeable', detail: 'Stripe says no.' };
        const made = await stripe.provider.createPaymentLink(key, order);
        const happens = state.whenLinkIsMade;
        state.whenLinkIsMade = async () => undefined;
        await happens();
        return made;
      },
    },
    providerEvents: {
      async list(...asked: Parameters<ProviderEvents['list']>): ReturnType<ProviderEvents['list']> {
        const { eventsSay: kind } = state;
        if (kind === 'listed') return stripe.providerEvents.list(...asked);
        return kind === 'key_rejected' ? { kind, detail: 'Stripe says no.' } : { kind };
      },
    },
    mailer: {
      async send({ to }: { readonly to: string }) {
        if (state.mailSays === 'sent') mails.push(to);
        return { kind: state.mailSays };
      },
    },
    // A delivery's body is the id of its event here.
    stripe: {
      readHeader: () => ({ timestamp: '0', signatures: [] }),
      isSigned: () => true,
      parseEvent: (body) => told.get(Buffer.from(body).toString()) ?? null,
    } satisfies StripeWebhooks,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } satisfies Deps;

  function wait(milliseconds: number): void {
    state.now = later(milliseconds, state.now);
  }

  const connection = connectionOf(tenant, {
    id: 'conn_1',
    secretKey: { ciphertext: 'sk_test_acme', hint: 'sk_test_…4242' },
    webhookEndpoint: { id: ENDPOINT, managed: true },
  });
  await store.connections.create(connection);

  /** What Stripe has told, or may. */
  const told = new Map<string, WebhookEvent>();
  const receive = async (event: WebhookEvent, with_: Deps = deps) => {
    told.set(event.eventId, event);
    const outcome = await receiveWebhook(
      { tenant, signature: 't=0', body: Buffer.from(event.eventId) },
      with_,
    );
    if (outcome.kind !== 'received') throw new Error(outcome.kind);
    return outcome.status;
  };
  const stored = async (): Promise<Invoice> => {
    const invoice = await store.finalizations.find(tenant, INVOICE);
    if (!invoice) throw new Error('not stored');
    return invoice;
  };

  return {
    tenant,
    connection,
    state,
    stripe,
    deps,
    mails,
    endpoints,
    wait,
    stored,
    receive,
    finalize: (with_: Deps = deps) =>
      finalizeInvoice({ tenant, invoiceId: INVOICE, content: content() }, with_),
    voidIt: (with_: Deps = deps) => voidInvoice({ tenant, invoiceId: INVOICE, confirm: true }, with_),
    email: (with_: Deps = deps) => emailInvoice({ tenant, invoiceId: INVOICE }, with_),
    disconnect: (with_: Deps = deps) => disconnectStripe({ tenant, confirm: false }, with_),
    async sweep(with_: Deps = deps) {
      const outcome = await sweep(with_);
      if (outcome.faults > 0) throw new Error('the sweep met a fault');
      return outcome;
    },
    /** The newest event of that type at Stripe. */
    event(type: string): WebhookEvent {
      const found = stripe.emitted.findLast(({ event }) => event.type === type);
      if (!found) throw new Error(`there is no ${type}`);
      return found.event;
    },
    /** How many links there are, and how many of them can be paid. */
    links: () => ({ made: stripe.sold.length, payable: stripe.sold.filter(stripe.isPayable).length }),
  };
}
