import * as v from 'valibot';
import type { FieldError } from './problem.ts';

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Checks outside data against a schema. */
export function validate<const Schema extends v.GenericSchema>(
  schema: Schema,
  data: unknown,
): Validated<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, data);
  return result.success
    ? { ok: true, value: result.output }
    : {
        ok: false,
        errors: result.issues.map((issue) => ({ field: fieldOf(issue), message: messageOf(issue) })),
      };
}

/** The errors in a sentence. */
export function sentence(errors: readonly FieldError[]): string {
  return `${errors.map(({ field, message }) => (field ? `${field} ${message}` : message)).join('; ')}.`;
}

function fieldOf(issue: v.BaseIssue<unknown>): string {
  return v.getDotPath(issue) ?? '';
}

/**
 * Says what would be right, and never what was sent: that may be a secret in the wrong field. The library's own
 * messages, which begin with "Invalid", quote it.
 */
function messageOf({ expected, received, message, type }: v.BaseIssue<unknown>): string {
  if (!message.startsWith('Invalid ')) return message;
  if (expected === 'never') return 'is not a known field';
  if (received === 'undefined') return 'is required';
  return `must be ${(expected ?? type).replaceAll('"', '')}`;
}
