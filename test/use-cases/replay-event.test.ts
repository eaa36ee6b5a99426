import { afterEach, describe, expect, it } from '@jest/globals';
import { dynamoConnections } from '../../functions/adapters/dynamodb/connections.ts';
import { dynamoFinalizations } from '../../functions/adapters/dynamodb/finalizations.ts';
import { dynamoReplays, dynamoSettlements } from '../../functions/adapters/dynamodb/settlements.ts';
import { dynamoWebhookEvents } from '../../functions/adapters/dynamodb/webhook-events.ts';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import type { WebhookEvent, WebhookEventStatus } from '../../functions/domain/webhook-event.ts';
import { Unavailable } from '../../functions/ports.ts';
import { replayEvent } from '../../functions/use-cases/replay-event.ts';
import { settlePayment } from '../../functions/use-cases/settle-payment.ts';
import { startAws } from '../support/aws.ts';
import { NOW } from '../support/builders.ts';
import { documentClient, dump, RETENTION_DAYS, TABLE_NAME } from '../support/dynamodb.ts';
import { aTenant, begun, connectionOf, later, link, paidEvent, saying, unique } from '../support/samples.ts';

const aws = await startAws();
afterEach(aws.clearFaults);
const client = documentClient(aws.endpoint);
const settlements = dynamoSettlements(client, TABLE_NAME, RETENTION_DAYS);
const finalizations = dynamoFinalizations(client, TABLE_NAME);
const connections = dynamoConnections(client, TABLE_NAME);
const events = dynamoWebhookEvents(client, TABLE_NAME);
const LATER = later(60_000);
const deps = { connections, events, replays: dynamoReplays(client, TABLE_NAME), clock: () => LATER };

type Scene = { readonly connection: Connection; readonly invoice: Invoice; readonly event: WebhookEvent };

/** A finalized invoice, and an event that pays it and that nobody has received yet. */
async function finalized(changes: Partial<Connection> = {}): Promise<Scene> {
  const connection = connectionOf(aTenant(), changes);
  await connections.create(connection);
  const invoice = begun(connection.tenant);
  await finalizations.begin(invoice);
  const saved = await finalizations.saveLink(invoice, link(), NOW);
  if (!saved) throw new Error('not saved');
  return { connection, invoice: saved, event: paidEvent(saved) };
}

const deliver = ({ connection }: Scene, event: WebhookEvent) =>
  settlePayment(event, connection, { settlements, clock: () => NOW });
const replay = ({ connection: { tenant } }: Scene, { eventId }: WebhookEvent) =>
  replayEvent({ tenant, eventId }, deps);
const stored = ({ connection: { tenant }, invoice }: Scene) =>
  settlements.findInvoice(tenant, invoice.invoiceId);

/** The event, recorded with this verdict; nothing else has come of it. */
async function recorded(status: WebhookEventStatus): Promise<Scene> {
  const scene = await finalized();
  await settlements.record(scene.connection.tenant, scene.event, { status, reason: 'then' }, NOW);
  return scene;
}

describe('a replay', () => {
  it.each(['skipped', 'unmatched', 'rejected', 'recorded', 'ignored'] as const)(
    'decides anew what was %s, and is no delivery',
    async (status) => {
      const scene = await recorded(status);
      const { event } = scene;
      expect(await replay(scene, event)).toEqual({
        kind: 'replayed',
        event: {
          ...event,
          status: 'applied',
          reason: null,
          receivedAt: NOW.toISOString(),
          processedAt: LATER.toISOString(),
          deliveries: 1,
        },
      });
      expect(await stored(scene)).toMatchObject({ status: 'PAID', amountPaid: 129_900 });
    },
  );

  it('of what was applied changes nothing, however often', async () => {
    const scene = await recorded('skipped');
    const first = await replay(scene, scene.event);
    const before = await dump(client, scene.connection.tenant.orgId);
    for (let round = 0; round < 3; round += 1) expect(await replay(scene, scene.event)).toEqual(first);
    expect(await dump(client, scene.connection.tenant.orgId)).toEqual(before);
  });

  it('does not pay again what the payment’s other event has paid', async () => {
    const scene = await recorded('skipped');
    const other = saying(
      { ...scene.event, eventId: unique('evt'), type: 'payment_intent.succeeded' },
      {
        fact: { kind: 'received', money: { amount: 129_900, currency: 'USD' }, from: 'payment_intent' },
        claimed: { link: null },
      },
    );
    expect(await deliver(scene, other)).toBe('applied');
    expect(await replay(scene, scene.event)).toMatchObject({ event: { status: 'recorded', deliveries: 1 } });
    expect(await stored(scene)).toMatchObject({ status: 'PAID', amountPaid: 129_900, attention: [] });
  });

  it('says again why not, where that still holds', async () => {
    const scene = await finalized();
    const forged = saying(scene.event, { claimed: { nonce: 'guessed' } });
    expect(await deliver(scene, forged)).toBe('rejected');
    const outcome = await replay(scene, forged);
    expect(outcome).toMatchObject({
      event: {
        status: 'rejected',
        reason: expect.stringContaining('Payment Links'),
        processedAt: LATER.toISOString(),
      },
    });
    expect(await stored(scene)).toEqual(scene.invoice);
  });

  it('finds the invoice of a dispute that came before its payment', async () => {
    const scene = await finalized();
    const dispute = saying(
      { ...scene.event, eventId: unique('evt'), type: 'charge.dispute.created', invoiceId: null },
      {
        fact: { kind: 'disputed', money: { amount: 129_900, currency: 'USD' } },
        claimed: { nonce: null, link: null },
        orgId: null,
        envId: null,
      },
    );
    await deliver(scene, dispute);
    expect((await stored(scene))?.attention).toEqual([]);
    await deliver(scene, scene.event);
    expect(await replay(scene, dispute)).toMatchObject({
      event: { status: 'applied', invoiceId: scene.invoice.invoiceId, deliveries: 1 },
    });
    expect(await stored(scene)).toMatchObject({ status: 'PAID', attention: ['disputed'] });
  });

  it.each(['skipped', 'unmatched', 'recorded'] as const)(
    'leaves what was %s as it is while the connection is off',
    async (status) => {
      const scene = await finalized({ isActive: false });
      await settlements.record(scene.connection.tenant, scene.event, { status, reason: 'then' }, NOW);
      const before = await dump(client, scene.connection.tenant.orgId);
      expect(await replay(scene, scene.event)).toMatchObject({
        kind: 'replayed',
        event: { status, reason: 'then' },
      });
      expect(await dump(client, scene.connection.tenant.orgId)).toEqual(before);
    },
  );

  it('keeps to the time for which the event is kept', async () => {
    const scene = await recorded('unmatched');
    const ttl = async () =>
      (await dump(client, scene.connection.tenant.orgId)).find(({ sk }) => sk === 'EVENT')?.['ttl'];
    const before = await ttl();
    await replay(scene, scene.event);
    expect(await ttl()).toBe(before);
  });
});

