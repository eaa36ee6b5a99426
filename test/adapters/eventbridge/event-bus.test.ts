import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import {
  createEventBridgeClient,
  eventBridgeBus,
} from '../../../functions/adapters/eventbridge/event-bus.ts';
import { eventsBetween, type InvoiceEvent } from '../../../functions/domain/invoice-events.ts';
import { atEnd } from '../../support/at-end.ts';
import { content, invoice } from '../../support/builders.ts';
import { pointAwsAt } from '../../support/dynamodb.ts';
import { awsJson, type StubRequest, stubServer } from '../../support/stub-server.ts';

const Request = v.object({
  Entries: v.array(
    v.object({
      EventBusName: v.string(),
      Source: v.string(),
      DetailType: v.string(),
      Time: v.number(),
      Detail: v.pipe(v.string(), v.parseJson(), v.looseObject({ id: v.string() })),
    }),
  ),
});
const entriesOf = ({ body }: StubRequest) => v.parse(Request, JSON.parse(body)).Entries;
const idsOf = (asked: StubRequest) => entriesOf(asked).map(({ Detail }) => Detail.id);

function eventBus(endpoint: string) {
  pointAwsAt(endpoint);
  const client = createEventBridgeClient();
  atEnd(() => client.destroy());
  return eventBridgeBus(client, 'fluxrate-test');
}

function finalized(invoiceId: string, invoiceNumber = 'INV-1'): InvoiceEvent {
  const [event] = eventsBetween(null, invoice({ invoiceId, content: content({ invoiceNumber }) }));
  if (!event) throw new Error('a finalized invoice is told');
  return event;
}
const many = (count: number) => Array.from({ length: count }, (_, index) => finalized(`inv_${index}`));

type Refusal = { readonly ErrorCode: string };
/** A bus that takes what `refuse` says nothing of. */
const busServer = (refuse: (id: string, call: number) => Refusal | undefined = () => undefined) =>
  stubServer((response, asked, call) => {
    const Entries = idsOf(asked).map((id) => refuse(id, call) ?? { EventId: `event_${id}` });
    awsJson(response, 200, {
      Entries,
      FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length,
    });
  });

describe('events', () => {
  it('are put with our id in their detail, and nothing of the customer', async () => {
    const server = await busServer();
    const event = finalized('inv_1');
    expect(await eventBus(server.url).publish([event])).toEqual({ kind: 'published' });

    expect(server.requests[0]?.request.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
    const [entry] = server.requests.flatMap(entriesOf);
    expect(entry).toEqual({
      EventBusName: 'fluxrate-test',
      Source: 'fluxrate.invoices',
      DetailType: 'invoice.finalized',
      Time: new Date(event.at).getTime() / 1000,
      Detail: {
        id: event.id,
        type: 'invoice.finalized',
        created_at: event.at,
        org_id: 'org_1',
        env_id: 'prod',
        invoice: {
          invoice_id: 'inv_1',
          invoice_number: 'INV-1',
          customer_id: 'cus_1',
          version: 1,
          currency: 'USD',
          amount_due: 129_900,
          amount_paid: 0,
          status: 'FINALIZED',
          attention: [],
          finalized_at: event.at,
          paid_at: null,
        },
      },
    });
    expect(JSON.stringify(entry)).not.toMatch(/jane|Jane|buy\.stripe\.com|nonce/);
  });

  it('of a failed payment name it', async () => {
    const server = await busServer();
    const payment = { id: 'pi_1', amount: 500, currency: 'JPY' };
    await eventBus(server.url).publish([{ ...finalized('inv_1'), type: 'invoice.payment_failed', payment }]);
    expect(server.requests.flatMap(entriesOf)[0]?.Detail).toMatchObject({
      type: 'invoice.payment_failed',
      payment: { provider_payment_id: 'pi_1', amount: 500, currency: 'JPY', status: 'failed' },
    });
  });

  it('that are none cost no call', async () => {
    const server = await busServer();
    expect(await eventBus(server.url).publish([])).toEqual({ kind: 'published' });
    expect(server.requests).toEqual([]);
  });
});

describe('a call', () => {
  it('takes ten events, in their order', async () => {
    const server = await busServer();
    const events = many(23);
    await eventBus(server.url).publish(events);
    expect(server.requests.map((asked) => idsOf(asked).length)).toEqual([10, 10, 3]);
    expect(server.requests.flatMap(idsOf)).toEqual(events.map(({ id }) => id));
  });

  it('takes less than 256 KB', async () => {
    const server = await busServer();
    // Far longer than an invoice number may be: four of them just do not fit into one call.
    const events = Array.from({ length: 7 }, (_, index) => finalized(`inv_${index}`, 'x'.repeat(65_300)));
    await eventBus(server.url).publish(events);
    expect(server.requests.map((asked) => idsOf(asked).length)).toEqual([3, 3, 1]);
  });

  it('counts bytes, and not characters', async () => {
    const server = await busServer();
    await eventBus(server.url).publish([
      finalized('inv_1', 'é'.repeat(66_000)),
      finalized('inv_2', 'é'.repeat(66_000)),
    ]);
    expect(server.requests.map((asked) => idsOf(asked).length)).toEqual([1, 1]);
  });
});

describe('what is not taken', () => {
  it('because the bus is away is everything, without an error thrown', async () => {
    const events = many(11);
    const { url } = await stubServer((response) => response.destroy());
    const outcome = await eventBus(url).publish(events);
    expect(outcome).toMatchObject({ kind: 'unpublished', ids: new Set(events.map(({ id }) => id)) });
  });

  it('is put again, and nothing else with it', async () => {
    const [first, second, third] = many(3).map(({ id }) => id);
    const server = await busServer((id, call) =>
      id === second && call < 2 ? { ErrorCode: 'ThrottlingException' } : undefined,
    );
    expect(await eventBus(server.url).publish(many(3))).toEqual({ kind: 'published' });
    expect(server.requests.map(idsOf)).toEqual([[first, second, third], [second], [second]]);
  });

  it('is named after four attempts, with why, and with all that would have come after it', async () => {
    const events = many(25);
    const ids = events.map(({ id }) => id);
    const server = await busServer((id) => (id === ids[13] ? { ErrorCode: 'InternalFailure' } : undefined));
    expect(await eventBus(server.url).publish(events)).toEqual({
      kind: 'unpublished',
      ids: new Set([ids[13], ...ids.slice(20)]),
      reason: 'InternalFailure',
    });
    expect(server.requests.map((asked) => idsOf(asked).length)).toEqual([10, 10, 1, 1, 1]);
  });

  it.each([
    [400, 'ThrottlingException'],
    [500, 'InternalException'],
  ])('as a whole (%s %s) is put again as a whole', async (status, type) => {
    const server = await stubServer((response, asked, call) =>
      call === 0
        ? awsJson(response, status, { __type: type })
        : awsJson(response, 200, { Entries: idsOf(asked).map((id) => ({ EventId: id })) }),
    );
    expect(await eventBus(server.url).publish(many(2))).toEqual({ kind: 'published' });
    expect(server.requests.map((asked) => idsOf(asked).length)).toEqual([2, 2]);
  });

  it('without a word about it counts as not taken', async () => {
    const server = await stubServer((response, _asked, call) =>
      awsJson(response, 200, call === 0 ? {} : { Entries: [{ EventId: 'one' }] }),
    );
    expect(await eventBus(server.url).publish([finalized('inv_1')])).toEqual({ kind: 'published' });
    expect(server.requests).toHaveLength(2);
  });
});
