import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { DeadLetters } from '../dead-letters.ts';
import { type Journal, openJournal } from '../journal.ts';
import type { AsynchronousSettings } from '../template.ts';
import type { Invocation, Lambda } from './lambda.ts';

const Pending = v.object({
  request_id: v.string(),
  function: v.string(),
  payload: v.string(),
  attempts: v.number(),
});
type Pending = v.InferOutput<typeof Pending>;

export type AsynchronousInvocations = {
  /**
   * Once this has returned, the invocation is not lost any more, to a kill -9 neither. What it returns ends once the invocation
   * has succeeded, or has been given up.
   */
  accept(functionName: string, payload: string): Promise<void>;
  close(): void;
};

type Options = {
  lambda: Pick<Lambda, 'find' | 'invoke'>;
  settings?: readonly AsynchronousSettings[];
  journal?: Journal;
  deadLetters?: Pick<DeadLetters, 'add'>;
  /** At Lambda one minute and two; here seconds. */
  retryDelaysMs?: readonly number[];
};

const TABLE = 'asynchronous_invocations';

/** Of one function: the rest of its instances is for those who wait for an answer. */
const AT_ONCE = 4;

/**
 * Lambda's queue of asynchronous invocations: each is made until it succeeds, or is given up after the retries that the template says,
 * and then sent to the destination on failure, if there is one. What an earlier process left is taken up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function startAsynchronous(options: Options): AsynchronousInvocations {
  const { lambda, settings = [], deadLetters, retryDelaysMs = [1000, 2000] } = options;
  const journal = options.journal ?? openJournal(undefined, '');
  const waiting = new Map<string, Pending[]>();
  const ends = new Map<string, () => void>();
  const underWay = new Map<string, number>();
  let closed = false;

  function enqueue(pending: Pending): void {
    const queue = waiting.get(pending.function) ?? [];
    waiting.set(pending.function, queue);
    queue.push(pending);
    next(pending.function);
  }

  function next(name: string): void {
    const running = underWay.get(name) ?? 0;
    if (closed || running >= AT_ONCE) return;
    const pending = waiting.get(name)?.shift();
    if (!pending) return;
    underWay.set(name, running + 1);
    void attempt(pending).finally(() => {
      underWay.set(name, (underWay.get(name) ?? 0) - 1);
      next(name);
    });
  }

  async function attempt(pending: Pending): Promise<void> {
    const { request_id, payload, function: name } = pending;
    const invocation = await lambda.invoke(name, payload, request_id).catch(() => undefined);
    // The system is being stopped, and what it cuts off has not failed: the next process makes it again.
    if (closed || !invocation) return;
    const tried = { ...pending, attempts: pending.attempts + 1 };
    if (invocation.failed && tried.attempts <= retryAttempts(name)) return tryLater(tried);
    if (invocation.failed) giveUp(tried, invocation);
    journal.append(TABLE, request_id, null);
    ends.get(request_id)?.();
    ends.delete(request_id);
  }

  function tryLater(tried: Pending): void {
    journal.append(TABLE, tried.request_id, tried);
    setTimeout(() => enqueue(tried), retryDelaysMs[tried.attempts - 1]).unref();
  }

  function giveUp(tried: Pending, invocation: Invocation): void {
    const fn = lambda.find(tried.function);
    if (!fn || !settingsOf(tried.function)?.onFailure) return;
    deadLetters?.add({
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId: tried.request_id,
        functionArn: `${fn.arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: tried.attempts,
      },
      requestPayload: JSON.parse(tried.payload),
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: JSON.parse(invocation.payload),
    });
  }

  const settingsOf = (name: string) => settings.find(({ functionName }) => functionName === name);
  const retryAttempts = (name: string) => settingsOf(name)?.retryAttempts ?? 2;

  for (const [id, row] of journal.rows(TABLE)) {
    const left = v.parse(Pending, row);
    if (lambda.find(left.function)) enqueue(left);
    else journal.append(TABLE, id, null);
  }

  return {
    accept(functionName, payload) {
      const pending = { request_id: randomUUID(), function: functionName, payload, attempts: 0 };
      journal.append(TABLE, pending.request_id, pending);
      return new Promise((resolve) => {
        ends.set(pending.request_id, resolve);
        enqueue(pending);
      });
    },
    close() {
      closed = true;
    },
  };
}
