import * as v from 'valibot';
import { holdsSecret } from '../domain/stripe-credentials.ts';
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

/** A name that was made up is not repeated: it may be a secret in the wrong place. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? '';
  const isTelling = /^[a-z0-9_.]{1,64}$/.test(path) && !holdsSecret(path);
  return isUnknownField(issue) && !isTelling ? '' : path;
}

/**
 * Says what would be right, and never what was sent: that may be a secret in the wrong field. The library's own
 * messages, which begin with "Invalid", quote it.
 */
function messageOf(issue: v.BaseIssue<unknown>): string {
  const { expected, received, message, type } = issue;
  if (!message.startsWith('Invalid ')) return message;
  if (isUnknownField(issue))
    return fieldOf(issue) === '' ? 'there is a field that is not known' : 'is not a known field';
  if (received === 'undefined') return 'is required';
  return `must be ${words[expected ?? type] ?? (expected ?? type).replaceAll('"', '')}`;
}

function isUnknownField({ expected }: v.BaseIssue<unknown>): boolean {
  return expected === 'never';
}

const words: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
};
