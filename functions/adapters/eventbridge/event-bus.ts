import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { InvoiceEvent } from '../../domain/invoice-events.ts';
import type { EventBus } from '../../ports.ts';
import { eventDetail } from './event-detail.ts';

/** What is not taken is repeated here, and of a call that was taken in part only the rest: so the SDK repeats nothing. */
export function createEventBridgeClient(): EventBridgeClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  });
  return new EventBridgeClient({ maxAttempts: 1, requestHandler });
}

export const SOURCE = 'fluxrate.invoices';

/** Of one call. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

const ATTEMPTS = 4;
const BACKOFF_MS = 50;

type Entry = { readonly id: string; readonly request: PutEventsRequestEntry; readonly bytes: number };

/** EventBridge gives an event another id each time that it is put: ours stands in its detail. */
export function eventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async publish(events) {
      const entries = events.map((event) => entryOf(event, busName));
      let published = 0;
      for (const call of inCalls(entries)) {
        const { left, reason } = await putAll(call);
        if (left.length > 0) {
          const later = entries.slice(published + call.length);
          return { kind: 'unpublished', ids: new Set([...left, ...later].map(({ id }) => id)), reason };
        }
        published += call.length;
      }
      return { kind: 'published' };
    },
  };

  async function putAll(call: readonly Entry[]): Promise<Refused> {
    let refused = await put(call);
    for (let tried = 1; tried < ATTEMPTS && refused.left.length > 0; tried += 1) {
      await sleep(Math.random() * BACKOFF_MS * 2 ** tried);
      refused = await put(refused.left);
    }
    return refused;
  }

  async function put(call: readonly Entry[]): Promise<Refused> {
    try {
      const { Entries = [] } = await client.send(
        new PutEventsCommand({ Entries: call.map(({ request }) => request) }),
      );
      const left = call.filter((_, index) => Entries[index]?.EventId === undefined);
      return { left, reason: Entries.find(({ ErrorCode }) => ErrorCode)?.ErrorCode ?? 'no answer' };
    } catch (error) {
      return { left: call, reason: error instanceof Error ? error.name : typeof error };
    }
  }
}

type Refused = { readonly left: readonly Entry[]; readonly reason: string };

function entryOf(event: InvoiceEvent, busName: string): Entry {
  const Detail = JSON.stringify(eventDetail(event));
  return {
    id: event.id,
    request: {
      EventBusName: busName,
      Source: SOURCE,
      DetailType: event.type,
      Time: new Date(event.at),
      Detail,
    },
    bytes: TIME_BYTES + Buffer.byteLength(SOURCE + event.type + Detail),
  };
}

/** As EventBridge counts. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const TIME_BYTES = 14;

function inCalls(entries: readonly Entry[]): Entry[][] {
  const calls: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const call = calls.at(-1);
    bytes += entry.bytes;
    if (call && call.length < MAX_ENTRIES && bytes < MAX_BYTES) {
      call.push(entry);
    } else {
      calls.push([entry]);
      bytes = entry.bytes;
    }
  }
  return calls;
}
