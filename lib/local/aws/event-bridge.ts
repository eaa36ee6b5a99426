import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Events } from '../events.ts';
import { ACCOUNT, REGION } from '../intrinsics.ts';
import { type Answer, json, jsonError, type Service } from './service.ts';

const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

const Entry = v.object({
  EventBusName: v.optional(v.string(), 'default'),
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  /** Epoch seconds. */
  Time: v.optional(v.number()),
});
type Entry = v.InferOutput<typeof Entry>;

const PutEvents = v.object({
  Entries: v.pipe(
    v.array(Entry),
    v.minLength(1, 'Entries must not be empty'),
    v.maxLength(MAX_ENTRIES, `A call takes at most ${MAX_ENTRIES} entries`),
    v.check(
      (entries) => sum(entries.map(bytesOf)) < MAX_BYTES,
      'Total size of the entries in the request is over the limit.',
    ),
  ),
});
const CreateEventBus = v.object({ Name: v.string() });
const Detail = v.pipe(
  v.string(),
  v.parseJson(),
  v.check((detail) => !Array.isArray(detail)),
  v.looseObject({}),
);
const OwnId = v.object({ id: v.string() });

/**
 * EventBridge, as far as events are put: keeps those that are put on one of `buses`, to be looked at.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createEventBridge(events: Events, buses: string[]): Service {
  const known = new Set(['default', ...buses]);

  function put({ EventBusName, Source, DetailType, Detail: text, Time }: Entry): object {
    const bus = EventBusName.replace(/^arn:.*:event-bus\//, '');
    if (!known.has(bus)) return refused('InvalidArgument', `Event bus ${bus} does not exist.`);
    if (!Source)
      return refused(
        'InvalidArgument',
        'Parameter Source is not valid. Reason: Source is a required argument.',
      );
    if (!DetailType)
      return refused(
        'InvalidArgument',
        'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      );
    const detail = v.safeParse(Detail, text);
    if (!detail.success) return refused('MalformedDetail', 'Detail is malformed.');

    const EventId = randomUUID();
    const own = v.safeParse(OwnId, detail.output);
    events.add({
      id: own.success ? own.output.id : EventId,
      type: DetailType,
      source: Source,
      bus,
      time: new Date(Time === undefined ? Date.now() : Time * 1000).toISOString(),
      detail: detail.output,
    });
    return { EventId };
  }

  function putEvents(body: string): Answer {
    const request = v.safeParse(v.pipe(v.string(), v.parseJson(), PutEvents), body);
    if (!request.success) return jsonError(400, 'ValidationException', v.summarize(request.issues));
    const Entries = request.output.Entries.map(put);
    return json(200, { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length });
  }

  function createEventBus(body: string): Answer {
    const request = v.safeParse(v.pipe(v.string(), v.parseJson(), CreateEventBus), body);
    if (!request.success) return jsonError(400, 'ValidationException', v.summarize(request.issues));
    const { Name } = request.output;
    if (known.has(Name)) {
      return jsonError(400, 'ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
    }
    known.add(Name);
    return json(200, { EventBusArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${Name}` });
  }

  return {
    name: 'events',
    isWrite: (operation) => /^(Put|Create)/.test(operation),
    call({ operation, body }) {
      switch (operation) {
        case 'PutEvents':
          return putEvents(body.toString('utf8'));
        case 'CreateEventBus':
          return createEventBus(body.toString('utf8'));
        default:
          return jsonError(
            400,
            'UnknownOperationException',
            `The local EventBridge does not know ${operation}`,
          );
      }
    },
    failure: (kind) =>
      kind === 'throttle'
        ? jsonError(400, 'ThrottlingException', 'Rate exceeded')
        : jsonError(500, 'InternalException', 'An internal error occurred.'),
  };
}

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function bytesOf({ Source = '', DetailType = '', Detail = '', Time }: Entry): number {
  return (Time === undefined ? 0 : 14) + Buffer.byteLength(Source + DetailType + Detail);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
