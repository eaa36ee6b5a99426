import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type fc from 'fast-check';
import { dynamoDueInvoices } from '../../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoEmailResends } from '../../../functions/adapters/dynamodb/email-resends.ts';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from '../../../functions/adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from '../../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from '../../../functions/adapters/dynamodb/invoices.ts';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { toInvoice } from '../../../functions/adapters/dynamodb/records.ts';
import { dynamoReplays, dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../../functions/adapters/dynamodb/webhook-events.ts';
import {
  beginEventCheck,
  EVENT_CHECK_EVERY_MS,
  type EventCheck,
} from '../../../functions/domain/event-check.ts';
import { LEASE_MS } from '../../../functions/domain/finalization.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import type { WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { type OutgoingEmail, Unavailable } from '../../../functions/ports.ts';
import { type EmailInvoiceDeps, emailInvoice } from '../../../functions/use-cases/email-invoice.ts';
import { finalizeInvoice } from '../../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../../functions/use-cases/sweep.ts';
import { type VoidInvoiceDeps, voidInvoice } from '../../../functions/use-cases/void-invoice.ts';
import { content, NOW } from '../../support/builders.ts';
import { documentClient, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { fakeStripe } from '../../support/fake-stripe.ts';
import { lean } from '../../support/lean-client.ts';
import { reconciliation } from '../../support/reconciliation.ts';
import { aTenant, connectionOf, later, saying, unique } from '../../support/samples.ts';
import { type Fault, faulty, type Hook, hooked } from '../../support/stopping.ts';
import { type Action, type Deed, type Forgery, type Happening, SECOND } from './deeds.ts';

const endpoint = await startTable();
const client = lean(documentClient(endpoint), endpoint);

/** Counts as a write begins, and as it ends. */
let writes = 0;
client.middlewareStack.add(
  (next, { commandName }) =>
    async (args) => {
      if (commandName === 'GetItemCommand' || commandName === 'QueryCommand') return next(args);
      writes += 1;
      try {
        return await next(args);
      } finally {
        writes += 1;
      }
    },
  { step: 'initialize' },
);

const store = {
  invoices: dynamoInvoices(client, TABLE_NAME),
  invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
  invoiceDecisions: dynamoInvoiceDecisions(client, TABLE_NAME),
  dueInvoices: dynamoDueInvoices(client, TABLE_NAME),
  finalizations: dynamoFinalizations(client, TABLE_NAME),
  emailResends: dynamoEmailResends(client, TABLE_NAME),
  settlements: dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS),
  replays: dynamoReplays(client, TABLE_NAME),
  events: dynamoWebhookEvents(client, TABLE_NAME),
};

export /** One tenant's one invoice, its Stripe and its mail, at a time that is set; what is stored is in the real table. */
function scene(story: readonly Happening[]) {
  const tenant = aTenant();
  const invoiceId = unique('inv');
  const connection = connectionOf(tenant);
  const state = {
    now: NOW,
    check: beginEventCheck(connection, NOW),
    checkDueAt: later(EVENT_CHECK_EVERY_MS),
    happened: 0,
    resends: 0,
    /** How often nobody could know whether an e-mail went out. */
    unsure: 0,
  };
  const clock = () => state.now;
  const stripe = fakeStripe(clock);
  const mails: OutgoingEmail[] = [];
  const wait = (milliseconds: number) => {
    state.now = later(milliseconds, state.now);
  };

  const deps = {
    ...store,
    ...reconciliation(client),
    clock,
    newId: randomUUID,
    sleep: async (milliseconds: number) => wait(milliseconds),
    connections: {
      find: async () => connection,
      unsettled: async () => [],
      saveUnsettledSince: async () => undefined,
      endUnsettled: async () => undefined,
    },
    closings: {
      due: async () => [],
      of: async () => [],
      end: async () => undefined,
      saveProgress: async () => undefined,
    },
    endpoints: { remove: async () => undefined },
    eventChecks: {
      due: async (now: Date) => (now >= state.checkDueAt ? [tenant] : []),
      find: async () => state.check,
      save: async (check: EventCheck, dueAt: Date) => {
        state.check = check;
        state.checkDueAt = dueAt;
      },
    },
    // The index is shared with all the other runs.
    dueInvoices: { ...store.dueInvoices, list: async () => ((await isDue()) ? [{ tenant, invoiceId }] : []) },
    vault: { open: async () => 'sk_test_1' },
    provider: stripe.provider,
    providerEvents: stripe.providerEvents,
    mailer: {
      async send(email: OutgoingEmail) {
        mails.push(email);
        return { kind: 'sent' as const };
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } satisfies SweepDeps & VoidInvoiceDeps & EmailInvoiceDeps;

  let read: { readonly at: number; readonly item: Record<string, unknown> | undefined } | undefined;
  /** The invoice's item. What nobody has written since is not read again: it would be most of all reads. */
  async function item(): Promise<Record<string, unknown> | undefined> {
    if (read?.at !== writes) {
      const at = writes;
      const Key = keys.invoice(tenant, invoiceId);
      const { Item } = await client.send(
        new GetCommand({ TableName: TABLE_NAME, Key, ConsistentRead: true }),
      );
      read = { at, item: Item };
    }
    return read.item;
  }

  async function isDue(): Promise<boolean> {
    const dueAt = (await item())?.['gsi2sk'];
    return typeof dueAt === 'string' && dueAt <= state.now.toISOString();
  }

  async function stored(): Promise<Invoice | null> {
    const found = await item();
    return found ? toInvoice(found, tenant) : null;
  }

  async function perform(action: Action, own: typeof deps, hook: Hook): Promise<void> {
    switch (action.does) {
      case 'finalize':
        await finalizeInvoice({ tenant, invoiceId, content: content(), waitMs: SECOND }, own);
        return;
      case 'sweep': {
        const { faults } = await sweep(own);
        if (faults > 0) throw new Error('the sweep met a fault');
        return;
      }
      case 'email':
        state.resends += 1;
        await emailInvoice({ tenant, invoiceId }, own);
        return;
      case 'void':
        await voidInvoice({ tenant, invoiceId, confirm: action.confirm }, own);
        return;
      case 'deliver': {
        const told = stripe.emitted[action.which % Math.max(1, stripe.emitted.length)];
        if (!told) return;
        await settlePayment(told.event, connection, own);
        told.isDelivered ||= !action.isAnswerLost;
        return;
      }
      case 'forge': {
        const told = stripe.emitted[action.which % Math.max(1, stripe.emitted.length)];
        if (!told || told.event.invoiceId === null) return;
        const status = await settlePayment(forged(told.event, action.as), connection, own);
        if (status !== 'rejected') throw new Error(`what was forged is ${status}`);
        return;
      }
      case 'happen':
        await hook('happen', goOn, 'story');
        return;
      case 'go wrong':
        stripe.goWrong(action.when);
        return;
      case 'wait':
        await hook('wait', () => wait(action.milliseconds), 'clock');
    }
  }

  /** False where nothing more is to happen, or can yet. */
  function goOn(): boolean {
    const next = story[state.happened];
    if (!next || !happens(next)) return false;
    state.happened += 1;
    return true;
  }

  /** False where it cannot happen yet. */
  function happens(happening: Happening): boolean {
    switch (happening.does) {
      case 'pay':
        return stripe.pay(happening.by);
      case 'end':
        return stripe.end(happening.as);
      case 'refund':
        return stripe.refund(happening.part);
      case 'decline':
        return stripe.decline();
      case 'dispute':
        return stripe.dispute();
    }
  }

  /** Only what may pass by itself is tolerated. */
  async function attempt({ action, fault }: Deed, hook: Hook): Promise<void> {
    const { deps: own, calls } = faulty(hooked(deps, hook), fault);
    try {
      await perform(action, own, hook);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
    if (fault && isForgotten(calls[fault.port - 1], fault)) state.unsure += 1;
  }

  return {
    state,
    stripe,
    mails,
    wait,
    goOn,
    attempt,
    stored,
  };
}
export type Scene = ReturnType<typeof scene>;

/** Whether an e-mail went out, and nobody came to know. */
function isForgotten(call: string | undefined, { when, process }: Fault): boolean {
  if (call === 'mailer.send') return when === 'after';
  return call === 'finalizations.markEmail' && when === 'before' && process === 'ends';
}

/** Another payment that claims to be this invoice's, and in one point is not. */
function forged(event: WebhookEvent, as: Forgery): WebhookEvent {
  const other = { ...event, eventId: unique('evt'), livemode: as === 'mode' };
  return saying(other, {
    paymentId: unique('pi'),
    claimed: { ...(as === 'mode' && { livemode: true }), ...(as === 'nonce' && { nonce: 'other' }) },
    ...(as === 'organization' && { orgId: 'other' }),
    ...(as === 'environment' && { envId: 'other' }),
  });
}

/** All of them side by side: one goes on at a time, by one call of a port, and `turns` says which. */
export async function atOnce(
  { attempt, state }: Scene,
  deeds: readonly Deed[],
  turns: fc.Scheduler,
): Promise<void> {
  const began = state.now.getTime();
  let underWay: Promise<unknown> = Promise.resolve();
  const inTurn =
    (who: number): Hook =>
    async (name, go) => {
      await turns.schedule(Promise.resolve(), `${who} ${name}`);
      const call = Promise.resolve(go());
      underWay = call.catch(() => undefined);
      return call;
    };
  const all = Promise.all(deeds.map((deed, who) => attempt(deed, inTurn(who))));
  await turns.waitFor(all, async (goOn) => {
    await goOn();
    await aTick();
    await underWay;
    await aTick();
  });
  // Whoever sleeps through its claim is taken for gone.
  if (state.now.getTime() - began >= LEASE_MS) state.unsure += deeds.length - 1;
}

const aTick = () => new Promise<void>((resolve) => setImmediate(resolve));
