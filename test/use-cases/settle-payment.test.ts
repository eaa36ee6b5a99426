import { afterEach, describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import type { EventPayment, WebhookEvent } from '../../functions/domain/webhook-event.ts';
import { type Settlements, Unavailable } from '../../functions/ports.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { startAws } from '../support/aws.ts';
import { NOW } from '../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, TABLE_NAME } from '../support/dynamodb.ts';
import {
  asIntent,
  aTenant,
  begun,
  connectionOf,
  link,
  paidEvent,
  saying,
  unique,
} from '../support/samples.ts';

const aws = await startAws();
afterEach(aws.clearFaults);
const client = documentClient(aws.endpoint);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const inbox = dynamoWebhookEvents(client, TABLE_NAME);
const deps = { settlements, clock: () => NOW };

type Scene = { readonly invoice: Invoice; readonly connection: Connection };

async function started(): Promise<Scene> {
  const connection = connectionOf(aTenant());
  const invoice = begun(connection.tenant);
  await finalizations.begin(invoice);
  return { invoice, connection };
}

async function finalized(): Promise<Scene> {
  const { invoice, connection } = await started();
  const saved = await finalizations.saveLink(invoice, link(), NOW);
  if (!saved) throw new Error('not saved');
  return { invoice: saved, connection };
}

const stored = async ({ invoice }: Scene): Promise<Invoice> => {
  const found = await settlements.findInvoice(invoice.tenant, invoice.invoiceId);
  if (!found) throw new Error('there is no such invoice');
  return found;
};
const settleIn = ({ connection }: Scene, event: WebhookEvent) => settlePayment(event, connection, deps);

type Fact = EventPayment['notice']['fact'];
const received = (amount = 129_900, currency = 'USD'): Fact => ({
  kind: 'received',
  money: { amount, currency },
  from: 'checkout_session',
});
const fact = (kind: 'completed' | 'async_failed' | 'declined'): Fact => ({
  kind,
  money: { amount: 129_900, currency: 'USD' },
  from: kind === 'declined' ? 'payment_intent' : 'checkout_session',
});
describe('a payment', () => {
  it('of exactly what is due pays the invoice, in one call', async () => {
    const scene = await finalized();
    const calls = await aws.callsOf(async () =>
      expect(await settleIn(scene, paidEvent(scene.invoice))).toBe('applied'),
    );
    expect(calls).toEqual(['dynamodb TransactWriteItems']);
    expect(await stored(scene)).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
  });

  const changes: ReadonlyArray<
    [what: string, event: (event: WebhookEvent) => WebhookEvent, standing: Partial<Invoice>]
  > = [
    [
      'whose money is on its way is pending (case 13)',
      (event) => saying(event, { fact: fact('completed') }),
      { status: 'PAYMENT_PENDING', amountPaid: 0 },
    ],
    [
      'that was declined leaves the invoice open (case 14)',
      (event) => saying(event, { fact: fact('declined'), claimed: { link: null } }),
      { status: 'FINALIZED', amountPaid: 0 },
    ],
    [
      'of less than is due is kept (case 16)',
      (event) => saying(event, { fact: received(100) }),
      { status: 'FINALIZED', amountPaid: 100, attention: ['underpaid'] },
    ],
    [
      'of more than is due pays (case 16)',
      (event) => saying(event, { fact: received(130_000) }),
      { status: 'PAID', amountPaid: 130_000, attention: ['overpaid'] },
    ],
    [
      'in another currency is kept (case 16)',
      (event) => saying(event, { fact: received(129_900, 'EUR') }),
      { status: 'FINALIZED', amountPaid: 0, attention: ['currency_mismatch'] },
    ],
  ];
  it.each(changes)('%s', async (_, change, standing) => {
    const scene = await finalized();
    const event = change(paidEvent(scene.invoice));
    expect(await settleIn(scene, event)).toBe('applied');
    expect(await stored(scene)).toMatchObject(standing);
    expect(await settleIn(scene, event)).toBe('applied');
    expect(await inbox.find(scene.invoice.tenant, event.eventId)).toMatchObject({
      status: 'applied',
      deliveries: 2,
    });
    expect(await stored(scene)).toMatchObject({ ...standing, version: scene.invoice.version + 1 });
  });

  it('that was pending arrives, or fails (case 13)', async () => {
    for (const [last, status] of [
      [received(), 'PAID'],
      [fact('async_failed'), 'FINALIZED'],
    ] as const) {
      const scene = await finalized();
      const first = saying(paidEvent(scene.invoice), { fact: fact('completed') });
      await settleIn(scene, first);
      expect(await settleIn(scene, saying({ ...first, eventId: unique('evt') }, { fact: last }))).toBe(
        'applied',
      );
      expect(await stored(scene)).toMatchObject({ status });
    }
  });

  it('of a second PaymentIntent is excess (case 17)', async () => {
    const scene = await finalized();
    await settleIn(scene, paidEvent(scene.invoice));
    expect(await settleIn(scene, paidEvent(scene.invoice))).toBe('applied');
    expect(await stored(scene)).toMatchObject({
      status: 'PAID',
      amountPaid: 129_900,
      attention: ['paid_twice'],
    });
  });

  it('is settled before the link is saved (case 30)', async () => {
    const scene = await started();
    expect(await settleIn(scene, paidEvent(scene.invoice))).toBe('applied');
    expect(await stored(scene)).toMatchObject({ status: 'PAID', lease: scene.invoice.lease });
  });

  it('that is disputed is found by what was once settled (case 23)', async () => {
    const scene = await finalized();
    const paid = paidEvent(scene.invoice);
    const dispute = saying(
      { ...paid, eventId: unique('evt'), type: 'charge.dispute.created', invoiceId: null },
      {
        fact: { kind: 'disputed', money: { amount: 129_900, currency: 'USD' } },
        claimed: { nonce: null, link: null },
        orgId: null,
        envId: null,
      },
    );
    // Before its payment: whose it is shows when it comes again, or the sweeper looks.
    expect(await settleIn(scene, dispute)).toBe('ignored');
    await settleIn(scene, paid);
    expect(await settleIn(scene, dispute)).toBe('applied');
    expect(await stored(scene)).toMatchObject({ status: 'PAID', attention: ['disputed'] });
    expect(await inbox.find(scene.invoice.tenant, dispute.eventId)).toMatchObject({
      invoiceId: scene.invoice.invoiceId,
    });
  });
});

describe('several events', () => {
  it.each(['session first', 'intent first'])(
    'of one payment, one after the other, %s, are one payment (case 3)',
    async (order) => {
      const scene = await finalized();
      const session = paidEvent(scene.invoice);
      const both = [session, asIntent(session)];
      const outcomes = [];
      for (const event of order === 'session first' ? both : both.toReversed()) {
        outcomes.push(await settleIn(scene, event));
      }
      expect(outcomes).toEqual(['applied', 'recorded']);
      expect(await stored(scene)).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
    },
  );

  it('of ten parts of an invoice, at once, add up', async () => {
    const scene = await finalized();
    const parts = Array.from({ length: 10 }, () =>
      saying(paidEvent(scene.invoice), { fact: received(12_990) }),
    );
    await Promise.all(
      parts.map(async (event) => {
        // As Stripe does, until it is answered with 200.
        for (let tried = 0; tried < 10; tried += 1) {
          const outcome = await settleIn(scene, event).catch(() => null);
          if (outcome) return;
        }
      }),
    );
    const invoice = await stored(scene);
    expect(invoice).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
    expect(
      Object.values(invoice.payments)
        .map(({ received }) => received?.order)
        .toSorted(),
    ).toEqual([...parts.keys()]);
  });
});

describe('an event', () => {
  const verdicts: ReadonlyArray<
    [what: string, status: string, change: (event: WebhookEvent) => WebhookEvent]
  > = [
    ['of an unused type', 'ignored', (event) => ({ ...event, type: 'customer.created', payment: null })],
    [
      'of a known type that changes none',
      'recorded',
      (event) => ({ ...event, type: 'invoice.payment_failed', payment: null }),
    ],
    ['without invoice_id (case 20)', 'ignored', (event) => ({ ...event, invoiceId: null })],
    [
      'with an unknown invoice_id (case 20)',
      'unmatched',
      (event) => ({ ...event, invoiceId: 'inv_elsewhere' }),
    ],
    ['of the other mode (case 21)', 'rejected', (event) => ({ ...event, livemode: true })],
    ['that names another tenant (case 19)', 'rejected', (event) => saying(event, { orgId: 'other' })],
    ['that names another environment (case 19)', 'rejected', (event) => saying(event, { envId: 'dev' })],
    [
      'that names another link (case 19)',
      'rejected',
      (event) => saying(event, { claimed: { link: { id: 'plink_other' } } }),
    ],
    [
      'without the nonce of the link',
      'rejected',
      (event) => saying(event, { claimed: { nonce: null, link: null } }),
    ],
  ];
  it.each(verdicts)('%s is %s, and touches no invoice', async (_, status, change) => {
    const scene = await finalized();
    const event = change(paidEvent(scene.invoice));
    expect(await settleIn(scene, event)).toBe(status);
    expect(await stored(scene)).toEqual(scene.invoice);
    expect(await inbox.find(scene.invoice.tenant, event.eventId)).toMatchObject({
      status,
      reason: expect.stringMatching(/\.$/),
      deliveries: 1,
    });
    expect(await settleIn(scene, event)).toBe(status);
    expect(await inbox.find(scene.invoice.tenant, event.eventId)).toMatchObject({ status, deliveries: 2 });
  });

  it('that names no tenant is accepted: its nonce shows whose it is', async () => {
    const scene = await finalized();
    expect(await settleIn(scene, saying(paidEvent(scene.invoice), { orgId: null, envId: null }))).toBe(
      'applied',
    );
  });

  it('of an inactive connection is skipped, and settles when it comes again', async () => {
    const scene = await finalized();
    const event = paidEvent(scene.invoice);
    const inactive = { ...scene.connection, isActive: false };
    expect(await settlePayment(event, inactive, deps)).toBe('skipped');
    expect(await stored(scene)).toEqual(scene.invoice);
    expect(await settleIn(scene, event)).toBe('applied');
    expect(await stored(scene)).toMatchObject({ status: 'PAID' });
  });

  it('that came before its invoice was known settles when it comes again', async () => {
    const { connection, invoice } = { connection: connectionOf(aTenant()), invoice: begun(aTenant()) };
    const own = { ...invoice, tenant: connection.tenant };
    const event = paidEvent(own);
    expect(await settlePayment(event, connection, deps)).toBe('unmatched');
    await finalizations.begin(own);
    expect(await settlePayment(event, connection, deps)).toBe('applied');
    expect(await inbox.find(connection.tenant, event.eventId)).toMatchObject({
      status: 'applied',
      deliveries: 2,
    });
  });

  it('of one Stripe account with two tenants settles only its own (case 11)', async () => {
    const scene = await finalized();
    const other = await finalized();
    const event = paidEvent(scene.invoice);
    expect(await settleIn(other, event)).toBe('rejected');
    expect(await stored(scene)).toEqual(scene.invoice);
    expect(await settleIn(scene, event)).toBe('applied');
  });
});

describe('where DynamoDB fails', () => {
  it.each(['before', 'after', 'throttle', '500'] as const)(
    'by %s, the payment is unavailable or done, and settles once when it comes again (cases 4, 5)',
    async (kind) => {
      const scene = await finalized();
      const event = paidEvent(scene.invoice);
      const before = await dump(client, scene.invoice.tenant.orgId);
      await aws.fault({ service: 'dynamodb', operation: '*', kind, times: 100 });
      await expect(settleIn(scene, event)).rejects.toThrow(Unavailable);
      await aws.clearFaults();
      const after = await dump(client, scene.invoice.tenant.orgId);
      // All of it, or nothing: event, pointer and invoice.
      expect(after).toHaveLength(kind === 'after' ? 3 : 1);
      if (kind !== 'after') expect(after).toEqual(before);

      expect(await settleIn(scene, event)).toBe('applied');
      expect(await stored(scene)).toMatchObject({
        status: 'PAID',
        amountPaid: 129_900,
        version: scene.invoice.version + 1,
      });
    },
  );

  it.each(['before', 'after'] as const)(
    'by %s in a decision of the rules, nothing is half written (case 5)',
    async (kind) => {
      const scene = await finalized();
      const event = saying(paidEvent(scene.invoice), { fact: fact('completed') });
      await aws.fault({ service: 'dynamodb', operation: 'TransactWriteItems', kind, times: 100 });
      await expect(settleIn(scene, event)).rejects.toThrow(Unavailable);
      await aws.clearFaults();
      expect(await dump(client, scene.invoice.tenant.orgId)).toHaveLength(kind === 'after' ? 3 : 1);
      expect(await settleIn(scene, event)).toBe('applied');
      expect(await stored(scene)).toMatchObject({ status: 'PAYMENT_PENDING' });
    },
  );

  it('an answer that is lost once is asked for again, and the event counts as one effect (case 4)', async () => {
    const scene = await finalized();
    const event = paidEvent(scene.invoice);
    await aws.fault({ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'after', times: 1 });
    expect(await settleIn(scene, event)).toBe('applied');
    expect(await stored(scene)).toMatchObject({ status: 'PAID', version: scene.invoice.version + 1 });
  });
});

it('an invoice that changes at every look is given up, for Stripe to deliver again', async () => {
  const { invoice, connection } = await finalized();
  let version = invoice.version;
  const changing: Settlements = {
    ...settlements,
    payInFull: async () => ({ kind: 'refused', invoice }),
    commit: async (_tenant, _event, { readVersion }) => {
      expect(readVersion).toBe(version);
      version += 1;
      return { kind: 'refused', invoice: { ...invoice, version } };
    },
  };
  await expect(
    settlePayment(paidEvent(invoice), connection, { ...deps, settlements: changing }),
  ).rejects.toThrow(Unavailable);
  expect(version).toBeGreaterThan(invoice.version + 3);
});
