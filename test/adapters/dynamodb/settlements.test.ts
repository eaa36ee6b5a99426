import { describe, expect, it } from '@jest/globals';
import { dynamoFinalizations } from '../../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoSettlements } from '../../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../../functions/adapters/dynamodb/webhook-events.ts';
import type { Invoice } from '../../../functions/domain/invoice.ts';
import { settle } from '../../../functions/domain/settlement.ts';
import type { WebhookEvent } from '../../../functions/domain/webhook-event.ts';
import { NOW } from '../../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, startTable, TABLE_NAME } from '../../support/dynamodb.ts';
import { aTenant, begun, later, link, paidEvent, saying, unique } from '../../support/samples.ts';

const client = documentClient(await startTable());
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const inbox = dynamoWebhookEvents(client, TABLE_NAME);

async function finalized(changes: Partial<Invoice> = {}): Promise<Invoice> {
  const invoice = begun(aTenant(), changes);
  await finalizations.begin(invoice);
  const saved = await finalizations.saveLink(invoice, link(), NOW);
  if (!saved) throw new Error('not saved');
  return saved;
}

const stored = ({ tenant, invoiceId }: Invoice) => settlements.findInvoice(tenant, invoiceId);
const received = (
  amount: number,
  currency: string,
  from: 'checkout_session' | 'payment_intent' = 'checkout_session',
) => ({ kind: 'received', money: { amount, currency }, from }) as const;
const applied = { status: 'applied', reason: null } as const;

