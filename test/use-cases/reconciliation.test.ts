import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { dynamoClosings } from '../../functions/adapters/dynamodb/closings.ts';
import { dynamoConnections } from '../../functions/adapters/dynamodb/connections.ts';
import { dynamoDueInvoices } from '../../functions/adapters/dynamodb/due-invoices.ts';
import { dynamoEventChecks } from '../../functions/adapters/dynamodb/event-checks.ts';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoInvoiceDecisions } from '../../functions/adapters/dynamodb/invoice-decisions.ts';
import { dynamoInvoiceLinks } from '../../functions/adapters/dynamodb/invoice-links.ts';
import { dynamoInvoices } from '../../functions/adapters/dynamodb/invoices.ts';
import { dynamoReplays, dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import { stripeClients } from '../../functions/adapters/stripe/client.ts';
import { stripeEvents } from '../../functions/adapters/stripe/events.ts';
import { parsePaymentEvent } from '../../functions/adapters/stripe/payment-event.ts';
import { stripePaymentProvider } from '../../functions/adapters/stripe/payment-provider.ts';
import { beginClosing } from '../../functions/domain/closing.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import { beginInvoice, idempotencyKey, linkMetadata, renew } from '../../functions/domain/finalization.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { closeLinks } from '../../functions/use-cases/close-links.ts';
import { disconnectStripe } from '../../functions/use-cases/disconnect-stripe.ts';
import { finalizeInvoice } from '../../functions/use-cases/finalize-invoice.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { type SweepDeps, sweep } from '../../functions/use-cases/sweep.ts';
import { voidInvoice } from '../../functions/use-cases/void-invoice.ts';
import { content, NOW } from '../support/builders.ts';
import {
  documentClient,
  dump,
  type Item,
  RETENTION_DAYS,
  startTable,
  TABLE_NAME,
} from '../support/dynamodb.ts';
import { reconciliation } from '../support/reconciliation.ts';
import { aTenant, connectionOf, later, unique } from '../support/samples.ts';
import { startStripe } from '../support/stripe.ts';
import { stubServer } from '../support/stub-server.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const client = documentClient(await startTable());
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
let now = NOW;
/** Stripe and we look at the same clock, which only the tests move. */
const stripe = await startStripe(() => now.getTime());
const stripeFor = stripeClients(stripe.url);

const Ids = v.object({ data: v.array(v.object({ id: v.string(), type: v.string() })) });

/** The tenant's items as they were. */
async function restore(backup: readonly Item[], orgId: string): Promise<void> {
  for (const { pk, sk } of await dump(client, orgId)) {
    await client.send(new DeleteCommand({ TableName: TABLE_NAME, Key: { pk, sk } }));
  }
  for (const item of backup) await client.send(new PutCommand({ TableName: TABLE_NAME, Item: item }));
}

/** A connected tenant, whose webhooks nobody delivers unless a test does. */
async function scene(changes: Partial<Connection> = {}) {
  const tenant = aTenant();
  const key = `sk_test_${unique('acme').replaceAll(/\W/g, '')}_1`;
  const connections = dynamoConnections(client, TABLE_NAME);
  const closings = dynamoClosings(client, TABLE_NAME);
  const dueInvoices = dynamoDueInvoices(client, TABLE_NAME);
  const eventChecks = dynamoEventChecks(client, TABLE_NAME);
  const isMine = (item: { readonly tenant: { readonly orgId: string } }) =>
    item.tenant.orgId === tenant.orgId;
  const mails: string[] = [];
  const faults: string[] = [];
  const deps = {
    ...reconciliation(client),
    clock: () => now,
    newId: randomUUID,
    sleep: async () => undefined,
    connections,
    finalizations: dynamoFinalizations(client, TABLE_NAME),
    invoices: dynamoInvoices(client, TABLE_NAME),
    invoiceLinks: dynamoInvoiceLinks(client, TABLE_NAME),
    invoiceDecisions: dynamoInvoiceDecisions(client, TABLE_NAME),
    events: dynamoWebhookEvents(client, TABLE_NAME),
    replays: dynamoReplays(client, TABLE_NAME),
    // The table is shared with the other tests, and so are its indexes.
    closings: { ...closings, due: async () => [tenant] },
    dueInvoices: {
      ...dueInvoices,
      list: async (at: Date) => (await dueInvoices.list(at, 100_000)).filter(isMine),
    },
    eventChecks: {
      ...eventChecks,
      due: async (at: Date) =>
        (await eventChecks.due(at, 100_000)).filter(({ orgId }) => orgId === tenant.orgId),
    },
    vault: { open: async ({ ciphertext }: { readonly ciphertext: string }) => ciphertext },
    endpoints: { remove: async () => undefined },
    provider: stripePaymentProvider(stripeFor),
    providerEvents: stripeEvents(stripeFor),
    mailer: {
      async send({ text }: { readonly text: string }) {
        mails.push(text);
        return { kind: 'sent' as const };
      },
    },
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (message: string) => faults.push(message),
    },
  } satisfies SweepDeps & { readonly invoiceDecisions: unknown };

  const connection = connectionOf(tenant, {
    attachment: unique('conn'),
    secretKey: { ciphertext: key, hint: 'sk_test_…4242' },
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    ...changes,
  });
  await connections.create(connection);

  const invoiceId = unique('inv');
  const stored = async (): Promise<Invoice> => {
    const found = await deps.finalizations.find(tenant, invoiceId);
    if (!found) throw new Error('not stored');
    return found;
  };
  const linkId = async () => (await stored()).current.link?.id ?? '';
  const post = async (path: string, body: object = {}) => {
    const response = await fetch(`${stripe.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
  };
  return {
    tenant,
    key,
    deps,
    connection,
    mails,
    faults,
    stored,
    linkId,
    invoiceId,
    async finalize() {
      const outcome = await finalizeInvoice({ tenant, invoiceId, content: content() }, deps);
      if (outcome.kind !== 'finalized') throw new Error(outcome.code);
      return outcome.invoice;
    },
    pay: async (outcome: 'paid' | 'declined' | 'delayed', link?: string) =>
      stripe.pay(link ?? (await linkId()), outcome),
    endDelayed: stripe.settle,
    dispute: (intent: string) => post(`/_test/payment-intents/${intent}/dispute`),
    refund: (intent: string) => stripeFor(key).refunds.create({ payment_intent: intent }),
    /** As Stripe would, at last. */
    async deliver(type: string) {
      const { data } = v.parse(Ids, JSON.parse(await stripe.read('/v1/events?limit=100', key)));
      const found = data.find((event) => event.type === type);
      if (!found) throw new Error(`there is no ${type}`);
      const body = Buffer.from(await stripe.read(`/v1/events/${found.id}`, key));
      const event = parsePaymentEvent(body, now);
      if (!event) throw new Error('not an event');
      return settlePayment(event, connection, { settlements, clock: () => now });
    },
    inbox: async () => (await deps.events.list(tenant, {}, { limit: 100, after: null })).items,
    sweepAfter: async (milliseconds: number) => {
      now = later(milliseconds, now);
      return sweep(deps);
    },
    calls: async () => (await stripe.requests()).length,
  };
}

describe('a payment whose webhook never came', () => {
  it('case 13: is found when its link is looked up a minute after the e-mail, and the event that comes later changes nothing', async () => {
    const { finalize, pay, sweepAfter, stored, deliver, mails, inbox } = await scene();
    await finalize();
    const { payment_intent } = await pay('paid');
    await sweepAfter(59 * SECOND);
    expect((await stored()).status).toBe('FINALIZED');
    await sweepAfter(2 * SECOND);
    const paid = await stored();
    expect(paid).toMatchObject({
      status: 'PAID',
      amountPaid: 129_900,
      attention: [],
      current: { link: { active: false } },
    });
    expect(Object.keys(paid.payments)).toEqual([payment_intent]);
    expect(paid.payments[payment_intent]?.received?.eventId).toMatch(/^cs_/);
    expect(await inbox()).toEqual([]);

    expect(await deliver('checkout.session.completed')).toBe('recorded');
    expect(await deliver('payment_intent.succeeded')).toBe('recorded');
    expect(await stored()).toMatchObject({ ...paid, version: expect.any(Number) });
    expect(mails).toHaveLength(1);
  });

  it('case 44: is found after a restore from a backup, though it had come', async () => {
    const { finalize, pay, deliver, sweepAfter, stored, tenant } = await scene();
    await finalize();
    const backup = await dump(client, tenant.orgId);
    await pay('paid');
    expect(await deliver('checkout.session.completed')).toBe('applied');
    const { payments } = await stored();
    await restore(backup, tenant.orgId);
    expect((await stored()).status).toBe('FINALIZED');
    await sweepAfter(2 * MINUTE);
    const paid = await stored();
    expect(paid).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
    expect(Object.keys(paid.payments)).toEqual(Object.keys(payments));
  });

  it('case 13: of a delayed one is pending, and then there', async () => {
    const { finalize, pay, endDelayed, sweepAfter, stored } = await scene();
    await finalize();
    const { payment_intent } = await pay('delayed');
    await sweepAfter(MINUTE);
    expect((await stored()).status).toBe('PAYMENT_PENDING');
    await endDelayed(payment_intent, 'succeeded');
    await sweepAfter(10 * MINUTE);
    expect(await stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
  });

  it('case 13: of a delayed one that failed is followed by another link and another e-mail', async () => {
    const { finalize, pay, endDelayed, sweepAfter, stored, mails } = await scene();
    const first = await finalize();
    const { payment_intent } = await pay('delayed');
    await endDelayed(payment_intent, 'failed');
    await sweepAfter(MINUTE);
    expect(await stored()).toMatchObject({
      status: 'FINALIZED',
      current: { number: 2, link: { active: true } },
      previous: [{ link: { id: first.current.link?.id, active: false } }],
      email: { status: 'sent' },
    });
    expect(mails).toHaveLength(2);
    // And this one can be paid.
    await pay('paid');
    await sweepAfter(MINUTE);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: [] });
  });

  it('case 14: after a declined card, on its way by bank debit, is pending, and makes no second link', async () => {
    const { finalize, pay, deliver, sweepAfter, stored, mails } = await scene();
    await finalize();
    await pay('declined');
    expect(await deliver('payment_intent.payment_failed')).toBe('applied');
    await pay('delayed');
    await sweepAfter(MINUTE);
    await sweepAfter(HOUR);
    expect(await stored()).toMatchObject({ status: 'PAYMENT_PENDING', current: { number: 1 } });
    expect(mails).toHaveLength(1);
  });

  it('case 14: failed in the second in which it was completed: Stripe is asked, though only the seed’s events came', async () => {
    const { finalize, pay, endDelayed, deliver, sweepAfter, stored } = await scene();
    await finalize();
    const { payment_intent } = await pay('delayed');
    await endDelayed(payment_intent, 'failed');
    await deliver('checkout.session.completed');
    await deliver('payment_intent.payment_failed');
    expect((await stored()).status).toBe('PAYMENT_PENDING');
    await sweepAfter(SECOND);
    expect(await stored()).toMatchObject({ status: 'FINALIZED', current: { number: 2 } });
  });

  it('case 23: and which was given back and disputed meanwhile, pays and says so', async () => {
    const { finalize, pay, refund, dispute, sweepAfter, stored } = await scene();
    await finalize();
    const { payment_intent } = await pay('paid');
    await refund(payment_intent);
    await dispute(payment_intent);
    await sweepAfter(MINUTE);
    expect(await stored()).toMatchObject({
      status: 'PAID',
      amountPaid: 129_900,
      attention: ['refunded', 'disputed'],
    });
  });

  it('case 18: through an old link, is found when that link is closed, and nobody is asked again', async () => {
    const { finalize, pay, stored, deps, connection, sweepAfter, mails } = await scene();
    const first = await finalize();
    await pay('paid');
    const lease = { owner: 'gone', until: now.toISOString() };
    await deps.finalizations.renew(first, renew(first, connection, { nonce: randomUUID(), lease, now }));
    await sweepAfter(MINUTE);
    expect(await stored()).toMatchObject({
      status: 'PAID',
      previous: [{ link: { id: first.current.link?.id, active: false } }],
    });
    expect(mails).toHaveLength(1);
  });

  it('case 17: before an invoice was voided, is found when its link is closed', async () => {
    const { finalize, pay, stored, deps, tenant, invoiceId } = await scene();
    await finalize();
    await pay('paid');
    expect(await voidInvoice({ tenant, invoiceId, confirm: false }, deps)).toMatchObject({ kind: 'void' });
    expect(await stored()).toMatchObject({ status: 'VOID', attention: ['paid_after_void'] });
  });

  it('case 30: before its account was disconnected, is found while the account is closed', async () => {
    const { finalize, pay, stored, deps, tenant } = await scene();
    await finalize();
    await pay('paid');
    expect(await disconnectStripe({ tenant, confirm: false }, deps)).toEqual({ kind: 'disconnected' });
    expect(await stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
  });
});

describe('an unpaid link', () => {
  it('is looked up with one call, less and less often', async () => {
    const { finalize, sweepAfter, stored, calls, mails } = await scene();
    await finalize();
    const before = await stored();
    let looks = 0;
    for (let minutes = 0; minutes < 24 * 60; minutes += minutes < 60 ? 1 : 20) {
      const made = await calls();
      const { invoices } = await sweepAfter((minutes < 60 ? 1 : 20) * MINUTE);
      looks += invoices;
      expect((await calls()) - made).toBeGreaterThanOrEqual(invoices);
      // And two that ask for events, once an hour.
      expect((await calls()) - made).toBeLessThanOrEqual(invoices + 2);
    }
    expect(looks).toBeGreaterThanOrEqual(8);
    expect(looks).toBeLessThanOrEqual(14);
    expect(await stored()).toEqual(before);
    expect(mails).toHaveLength(1);
  });

  it('is not looked up while the connection is off', async () => {
    const { finalize, pay, sweepAfter, stored, deps, connection } = await scene();
    await finalize();
    await pay('paid');
    const off = { ...connection, isActive: false, version: 2, inactiveSince: now.toISOString() };
    await deps.connections.update(off, 1);
    await sweepAfter(2 * MINUTE);
    expect((await stored()).status).toBe('FINALIZED');

    await deps.connections.update({ ...off, isActive: true, version: 3, inactiveSince: null }, 2);
    await sweepAfter(DAY);
    expect((await stored()).status).toBe('PAID');
  });

  it('is left alone where the key may not read what was paid', async () => {
    const key = `rk_test_${unique('acme').replaceAll(/\W/g, '')}_1`;
    const { finalize, pay, sweepAfter, stored, faults } = await scene({
      secretKey: { ciphertext: key, hint: 'rk_test_…4242' },
    });
    await finalize();
    await pay('paid');
    await stripe.restrict(key, ['rak_checkout_session_read', 'rak_event_read']);
    await sweepAfter(2 * HOUR);
    expect((await stored()).status).toBe('FINALIZED');
    expect(faults).toEqual([]);
    await stripe.restrict(key, []);
    await sweepAfter(DAY);
    expect((await stored()).status).toBe('PAID');
  });
});

describe('an event', () => {
  it('case 43: that was never delivered is fetched within the hour, settled once, and its delivery counted when it comes', async () => {
    const { finalize, pay, refund, deliver, sweepAfter, stored, key, inbox } = await scene();
    await finalize();
    const { payment_intent } = await pay('paid');
    await deliver('checkout.session.completed');
    await stripeFor(key).webhookEndpoints.create({
      url: `${stripe.url}/nobody`,
      enabled_events: ['charge.refunded'],
    });
    await refund(payment_intent);
    await sweepAfter(30 * MINUTE);
    expect((await stored()).attention).toEqual([]);
    await sweepAfter(31 * MINUTE);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: ['refunded'] });
    const fetched = (await inbox()).find(({ type }) => type === 'charge.refunded');
    expect(fetched).toMatchObject({
      status: 'applied',
      deliveries: 0,
      invoiceId: (await stored()).invoiceId,
    });

    const before = await stored();
    await sweepAfter(HOUR);
    expect(await deliver('charge.refunded')).toBe('applied');
    expect(await stored()).toEqual(before);
    expect((await inbox()).find(({ type }) => type === 'charge.refunded')).toMatchObject({ deliveries: 1 });
  });

  it('case 44: which was delivered, and is not known any more since the table was restored, is fetched within the hour', async () => {
    const { finalize, pay, refund, deliver, sweepAfter, stored, key } = await scene();
    const taken = await stubServer();
    await finalize();
    const { payment_intent } = await pay('paid');
    await deliver('checkout.session.completed');
    await stripeFor(key).webhookEndpoints.create({ url: taken.url, enabled_events: ['charge.refunded'] });
    await refund(payment_intent);
    const isDelivered = async () => {
      const { data } = await stripeFor(key).events.list({ type: 'charge.refunded' });
      return data.every(({ pending_webhooks }) => pending_webhooks === 0);
    };
    while (!(await isDelivered())) await new Promise((resolve) => setTimeout(resolve, 10));
    await sweepAfter(61 * MINUTE);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: ['refunded'] });
  });

  it('case 43: of a delayed payment of a void invoice, while the endpoint was disabled, is fetched', async () => {
    const { finalize, pay, endDelayed, deliver, sweepAfter, stored, key, deps, tenant, invoiceId } =
      await scene();
    await finalize();
    const { payment_intent } = await pay('delayed');
    await deliver('checkout.session.completed');
    await voidInvoice({ tenant, invoiceId, confirm: true }, deps);
    const { id } = await stripeFor(key).webhookEndpoints.create({
      url: `${stripe.url}/nobody`,
      enabled_events: ['checkout.session.async_payment_succeeded'],
    });
    await stripeFor(key).webhookEndpoints.update(id, { disabled: true });
    await endDelayed(payment_intent, 'succeeded');
    await sweepAfter(61 * MINUTE);
    expect(await stored()).toMatchObject({ status: 'VOID', attention: ['paid_after_void'] });
  });

  it('case 43: is read from the beginning where Stripe has forgotten the place at which a reading broke off', async () => {
    const { finalize, pay, refund, deliver, sweepAfter, stored, key, deps, tenant, connection } =
      await scene();
    await finalize();
    const { payment_intent } = await pay('paid');
    await deliver('checkout.session.completed');
    await stripeFor(key).webhookEndpoints.create({
      url: `${stripe.url}/nobody`,
      enabled_events: ['charge.refunded'],
    });
    await refund(payment_intent);
    const pass = {
      since: now.toISOString(),
      until: later(HOUR, now).toISOString(),
      scope: 'undelivered' as const,
      after: 'evt_forgotten',
    };
    const { attachment } = connection;
    await deps.eventChecks.save({ tenant, attachment, readUntil: now.toISOString(), pass }, now);
    await sweepAfter(5 * MINUTE);
    expect((await stored()).attention).toEqual([]);
    await sweepAfter(SECOND);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: ['refunded'] });
  });

  it('case 20: of the tenant’s other sales is none of our business', async () => {
    const { key, sweepAfter, inbox } = await scene();
    const price_data = { currency: 'usd', unit_amount: 100, product_data: { name: 'Tea' } };
    const sale = await stripeFor(key).paymentLinks.create({ line_items: [{ quantity: 1, price_data }] });
    await stripe.pay(sale.id, 'paid');
    await sweepAfter(5 * HOUR);
    expect(await inbox()).toEqual([]);
  });

  it('case 23: is a dispute that came before its payment: it waits, and is settled with it', async () => {
    const { finalize, pay, dispute, deliver, sweepAfter, stored, inbox } = await scene();
    await finalize();
    const { payment_intent } = await pay('paid');
    await dispute(payment_intent);
    expect(await deliver('charge.dispute.created')).toBe('ignored');
    expect(await deliver('payment_intent.succeeded')).toBe('applied');
    expect((await stored()).attention).toEqual([]);
    await sweepAfter(SECOND);
    expect(await stored()).toMatchObject({ status: 'PAID', attention: ['disputed'] });
    expect((await inbox()).map(({ status }) => status)).toEqual(['applied', 'applied']);
  });
});

describe('an account that is left, and connected again', () => {
  type Left = Awaited<ReturnType<typeof scene>>;
  const connectAgain = async ({ tenant, key, deps }: Left) => {
    const id = unique('conn');
    const at = now.toISOString();
    const secretKey = { ciphertext: key, hint: 'sk_test_…4242' };
    const again = connectionOf(tenant, { id, attachment: id, secretKey, createdAt: at, updatedAt: at });
    expect(await deps.connections.create(again)).toBe('created');
  };
  /** With an endpoint at Stripe: what nobody listens to is not sent, and counts as delivered. */
  const pending = async (all: Left) => {
    await all.finalize();
    const { payment_intent } = await all.pay('delayed');
    await all.deliver('checkout.session.completed');
    await stripeFor(all.key).webhookEndpoints.create({
      url: `${stripe.url}/nobody`,
      enabled_events: ['checkout.session.async_payment_succeeded', 'payment_intent.succeeded'],
    });
    expect((await all.stored()).status).toBe('PAYMENT_PENDING');
    return payment_intent;
  };
  const leave = async ({ tenant, deps, sweepAfter }: Left) => {
    expect(await disconnectStripe({ tenant, confirm: true }, deps)).toEqual({ kind: 'disconnected' });
    for (let minute = 0; minute < 10; minute += 1) await sweepAfter(MINUTE);
    expect(await deps.closings.of(tenant)).toEqual([]);
  };

  it('case 43: has its money that came meanwhile found', async () => {
    const all = await scene();
    const payment = await pending(all);
    await leave(all);
    await all.endDelayed(payment, 'succeeded');
    await all.sweepAfter(HOUR);
    expect((await all.stored()).status).toBe('PAYMENT_PENDING');
    await connectAgain(all);
    await all.sweepAfter(61 * MINUTE);
    expect(await all.stored()).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
  });

  it('case 43: has it found where another account was connected meanwhile', async () => {
    const all = await scene();
    const { deps, connection, sweepAfter } = all;
    const payment = await pending(all);
    const other = { ciphertext: 'sk_test_other_1', hint: 'sk_test_…er_1' };
    const changed = { ...connection, version: 2, attachment: 'other', secretKey: other };
    await deps.connections.replaceAccount(changed, 1, beginClosing(connection, now));
    for (let minute = 0; minute < 10; minute += 1) await sweepAfter(MINUTE);
    await all.endDelayed(payment, 'succeeded');
    await sweepAfter(5 * HOUR);
    const updatedAt = now.toISOString();
    const back = { ...changed, version: 3, attachment: 'back', secretKey: connection.secretKey, updatedAt };
    await deps.connections.replaceAccount(back, 2, beginClosing(changed, now));
    await sweepAfter(61 * MINUTE);
    expect((await all.stored()).status).toBe('PAID');
  });

  it('case 25: has a finalize that broke off before completed', async () => {
    const all = await scene();
    const lease = { owner: 'gone', until: later(28 * SECOND, now).toISOString() };
    await all.deps.finalizations.begin(
      beginInvoice(all.connection, all.invoiceId, content(), { nonce: randomUUID(), lease, now }),
    );
    await leave(all);
    await connectAgain(all);
    await all.sweepAfter(HOUR);
    expect(await all.stored()).toMatchObject({ status: 'FINALIZED', current: { link: { active: true } } });
    expect(all.mails).toHaveLength(1);
  });

  it.each([
    ['at once', 0],
    ['a week later', 7 * DAY],
  ])('case 30: sends the customer of an unpaid invoice another link, %s', async (_, pause) => {
    const all = await scene();
    await all.finalize();
    await leave(all);
    expect((await all.stored()).current.link?.active).toBe(false);
    for (let day = 0; day < pause; day += DAY) await all.sweepAfter(DAY);
    await connectAgain(all);
    await all.sweepAfter(DAY);
    await all.sweepAfter(MINUTE);
    expect(await all.stored()).toMatchObject({ current: { number: 2, link: { active: true } } });
    expect(all.mails).toHaveLength(2);
  });

  it('case 30: leaves no link behind that is among the events only minutes after it was made', async () => {
    const { deps, connection, invoiceId, key, tenant, sweepAfter, faults } = await scene();
    const lease = { owner: 'gone', until: later(28 * SECOND, now).toISOString() };
    const begun = beginInvoice(connection, invoiceId, content(), { nonce: randomUUID(), lease, now });
    await deps.finalizations.begin(begun);
    await deps.provider.createPaymentLink(key, {
      idempotencyKey: idempotencyKey(begun),
      content: begun.content,
      metadata: linkMetadata(begun),
    });
    const listedAt = later(3 * MINUTE, now);
    const { findPaymentLink } = deps.provider;
    deps.provider.findPaymentLink = async (...asked) => (now < listedAt ? null : findPaymentLink(...asked));
    await disconnectStripe({ tenant, confirm: false }, deps);
    for (let minute = 0; minute < 10; minute += 1) await sweepAfter(MINUTE);
    const { data } = await stripeFor(key).paymentLinks.list();
    expect(data.map(({ active }) => active)).toEqual([false]);
    expect([await deps.closings.of(tenant), faults]).toEqual([[], []]);
  });

  it('case 43: is asked once more for money on its way, also through a link that is closed', async () => {
    const all = await scene();
    const { deps, key, connection, tenant } = all;
    const payment = await pending(all);
    // As where the checkout was completed before the link was saved.
    await closeLinks(await all.stored(), { secretKey: key, attachment: connection.attachment }, deps);
    await all.endDelayed(payment, 'succeeded');
    await disconnectStripe({ tenant, confirm: true }, deps);
    expect((await all.stored()).status).toBe('PAID');
  });
});
