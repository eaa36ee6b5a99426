import { describe, expect, it } from '@jest/globals';
import { type DeadLetter, openDeadLetters } from '../../lib/local/dead-letters.ts';
import { openJournal } from '../../lib/local/journal.ts';
import { type AsynchronousInvocations, startAsynchronous } from '../../lib/local/lambda/asynchronous.ts';
import type { Invocation } from '../../lib/local/lambda/lambda.ts';
import type { AsynchronousSettings } from '../../lib/local/template.ts';
import { atEnd, lambdaFunction, temporaryFolder } from './fixtures.ts';

const fn = lambdaFunction('finalize', '');
const succeeded = { payload: '{}', failed: false, log: '' };
const failed = { payload: '{"errorType":"try_again","errorMessage":"no","trace":[]}', failed: true, log: '' };
const withQueue = { functionName: 'finalize', retryAttempts: 2, onFailure: 'arn:aws:sqs:::queue' };

type Seen = { readonly payload: string; readonly requestId: string };

/** A queue over a function that does as it is told, in a folder that may hold what an earlier one left. */
function queue(
  answer: (payload: string) => Promise<Invocation> | Invocation,
  { settings = withQueue, dataDir }: { settings?: AsynchronousSettings; dataDir?: string } = {},
) {
  const seen: Seen[] = [];
  const journal = openJournal(dataDir, 'lambda.jsonl');
  const deadLetters = openDeadLetters(journal);
  const asynchronous: AsynchronousInvocations = startAsynchronous({
    lambda: {
      find: (name) => (name === 'finalize' ? fn : undefined),
      invoke: async (_name, payload, requestId = '') => {
        seen.push({ payload, requestId });
        return answer(payload);
      },
    },
    settings: [settings],
    journal,
    deadLetters,
    retryDelaysMs: [1, 1],
  });
  const close = () => {
    asynchronous.close();
    journal.close();
  };
  return { seen, deadLetters, accept: (n: number) => asynchronous.accept('finalize', `{"n":${n}}`), close };
}

