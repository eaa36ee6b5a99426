import * as v from 'valibot';
import type { Journal } from './journal.ts';

const DeadLetter = v.object({
  version: v.string(),
  timestamp: v.string(),
  requestContext: v.object({
    requestId: v.string(),
    functionArn: v.string(),
    condition: v.string(),
    approximateInvokeCount: v.number(),
  }),
  requestPayload: v.unknown(),
  responseContext: v.object({
    statusCode: v.number(),
    executedVersion: v.string(),
    functionError: v.string(),
  }),
  responsePayload: v.unknown(),
});

/**
 * What Lambda sends to the destination of an asynchronous invocation that it gives up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export type DeadLetter = v.InferOutput<typeof DeadLetter>;

export type DeadLetters = {
  /** Twice for one invocation is once. */
  add(letter: DeadLetter): void;
  newestFirst(): DeadLetter[];
};

const TABLE = 'dead_letters';

/** The dead-letter queues of all functions, as one list; the oldest go where there are more than `kept`. */
export function openDeadLetters(journal: Journal, kept = 10_000): DeadLetters {
  const letters = new Map<string, DeadLetter>();
  for (const [id, row] of journal.rows(TABLE)) letters.set(id, v.parse(DeadLetter, row));

  return {
    add(letter) {
      const id = letter.requestContext.requestId;
      journal.append(TABLE, id, letter);
      letters.set(id, letter);
      const [oldest] = letters.keys();
      if (letters.size <= kept || oldest === undefined) return;
      journal.append(TABLE, oldest, null);
      letters.delete(oldest);
    },
    newestFirst: () => [...letters.values()].toReversed(),
  };
}
