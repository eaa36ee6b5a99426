import { randomBytes, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { ACCOUNT, REGION } from '../intrinsics.ts';
import { storedJson } from '../stored-json.ts';

const State = v.object({
  keys: v.array(v.object({ id: v.string(), material: v.string(), enabled: v.boolean() })),
  aliases: v.record(v.string(), v.string()),
});

export type Key = v.InferOutput<typeof State>['keys'][number];

export type Keys = {
  list(): Key[];
  aliases(): Array<[name: string, keyId: string]>;
  /** By id, ARN, alias or the alias' ARN. */
  find(reference: string): Key | undefined;
  add(id?: string): Key;
  /** As a deployment does: the key if it is not there yet, and its aliases. */
  ensure(id: string, aliases: string[]): void;
  setAlias(name: string, id: string): void;
  setEnabled(key: Key, enabled: boolean): void;
};

/** The keys, and their aliases; those of `dataDir` are there again after a restart. */
export function openKeys(dataDir?: string): Keys {
  const state = storedJson(dataDir, 'kms.json', State, { keys: [], aliases: {} });
  const { keys, aliases } = state.value;
  const add = (id: string = randomUUID()) => {
    const key = { id, material: randomBytes(32).toString('base64'), enabled: true };
    keys.push(key);
    state.save();
    return key;
  };
  return {
    list: () => keys,
    aliases: () => Object.entries(aliases),
    find(reference) {
      const name = reference.replace(/^arn:aws:kms:[^:]*:[^:]*:/, '').replace(/^key\//, '');
      return keys.find(({ id }) => id === (aliases[name] ?? name));
    },
    add,
    ensure(id, names) {
      if (!keys.some((key) => key.id === id)) add(id);
      for (const name of names) aliases[name] = id;
      state.save();
    },
    setAlias(name, id) {
      aliases[name] = id;
      state.save();
    },
    setEnabled(key, enabled) {
      key.enabled = enabled;
      state.save();
    },
  };
}

export function arnOf(id: string): string {
  return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
}