/** Resolves by hand. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('an asynchronous invocation', () => {
  it('that succeeds is made once', async () => {
    const { seen, accept, deadLetters } = queue(() => succeeded);
    await accept(1);
    expect(seen).toMatchObject([{ payload: '{"n":1}' }]);
    expect(deadLetters.newestFirst()).toEqual([]);
  });

  it.each([0, 1, 2])(
    'case 26: that fails is tried %i times more, under one request id',
    async (retryAttempts) => {
      const { seen, accept } = queue(() => failed, { settings: { ...withQueue, retryAttempts } });
      await accept(1);
      expect(seen).toHaveLength(1 + retryAttempts);
      expect(new Set(seen.map(({ requestId }) => requestId)).size).toBe(1);
    },
  );

  it('that succeeds at the last try is not given up', async () => {
    let tries = 0;
    const { accept, deadLetters } = queue(() => {
      tries += 1;
      return tries < 3 ? failed : succeeded;
    });
    await accept(1);
    expect(tries).toBe(3);
    expect(deadLetters.newestFirst()).toEqual([]);
  });

  it('that is given up goes to the destination, in the shape of Lambda', async () => {
    const { accept, seen, deadLetters } = queue(() => failed);
    await accept(1);
    await accept(2);
    expect(deadLetters.newestFirst()).toEqual([
      expect.objectContaining({ requestPayload: { n: 2 } }),
      {
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        requestContext: {
          requestId: seen[0]?.requestId,
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:finalize:$LATEST',
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'try_again', errorMessage: 'no', trace: [] },
      },
    ] satisfies unknown[]);
  });

  it('that is given up is gone where there is no destination', async () => {
    const { accept, deadLetters } = queue(() => failed, { settings: { ...withQueue, onFailure: null } });
    await accept(1);
    expect(deadLetters.newestFirst()).toEqual([]);
  });

  it('case 41: leaves room for those who wait for an answer, and none is lost', async () => {
    let atOnce = 0;
    let most = 0;
    const { accept, seen } = queue(async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await Promise.resolve();
      atOnce -= 1;
      return succeeded;
    });
    await Promise.all(Array.from({ length: 10_000 }, (_, n) => accept(n)));
    expect(new Set(seen.map(({ payload }) => payload)).size).toBe(10_000);
    expect(most).toBe(4);
  });
});

describe('after a kill -9', () => {
  it('case 26: what was accepted is made, with the tries that are left and the same request id', async () => {
    const dataDir = temporaryFolder();
    const { opened, open } = gate();
    const first = queue((payload) => (payload === '{"n":1}' ? failed : succeeded), { dataDir });
    void first.accept(1);
    await first.accept(2);
    // The process is gone while the second try of the first is under way: it was never closed.
    const second = queue(
      (payload) => {
        if (payload === '{"n":3}') open();
        return failed;
      },
      { dataDir },
    );
    atEnd(second.close);
    void second.accept(3);
    await opened;
    expect(second.seen.map(({ payload }) => payload)).toEqual(['{"n":1}', '{"n":3}']);
    expect(second.seen[0]?.requestId).toBe(first.seen[0]?.requestId);
  });

  it('what was being invoked when the system was stopped is made again', async () => {
    const dataDir = temporaryFolder();
    const { opened, open } = gate();
    const first = queue(() => opened.then(() => failed), {
      dataDir,
      settings: { ...withQueue, retryAttempts: 0 },
    });
    void first.accept(1);
    first.close();
    open();
    await opened;
    expect(first.deadLetters.newestFirst()).toEqual([]);

    const second = queue(() => succeeded, { dataDir });
    atEnd(second.close);
    await second.accept(2);
    expect(second.seen.map(({ payload }) => payload)).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('what succeeded or was given up is not made again, and the dead letters are there', async () => {
    const dataDir = temporaryFolder();
    const first = queue((payload) => (payload === '{"n":1}' ? failed : succeeded), { dataDir });
    await Promise.all([first.accept(1), first.accept(2)]);

    const second = queue(() => succeeded, { dataDir });
    atEnd(second.close);
    await second.accept(3);
    expect(second.seen.map(({ payload }) => payload)).toEqual(['{"n":3}']);
    expect(second.deadLetters.newestFirst()).toEqual(first.deadLetters.newestFirst());
    expect(second.deadLetters.newestFirst()).toMatchObject([{ requestPayload: { n: 1 } }]);
  });

  it('what asks for a function that is no more is forgotten', () => {
    const dataDir = temporaryFolder();
    const journal = openJournal(dataDir, 'lambda.jsonl');
    const left = { request_id: 'one', function: 'gone', payload: '{}', attempts: 0 };
    journal.append('asynchronous_invocations', 'one', left);
    queue(() => succeeded, { dataDir }).close();
    expect(openJournal(dataDir, 'lambda.jsonl').rows('asynchronous_invocations').size).toBe(0);
  });
});

describe('dead letters', () => {
  const letter = (requestId: string): DeadLetter => ({
    version: '1.0',
    timestamp: '2026-11-22T05:00:00.000Z',
    requestContext: {
      requestId,
      functionArn: fn.arn,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: {},
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: null,
  });
  const idsOf = (letters: readonly DeadLetter[]) =>
    letters.map(({ requestContext }) => requestContext.requestId);

  it('are the newest where there are too many, one for an invocation, also at the next start', () => {
    const dataDir = temporaryFolder();
    const letters = openDeadLetters(openJournal(dataDir, 'lambda.jsonl'), 2);
    for (const id of ['one', 'two', 'two', 'three']) letters.add(letter(id));
    expect(idsOf(letters.newestFirst())).toEqual(['three', 'two']);
    expect(idsOf(openDeadLetters(openJournal(dataDir, 'lambda.jsonl')).newestFirst())).toEqual([
      'three',
      'two',
    ]);
  });
});
