import * as v from 'valibot';
import type { ProblemCode } from './problem.ts';

/** What a route takes and answers, by schema. What is not named must not be sent, and is not answered. */
export type Contract = {
  /** In a few words, for those who read the OpenAPI document. */
  readonly summary: string;
  /** Besides `env_id`. */
  readonly path: v.ObjectEntries;
  readonly query: v.ObjectEntries;
  readonly headers?: v.ObjectEntries;
  readonly body: v.GenericSchema;
  /** Where nothing is refused. */
  readonly answer: { readonly status: 200 | 201 | 202; readonly body: v.GenericSchema } | typeof emptyAnswer;
  /** What this route refuses, besides what every route of its kind does. */
  readonly problems: readonly ProblemCode[];
};

export const nothing = {};
export const noBody = v.optional(v.strictObject({}));
export const emptyAnswer = { status: 204, body: undefined } as const;