describe('at once', () => {
  it('replays and deliveries of one event are one effect', async () => {
    for (let round = 0; round < 10; round += 1) {
      const scene = await recorded('skipped');
      const replays = Array.from({ length: 5 }, () => replay(scene, scene.event));
      const deliveries = Array.from({ length: 5 }, () => deliver(scene, scene.event));
      for (const outcome of await Promise.all(replays))
        expect(outcome).toMatchObject({ event: { status: 'applied' } });
      expect(new Set(await Promise.all(deliveries))).toEqual(new Set(['applied']));
      expect(await stored(scene)).toMatchObject({ status: 'PAID', version: scene.invoice.version + 1 });
      expect(await events.find(scene.connection.tenant, scene.event.eventId)).toMatchObject({
        status: 'applied',
        deliveries: 6,
      });
    }
  });

  it('replays of both events of one payment are one payment', async () => {
    const scene = await recorded('rejected');
    const intent = saying(
      { ...scene.event, eventId: unique('evt'), type: 'payment_intent.succeeded' },
      {
        fact: { kind: 'received', money: { amount: 129_900, currency: 'USD' }, from: 'payment_intent' },
        claimed: { link: null },
      },
    );
    await settlements.record(scene.connection.tenant, intent, { status: 'rejected', reason: 'then' }, NOW);
    const outcomes = await Promise.all([scene.event, intent].map((event) => replay(scene, event)));
    const statuses = outcomes.map((outcome) =>
      outcome.kind === 'replayed' ? outcome.event.status : outcome.code,
    );
    expect(statuses.toSorted()).toEqual(['applied', 'recorded']);
    expect(Object.keys((await stored(scene))?.payments ?? {})).toHaveLength(1);
  });
});

describe('there is nothing to replay', () => {
  it('where no such event was received, or only by somebody else (case 40)', async () => {
    const [scene, other] = [await recorded('skipped'), await finalized()];
    const before = await dump(client, scene.connection.tenant.orgId);
    for (const event of [other.event, scene.event]) {
      expect(await replay(other, event)).toMatchObject({ kind: 'refused', code: 'webhook_event_not_found' });
    }
    expect(await dump(client, scene.connection.tenant.orgId)).toEqual(before);
  });

  it('where Stripe is not connected', async () => {
    const tenant = aTenant();
    const event = paidEvent(begun(tenant));
    await settlements.record(tenant, event, { status: 'skipped', reason: null }, NOW);
    expect(await replayEvent({ tenant, eventId: event.eventId }, deps)).toMatchObject({
      kind: 'refused',
      code: 'connection_not_found',
    });
  });
});

it('is not half done where the database goes away, and completed by a repetition', async () => {
  const scene = await recorded('skipped');
  await aws.fault({ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'throttle', times: 20 });
  await expect(replay(scene, scene.event)).rejects.toThrow(Unavailable);
  expect(await stored(scene)).toEqual(scene.invoice);
  await aws.clearFaults();
  expect(await replay(scene, scene.event)).toMatchObject({ event: { status: 'applied' } });
});
