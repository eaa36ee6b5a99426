import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { createEventBridge } from '../../../lib/local/aws/event-bridge.ts';
import { openEvents } from '../../../lib/local/events.ts';
import { openJournal } from '../../../lib/local/journal.ts';
import { atEnd, credentials, served, startedLambda, temporaryFolder } from '../fixtures.ts';

const folder = temporaryFolder();
const journal = openJournal(folder, 'events.jsonl');
const events = openEvents(journal);
const endpoint = await served(createAws(startedLambda([]), [createEventBridge(events, ['fluxrate-local'])]));
const client = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
atEnd(() => client.destroy());

const entry = (changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'fluxrate-local',
  Source: 'fluxrate.invoices',
  DetailType: 'invoice.paid',
  Time: new Date('2026-11-22T08:43:46.476Z'),
  Detail: '{"id":"one","invoice":{}}',
  ...changes,
});
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

describe('EventBridge', () => {
  it('keeps what it took as often as it took it, newest first, and over a restart', async () => {
    const { Entries, FailedEntryCount } = await put(
      entry(),
      entry({ Detail: '{"no":"id"}', DetailType: 'x' }),
    );
    expect(FailedEntryCount).toBe(0);
    await put(entry({ EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/fluxrate-local' }));
    const taken = {
      id: 'one',
      type: 'invoice.paid',
      source: 'fluxrate.invoices',
      bus: 'fluxrate-local',
      time: '2026-11-22T08:43:46.476Z',
      detail: { id: 'one', invoice: {} },
    };
    const nameless = { ...taken, id: Entries?.[1]?.EventId, type: 'x', detail: { no: 'id' } };
    expect(events.newestFirst()).toEqual([taken, nameless, taken]);
    const reopened = openEvents(openJournal(folder, 'events.jsonl'));
    expect(reopened.newestFirst()).toEqual(events.newestFirst());
    reopened.add(taken);
    expect(reopened.newestFirst()).toHaveLength(4);
  });

  it.each([
    ['another bus', { EventBusName: 'other' }, 'InvalidArgument'],
    ['no source', { Source: undefined }, 'InvalidArgument'],
    ['no type', { DetailType: '' }, 'InvalidArgument'],
    ['a detail that is no object', { Detail: '[]' }, 'MalformedDetail'],
    ['a detail that is no JSON', { Detail: '{' }, 'MalformedDetail'],
  ])('refuses an entry with %s, and takes the others of the call', async (_, changes, ErrorCode) => {
    const count = events.newestFirst().length;
    expect(await put(entry(changes), entry())).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode }, { EventId: expect.any(String) }],
    });
    expect(events.newestFirst()).toHaveLength(count + 1);
  });

  it.each([
    ['no entries', []],
    ['more than ten', Array.from({ length: 11 }, () => entry())],
    ['256 KB in all', [entry({ Detail: JSON.stringify({ text: 'é'.repeat(131_072) }) }), entry()]],
  ])('refuses a call with %s as a whole', async (_, entries) => {
    const count = events.newestFirst().length;
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(events.newestFirst()).toHaveLength(count);
  });

  it('forgets the oldest of very many', () => {
    const few = openEvents(openJournal(undefined, ''), 2);
    const event = { type: 't', source: 's', bus: 'b', time: '2026-11-22T08:43:46.476Z', detail: {} };
    for (const id of ['1', '2', '3']) few.add({ ...event, id });
    expect(few.newestFirst().map(({ id }) => id)).toEqual(['3', '2']);
  });

  it('says what it does not know', async () => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.PutRule' },
      body: '{}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { __type: 'UnknownOperationException' },
    ]);
  });
});
