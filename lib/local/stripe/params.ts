import qs from 'qs';
import * as v from 'valibot';
import { invalidRequest, type StripeError } from './stripe-error.ts';

/** Stripe's form encoding, of bodies and of query strings: `line_items[0][price_data][currency]=usd`. */
export function parseForm(text: string): unknown {
  return qs.parse(text, { depth: 10, arrayLimit: 200, parameterLimit: 10_000, plainObjects: true });
}

/** Checked parameters, or Stripe's error about the first that is wrong. */
export function checkParams<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const unknown = result.issues.find((issue) => issue.expected === 'never');
  throw errorOf(unknown ?? result.issues[0]);
}

const WORDING: Readonly<Record<string, (issue: v.BaseIssue<unknown>, param: string) => string>> = {
  parameter_invalid_empty: (_, param) =>
    `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
  parameter_invalid_integer: (issue) => `Invalid integer: ${issue.input}`,
  parameter_invalid_boolean: (issue) => `Invalid boolean: ${issue.input}`,
  url_invalid: () => 'Invalid URL: An explicit scheme (such as https) must be provided.',
};

function errorOf(issue: v.BaseIssue<unknown>): StripeError {
  const param = nameOf(issue.path ?? []);
  if (issue.expected === 'never') {
    return invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  if (issue.received === 'undefined') {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const wording = WORDING[issue.message];
  if (wording) return invalidRequest(wording(issue, param), { code: issue.message, param });
  if (issue.kind === 'schema')
    return invalidRequest(`Invalid ${issue.expected ?? 'value'}: ${param}`, { param });
  return invalidRequest(issue.message, { param });
}

function nameOf(path: readonly { key: unknown }[]): string {
  return path.map(({ key }, depth) => (depth === 0 ? String(key) : `[${String(key)}]`)).join('');
}

export const text = v.pipe(v.string(), v.nonEmpty('parameter_invalid_empty'));

export const integer = v.pipe(
  v.string(),
  v.regex(/^-?\d{1,15}$/, 'parameter_invalid_integer'),
  v.transform(Number),
);

export const amount = v.pipe(integer, v.minValue(0, 'This value must be greater than or equal to 0.'));

export const flag = v.pipe(
  v.picklist(['true', 'false'], 'parameter_invalid_boolean'),
  v.transform((value) => value === 'true'),
);

/** What may be unset again with an empty value, which then reads as null. */
export const clearable = v.pipe(
  v.string(),
  v.transform((value) => value || null),
);

export const url = v.pipe(text, v.check(isHttpUrl, 'url_invalid'));

function isHttpUrl(value: string): boolean {
  return /^https?:\/\/[^/]/i.test(value) && URL.canParse(value);
}

export type MetadataPatch = Readonly<Record<string, string>> | null;

const metadataRecord = v.pipe(
  v.record(v.string(), v.string()),
  v.check((all) => Object.keys(all).length <= 50, 'Metadata can have at most 50 keys.'),
  v.check(
    (all) => Object.keys(all).every((key) => key.length <= 40),
    'Metadata keys can have up to 40 characters, but you passed in a longer one.',
  ),
  v.check(
    (all) => Object.values(all).every((value) => value.length <= 500),
    'Metadata values can have up to 500 characters, but you passed in a longer one.',
  ),
);

/** An empty value for all of `metadata` reads as null: forget every key. */
export const metadata = v.lazy<v.GenericSchema<unknown, MetadataPatch>>((input) =>
  input === ''
    ? v.pipe(
        v.literal(''),
        v.transform(() => null),
      )
    : metadataRecord,
);

/** New keys are added, keys with an empty value are unset. */
export function mergeMetadata(
  old: Readonly<Record<string, string>>,
  patch: MetadataPatch | undefined,
): Record<string, string> {
  if (patch === null) return {};
  const merged = Object.entries({ ...old, ...patch }).filter(([, value]) => value !== '');
  return Object.fromEntries(merged);
}
