import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode } from './error-code.ts';

export type StoredJson<T> = { value: T; save(): void };

/** A small value that lives in a file of `dataDir`, or only in memory where there is none. */
export function storedJson<TSchema extends v.GenericSchema>(
  dataDir: string | undefined,
  name: string,
  schema: TSchema,
  initial: v.InferOutput<TSchema>,
): StoredJson<v.InferOutput<TSchema>> {
  if (dataDir === undefined) return { value: initial, save: () => undefined };

  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, name);
  const value = v.parse(schema, read(file) ?? initial);
  return {
    value,
    save() {
      // Written beside and renamed, so that a kill leaves the old file or the new one.
      writeFileSync(`${file}.new`, JSON.stringify(value));
      chmodSync(`${file}.new`, 0o600);
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read; remove it to start afresh`, { cause: error });
  }
}
