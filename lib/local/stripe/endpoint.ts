import * as v from 'valibot';
import type { ApiKey } from './api-key.ts';
import type { Cause } from './events.ts';
import { checkParams, text } from './params.ts';

/** Who asks for what, apart from the parameters. */
export type Caller = {
  readonly key: ApiKey;
  readonly scope: string;
  readonly livemode: boolean;
  /** The `:id` of the path, if it has one. */
  readonly id: string;
  readonly path: string;
  readonly cause: Cause;
};

export type Call<Params> = Caller & { readonly params: Params };

export type Prepared = { readonly expand: readonly string[]; run(): object };

export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Checks the parameters; nothing has happened until the result is run. */
  prepare(caller: Caller, input: unknown): Prepared;
};

type Params<Entries extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;

/** An API call: its parameters, all others refused, and what it does. */
export function endpoint<const Entries extends v.ObjectEntries>(
  method: Endpoint['method'],
  path: string,
  entries: Entries,
  run: (call: Call<Params<Entries>>) => object,
): Endpoint {
  const own = v.strictObject(entries);
  const expansion = v.object({ expand: v.optional(v.array(text), []) });
  return {
    method,
    path,
    prepare(caller, input) {
      const { expand } = checkParams(expansion, input);
      const params = checkParams(own, without(input, 'expand'));
      return { expand, run: () => run({ ...caller, params }) };
    },
  };
}

function without(input: unknown, name: string): unknown {
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
}
