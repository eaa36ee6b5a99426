import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { toRecord } from '../../functions/adapters/dynamodb/records.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { eventsBetween } from '../../functions/domain/invoice-events.ts';
import { createAws } from '../../lib/local/aws/aws.ts';
import { createEventBridge } from '../../lib/local/aws/event-bridge.ts';
import { openEvents } from '../../lib/local/events.ts';
import { openJournal } from '../../lib/local/journal.ts';
import { listen } from '../../lib/local/listen.ts';
import { atEnd } from '../support/at-end.ts';
import { invoice } from '../support/builders.ts';
import { pointAwsAt } from '../support/dynamodb.ts';
import { unique } from '../support/samples.ts';

const noFunctions = { find: () => undefined, invoke: () => Promise.reject(new Error('there is no Lambda')) };
const events = openEvents(openJournal(undefined, ''));
const server = await listen(0, createAws(noFunctions, [createEventBridge(events, ['fluxrate-test'])]));
atEnd(server.close);
const endpoint = `http://127.0.0.1:${server.port}`;
pointAwsAt(endpoint);
process.env['EVENT_BUS_NAME'] = 'fluxrate-test';
const { handler } = await import('../../functions/handlers/publish-invoice-events.ts');

const output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const logged = () => output.mock.calls.map(([line]) => String(line)).join('');
afterEach(async () => {
  output.mockClear();
  await fetch(`${endpoint}/_test/faults`, { method: 'DELETE' });
});
const fault = (times: number) =>
  fetch(`${endpoint}/_test/faults`, {
    method: 'POST',
    body: JSON.stringify({ service: 'events', operation: 'PutEvents', kind: 'throttle', times }),
  });

const imageOf = (standing: Invoice) =>
  marshall({ ...keys.invoice(standing.tenant, standing.invoiceId), ...toRecord(standing), gsi2pk: 'DUE#1' });

/** As Lambda brings it. */
function record(sequenceNumber: string, before: Invoice | null, after: Invoice, changes: object = {}) {
  return {
    eventID: sequenceNumber,
    eventName: before ? 'MODIFY' : 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      ApproximateCreationDateTime: 1_772_366_400,
      Keys: marshall(keys.invoice(after.tenant, after.invoiceId)),
      ...(before && { OldImage: imageOf(before) }),
      NewImage: { ...imageOf(after), ...changes },
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

/** An invoice that is finalized just now, and what is told of it. */
function finalized(sequenceNumber: string, changes: object = {}) {
  const after = invoice({ invoiceId: unique('inv'), version: 2 });
  const before: Invoice = { ...after, version: 1, status: 'FINALIZING', finalizedAt: null };
  const [event] = eventsBetween(before, after);
  return { record: record(sequenceNumber, before, after, changes), id: event?.id ?? '', invoice: after };
}

const isPublished = (id: string) => events.newestFirst().some((event) => event.id === id);
const Answer = v.object({ batchItemFailures: v.array(v.object({ itemIdentifier: v.string() })) });
const answerOf = async (...records: readonly object[]) =>
  v.parse(Answer, await handler({ Records: records }));

describe('changes of invoices', () => {
  it('are told on the bus, under their own ids', async () => {
    const [one, other] = [finalized('1'), finalized('3')];
    const untold = record('2', one.invoice, { ...one.invoice, lease: null });
    expect(await answerOf(one.record, untold, other.record)).toEqual({ batchItemFailures: [] });
    const [last, first] = events.newestFirst();
    expect([first?.id, last?.id]).toEqual([one.id, other.id]);
    expect(first).toMatchObject({
      type: 'invoice.finalized',
      source: 'fluxrate.invoices',
      bus: 'fluxrate-test',
    });
    expect(JSON.stringify(first)).not.toMatch(/jane|Jane|buy\.stripe|nonce/);
  });

  it('that are brought again are told again, under the same ids', async () => {
    const { record: brought, id } = finalized('1');
    await answerOf(brought);
    await answerOf(brought);
    expect(events.newestFirst().filter((event) => event.id === id)).toHaveLength(2);
  });

  it('that the bus does not take are brought again, from the first of them on', async () => {
    const [one, other] = [finalized('11'), finalized('12')];
    const untold = record('10', one.invoice, one.invoice);
    await fault(4);
    expect(await answerOf(untold, one.record, other.record)).toEqual({
      batchItemFailures: [{ itemIdentifier: '11' }],
    });
    expect(isPublished(one.id)).toBe(false);
    expect(JSON.parse(logged())).toMatchObject({
      level: 'WARN',
      invoice_id: one.invoice.invoiceId,
      service: 'EventBridge',
      error: 'ThrottlingException',
    });
  });

  it('that the bus takes at the second attempt are published', async () => {
    const { record: brought, id } = finalized('1');
    await fault(1);
    expect(await answerOf(brought)).toEqual({ batchItemFailures: [] });
    expect(isPublished(id)).toBe(true);
  });
});

describe('a change that cannot be read', () => {
  const unknown = { status: { S: 'SETTLED' } };

  it('fails the batch, so that Lambda halves it, and is named in the log without what it holds', async () => {
    const [one, broken] = [finalized('1'), finalized('2', unknown)];
    await expect(handler({ Records: [one.record, broken.record] })).rejects.toThrow(
      'Changes of invoices cannot be read; the log names them.',
    );
    expect(isPublished(one.id)).toBe(false);
    expect(JSON.parse(logged())).toMatchObject({
      level: 'ERROR',
      org_id: 'org_1',
      env_id: 'prod',
      invoice_id: broken.invoice.invoiceId,
    });
    expect(logged()).not.toMatch(/jane|SETTLED|nonce/);
  });

  it('comes to stand alone, and holds up no other', async () => {
    const [one, broken, other] = [finalized('1'), finalized('2', unknown), finalized('3')];
    /** What Lambda does with a batch that fails. */
    async function halve(records: readonly object[]): Promise<void> {
      const taken = await handler({ Records: records }).then(
        () => true,
        () => false,
      );
      if (taken || records.length === 1) return;
      const middle = Math.ceil(records.length / 2);
      await halve(records.slice(0, middle));
      await halve(records.slice(middle));
    }
    await halve([one.record, broken.record, other.record]);
    expect([one.id, broken.id, other.id].map(isPublished)).toEqual([true, false, true]);
  });

  it('is not confused with what is no change at all', async () => {
    await expect(handler({})).rejects.toThrow("not records of the table's stream");
  });
});