describe('paying in full', () => {
  it('writes event, pointer and invoice together, as the rules would have it', async () => {
    const invoice = await finalized();
    const event = paidEvent(invoice);
    const { payment } = event;
    if (!payment) throw new Error('no payment');
    expect(await settlements.payInFull(invoice.tenant, event, later(5_000))).toEqual({ kind: 'committed' });

    const ruled = settle(invoice, payment.notice, payment.claimed, later(5_000));
    expect(ruled.kind).toBe('applied');
    expect(await stored(invoice)).toEqual(ruled.kind === 'rejected' ? null : ruled.invoice);
    expect(await settlements.findInvoiceIdByPayment(invoice.tenant, payment.notice.paymentId)).toBe(
      invoice.invoiceId,
    );
    expect(await inbox.find(invoice.tenant, event.eventId)).toEqual({
      ...event,
      status: 'applied',
      reason: null,
      receivedAt: later(5_000).toISOString(),
      processedAt: later(5_000).toISOString(),
      deliveries: 1,
    });
  });

  it('takes a PaymentIntent, which names no link', async () => {
    const invoice = await finalized();
    const event = saying(paidEvent(invoice), {
      fact: received(129_900, 'USD', 'payment_intent'),
      claimed: { link: null },
    });
    expect(await settlements.payInFull(invoice.tenant, event, NOW)).toEqual({ kind: 'committed' });
    expect(await stored(invoice)).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
  });

  const deviations: ReadonlyArray<[string, (event: WebhookEvent) => WebhookEvent]> = [
    ['a smallest unit less', (event) => saying(event, { fact: received(129_899, 'USD') })],
    ['a smallest unit more', (event) => saying(event, { fact: received(129_901, 'USD') })],
    ['another currency', (event) => saying(event, { fact: received(129_900, 'EUR') })],
    ['a currency in lower case', (event) => saying(event, { fact: received(129_900, 'usd') })],
    ['another nonce', (event) => saying(event, { claimed: { nonce: 'guessed' } })],
    ['another link', (event) => saying(event, { claimed: { link: { id: 'plink_other' } } })],
    ['a session without link', (event) => saying(event, { claimed: { link: { id: null } } })],
    ['the other mode', (event) => saying(event, { claimed: { livemode: true } })],
    ['an unknown invoice', (event) => ({ ...event, invoiceId: unique('inv') })],
  ];
  it.each(deviations)('is refused for %s, and then nothing is written', async (_, deviate) => {
    const invoice = await finalized();
    const before = await dump(client, invoice.tenant.orgId);
    const event = deviate(paidEvent(invoice));
    expect(await settlements.payInFull(invoice.tenant, event, NOW)).toEqual({
      kind: 'refused',
      invoice: event.invoiceId === invoice.invoiceId ? invoice : null,
    });
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it('of another tenant’s invoice finds none', async () => {
    const invoice = await finalized();
    for (const tenant of [aTenant(), { ...invoice.tenant, envId: 'dev' }]) {
      expect(await settlements.payInFull(tenant, paidEvent(invoice), NOW)).toEqual({
        kind: 'refused',
        invoice: null,
      });
      const key = `T#${tenant.orgId}#E#${tenant.envId}#`;
      expect((await dump(client)).filter(({ pk }) => String(pk).startsWith(key))).toEqual([]);
    }
    expect(await stored(invoice)).toEqual(invoice);
  });

  it('is refused before the link is saved', async () => {
    const invoice = begun(aTenant());
    await finalizations.begin(invoice);
    expect(await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW)).toEqual({
      kind: 'refused',
      invoice,
    });
    expect(await dump(client, invoice.tenant.orgId)).toHaveLength(1);
  });

  it('is refused where another payment is known, even one that failed', async () => {
    const invoice = await finalized();
    const declined = saying(paidEvent(invoice), {
      fact: { kind: 'declined', money: { amount: 129_900, currency: 'USD' }, from: 'payment_intent' },
    });
    if (!declined.payment) throw new Error('no payment');
    const settled = settle(invoice, declined.payment.notice, declined.payment.claimed, NOW);
    if (settled.kind === 'rejected') throw new Error(settled.reason);
    await settlements.commit(
      invoice.tenant,
      declined,
      { invoice: settled.invoice, readVersion: invoice.version, verdict: applied },
      NOW,
    );
    const before = await dump(client, invoice.tenant.orgId);
    expect(await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW)).toEqual({
      kind: 'refused',
      invoice: settled.invoice,
    });
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it('is refused for a second payment', async () => {
    const invoice = await finalized();
    await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW);
    const before = await dump(client, invoice.tenant.orgId);
    expect(await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW)).toEqual({
      kind: 'refused',
      invoice: await stored(invoice),
    });
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it.each(['VOID', 'PAYMENT_PENDING'] as const)('is refused for an invoice that is %s', async (status) => {
    const invoice = await finalized();
    const decision = {
      invoice: { ...invoice, status, version: invoice.version + 1 },
      readVersion: invoice.version,
      verdict: applied,
    };
    await settlements.commit(invoice.tenant, paidEvent(invoice), decision, NOW);
    const before = await dump(client, invoice.tenant.orgId);
    expect(await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW)).toEqual({
      kind: 'refused',
      invoice: { ...decision.invoice, updatedAt: NOW.toISOString() },
    });
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it('keeps a payment whose id is an attribute’s name, or has dots in it', async () => {
    for (const paymentId of ['status', 'pi.1#2', '__proto__x', 'payments']) {
      const invoice = await finalized();
      const event = saying(paidEvent(invoice), { paymentId });
      expect(await settlements.payInFull(invoice.tenant, event, NOW)).toEqual({ kind: 'committed' });
      expect(Object.keys((await stored(invoice))?.payments ?? {})).toEqual([paymentId]);
    }
  });
});

describe('the same event', () => {
  it('again counts its deliveries, and changes nothing else (case 4)', async () => {
    const invoice = await finalized();
    const event = paidEvent(invoice);
    await settlements.payInFull(invoice.tenant, event, NOW);
    const paid = await stored(invoice);
    for (const deliveries of [2, 3]) {
      expect(await settlements.payInFull(invoice.tenant, event, later(5_000))).toEqual({
        kind: 'duplicate',
        status: 'applied',
      });
      expect(await inbox.find(invoice.tenant, event.eventId)).toMatchObject({
        deliveries,
        receivedAt: NOW.toISOString(),
        processedAt: NOW.toISOString(),
      });
    }
    expect(await stored(invoice)).toEqual(paid);
  });

  it('fifty times at once is applied once (case 2)', async () => {
    const invoice = await finalized();
    const event = paidEvent(invoice);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => settlements.payInFull(invoice.tenant, event, NOW)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'duplicate')).toHaveLength(49);
    expect(await inbox.find(invoice.tenant, event.eventId)).toMatchObject({ deliveries: 50 });
    expect(await stored(invoice)).toMatchObject({ status: 'PAID', amountPaid: 129_900, version: 3 });
  });

  it.each(['skipped', 'unmatched'] as const)(
    'that was %s is decided when it comes again, and received when it first came',
    async (status) => {
      const invoice = await finalized();
      const event = paidEvent(invoice);
      const verdict = { status, reason: 'so far' };
      expect(await settlements.record(invoice.tenant, event, verdict, NOW)).toEqual({ kind: 'committed' });
      expect(await settlements.payInFull(invoice.tenant, event, later(5_000))).toEqual({ kind: 'committed' });
      expect(await inbox.find(invoice.tenant, event.eventId)).toMatchObject({
        status: 'applied',
        reason: null,
        deliveries: 2,
        receivedAt: NOW.toISOString(),
        processedAt: later(5_000).toISOString(),
      });
      expect(await stored(invoice)).toMatchObject({ status: 'PAID' });
    },
  );

  it.each(['recorded', 'ignored', 'rejected'] as const)(
    'that was %s is not decided again, but counted',
    async (status) => {
      const invoice = await finalized();
      const event = paidEvent(invoice);
      await settlements.record(invoice.tenant, event, { status, reason: 'final' }, NOW);
      expect(
        await settlements.record(invoice.tenant, event, { status: 'skipped', reason: null }, NOW),
      ).toEqual({ kind: 'duplicate', status });
      expect(await settlements.payInFull(invoice.tenant, event, NOW)).toEqual({ kind: 'duplicate', status });
      expect(await inbox.find(invoice.tenant, event.eventId)).toMatchObject({
        status,
        reason: 'final',
        deliveries: 3,
      });
      expect(await stored(invoice)).toEqual(invoice);
    },
  );

  it('is another tenant’s own (case 11)', async () => {
    const invoice = await finalized();
    const event = paidEvent(invoice);
    const other = aTenant();
    await settlements.record(other, event, { status: 'ignored', reason: null }, NOW);
    expect(await settlements.payInFull(invoice.tenant, event, NOW)).toEqual({ kind: 'committed' });
    expect(await inbox.find(other, event.eventId)).toMatchObject({ status: 'ignored', deliveries: 1 });
  });
});

describe('a decision', () => {
  const overpaid = async () => {
    const invoice = await finalized();
    const event = saying(paidEvent(invoice), { fact: received(200_000, 'USD') });
    if (!event.payment) throw new Error('no payment');
    const settled = settle(invoice, event.payment.notice, event.payment.claimed, NOW);
    if (settled.kind === 'rejected') throw new Error(settled.reason);
    const decision = { invoice: settled.invoice, readVersion: invoice.version, verdict: applied };
    return { invoice, event, decision };
  };

  it('is written if the invoice still stands as it was read', async () => {
    const { invoice, event, decision } = await overpaid();
    expect(await settlements.commit(invoice.tenant, event, decision, NOW)).toEqual({ kind: 'committed' });
    expect(await stored(invoice)).toEqual(decision.invoice);
    expect(await stored(invoice)).toMatchObject({ status: 'PAID', attention: ['overpaid'] });
  });

  it('is refused where the invoice was changed meanwhile, shows it, and leaves nothing', async () => {
    const { invoice, event, decision } = await overpaid();
    await settlements.payInFull(invoice.tenant, paidEvent(invoice), NOW);
    const before = await dump(client, invoice.tenant.orgId);
    expect(await settlements.commit(invoice.tenant, event, decision, NOW)).toEqual({
      kind: 'refused',
      invoice: await stored(invoice),
    });
    expect(await dump(client, invoice.tenant.orgId)).toEqual(before);
  });

  it('of one event, written twice at once, is written once', async () => {
    const { invoice, event, decision } = await overpaid();
    const outcomes = await Promise.all(
      [1, 2].map(() => settlements.commit(invoice.tenant, event, decision, NOW)),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['committed', 'duplicate']);
    expect(await stored(invoice)).toEqual(decision.invoice);
  });
});

it('keeps an event for as long as it is told to, and of its body only what was read', async () => {
  const invoice = await finalized();
  const event = paidEvent(invoice);
  await settlements.payInFull(invoice.tenant, event, NOW);
  const item = (await dump(client, invoice.tenant.orgId)).find(({ sk }) => sk === 'EVENT');
  expect(item?.['ttl']).toBe(NOW.getTime() / 1000 + RETENTION_DAYS * 86_400);
  expect(Object.keys(item ?? {}).toSorted()).toEqual(
    [
      ...[
        'pk',
        'sk',
        'gsi1pk',
        'gsi1sk',
        'ttl',
        'status',
        'reason',
        'receivedAt',
        'processedAt',
        'deliveries',
      ],
      ...Object.keys(event),
    ].toSorted(),
  );
});

it('knows of no invoice for a payment that was never settled', async () => {
  expect(await settlements.findInvoiceIdByPayment(aTenant(), 'pi_unknown')).toBeNull();
});
