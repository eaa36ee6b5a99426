import { describe, expect, it, jest } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { toInvoice, toReceivedEvent } from '../../../functions/adapters/dynamodb/records.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../../functions/adapters/dynamodb/webhook-events.ts';
import type { Connection } from '../../../functions/domain/connection.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import { paymentStatuses } from '../../../functions/domain/settlement.ts';
import type { WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { settlePayment } from '../../../functions/use-cases/settle-payment.ts';
import { NOW } from '../../support/builders.ts';
import { dump, RETENTION_DAYS, TABLE_NAME, unboundedClient } from '../../support/dynamodb.ts';
import { asIntent, aTenant, begun, connectionOf, link, paidEvent } from '../../support/samples.ts';
import { callRoute, type HttpAnswer, startSystem } from '../../support/system.ts';
import { connect, deliver, finalizePayload, idOf, pay } from '../../support/tenant.ts';

/** One effect of what comes many times at once. `npm run test:dynamodb-local` runs it against AWS's own DynamoDB Local. */

const system = await startSystem();
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const client = unboundedClient(system.aws.databaseEndpoint);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const inbox = dynamoWebhookEvents(client, TABLE_NAME);

const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

async function finalized({ tenant }: Connection): Promise<Invoice> {
  const invoice = begun(tenant);
  await finalizations.begin(invoice);
  const saved = await finalizations.saveLink(invoice, link(), NOW);
  if (!saved) throw new Error('the lease was lost');
  return saved;
}

const settle = (event: WebhookEvent, connection: Connection) =>
  settlePayment(event, connection, { settlements, clock: () => NOW });

/** What became of each invoice and its events, by invoice. */
async function tally({ tenant }: Connection) {
  const items = await dump(client, tenant.orgId);
  const ofKind = (kind: string) => items.filter(({ sk }) => sk === kind);
  const events = Map.groupBy(ofKind('EVENT').map(toReceivedEvent), ({ invoiceId }) => invoiceId);
  const invoices = ofKind('INVOICE').map((item) => toInvoice(item, tenant));
  return {
    invoices: new Map(
      invoices.map((invoice) => [
        invoice.invoiceId,
        {
          status: invoice.status,
          amountPaid: invoice.amountPaid,
          attention: invoice.attention,
          payments: [...paymentStatuses(invoice).values()].toSorted(),
          events: (events.get(invoice.invoiceId) ?? []).map(({ status }) => status).toSorted(),
        },
      ]),
    ),
    items: items.length,
  };
}

/** The same of every invoice. */
const each = <T>(invoices: readonly Invoice[], expected: T) =>
  new Map(invoices.map(({ invoiceId }) => [invoiceId, expected]));

describe('500 copies of one event', () => {
  it('are each answered with 200 by the function in the end, and are one payment (case 2)', async () => {
    const tenant = await connect(system);
    const { invoiceId, paymentId, session } = await pay(system, tenant);
    const handler = await system.start('stripe-webhook');
    const deliveredUntilTaken = async (): Promise<HttpAnswer> => {
      // As Stripe does. On a busy machine DynamoDB may be too slow for the function, which then says 503.
      const answer = await deliver(handler, tenant, session);
      return answer.status === 503 ? deliveredUntilTaken() : answer;
    };
    // One process stands for all of Lambda's here: 25 at any moment.
    const answers = await times(25, async () => {
      const own = [];
      for (let turn = 0; turn < 20; turn += 1) own.push(await deliveredUntilTaken());
      return own;
    });

    expect(new Set(answers.flat().map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['200 {"received":true,"status":"applied"}']),
    );
    const event = await inbox.find(tenant, idOf(session));
    expect(event?.status).toBe('applied');
    expect(event?.deliveries).toBeGreaterThanOrEqual(500);
    const path = { invoice_id: invoiceId };
    expect((await callRoute(system, 'get-invoice', { ...tenant, path })).body).toMatchObject({
      status: 'PAID',
      amount_paid: 129_900,
      attention: [],
      payments: [{ provider_payment_id: paymentId, amount: 129_900, status: 'applied' }],
    });
  });

  it('all at the database at once are one write of the invoice, and 500 deliveries (case 2)', async () => {
    const connection = connectionOf(aTenant());
    const invoice = await finalized(connection);
    const event = paidEvent(invoice);
    const outcomes = await times(500, () => settle(event, connection));

    expect(new Set(outcomes)).toEqual(new Set(['applied']));
    expect(await inbox.find(connection.tenant, event.eventId)).toMatchObject({ deliveries: 500 });
    expect(await settlements.findInvoice(connection.tenant, invoice.invoiceId)).toMatchObject({
      version: invoice.version + 1,
    });
    expect(await tally(connection)).toEqual({
      invoices: each([invoice], {
        status: 'PAID',
        amountPaid: 129_900,
        attention: [],
        payments: ['applied'],
        events: ['applied'],
      }),
      items: 3,
    });
  });
});

describe('at the same moment', () => {
  it('two payments are one applied and one excess, of each of 100 invoices (case 17)', async () => {
    const connection = connectionOf(aTenant());
    const invoices = await times(100, () => finalized(connection));
    const outcomes = await Promise.all(
      invoices.flatMap((invoice) => [1, 2].map(() => settle(paidEvent(invoice), connection))),
    );

    expect(new Set(outcomes)).toEqual(new Set(['applied']));
    expect(await tally(connection)).toEqual({
      invoices: each(invoices, {
        status: 'PAID',
        amountPaid: 129_900,
        attention: ['paid_twice'],
        payments: ['applied', 'excess'],
        events: ['applied', 'applied'],
      }),
      items: 500,
    });
  });

  it('a session and its PaymentIntent are one payment, of each of 1,000 invoices (case 3)', async () => {
    const connection = connectionOf(aTenant());
    const invoices = await times(1_000, () => finalized(connection));
    const outcomes = await Promise.all(
      invoices.map(async (invoice, index) => {
        const session = paidEvent(invoice);
        const both = [session, asIntent(session)];
        const inTurn = index % 2 ? both : both.toReversed();
        return Promise.all(inTurn.map((event) => settle(event, connection)));
      }),
    );

    expect(new Set(outcomes.map((both) => both.toSorted().join()))).toEqual(new Set(['applied,recorded']));
    expect(await tally(connection)).toEqual({
      invoices: each(invoices, {
        status: 'PAID',
        amountPaid: 129_900,
        attention: [],
        payments: ['applied'],
        events: ['applied', 'recorded'],
      }),
      items: 4_000,
    });
  });
});

it('50 calls to finalize one invoice at once are one link and one e-mail (case 26)', async () => {
  const finalize = await system.start('finalize-invoice');
  const tenant = await connect(system);
  const payload = finalizePayload(tenant);
  const answers = await times(50, () => finalize(payload));

  const links = await system.stripe.read('/v1/payment_links?limit=100', tenant.secretKey);
  expect(links.match(/"id": "plink_/g)).toHaveLength(1);
  const [id] = /plink_\w+/.exec(links) ?? [];
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 'FINALIZED', payment_link: { id, active: true } });
  const emails = system.aws.emails().filter(({ tags }) => tags['org_id'] === tenant.orgId);
  expect(emails).toHaveLength(1);
});
