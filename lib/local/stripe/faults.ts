import * as v from 'valibot';

export const faultParams = v.strictObject({
  path: v.pipe(v.string(), v.startsWith('/')),
  method: v.optional(v.pipe(v.string(), v.toUpperCase()), 'POST'),
  kind: v.picklist(['before', 'after', '500', '429', '409']),
  times: v.pipe(v.number(), v.integer(), v.minValue(1)),
  contains: v.optional(v.pipe(v.string(), v.nonEmpty())),
});

export type Fault = v.InferOutput<typeof faultParams>;

export type Faults = {
  add(fault: Fault): void;
  /** What is left of each: `times` counts down to 0. */
  list(): readonly Fault[];
  clear(): void;
  /** The kind of misbehaviour due for this request, which is then used up once. */
  take(request: { method: string; path: string; text: string }): Fault['kind'] | null;
};

export function createFaults(): Faults {
  const faults: Fault[] = [];
  return {
    add: (fault) => void faults.push({ ...fault }),
    list: () => faults,
    clear: () => void faults.splice(0),
    take: ({ method, path, text }) => {
      const due = faults.find(
        (fault) =>
          fault.times > 0 &&
          fault.method === method &&
          fault.path === path &&
          (fault.contains === undefined || text.includes(fault.contains)),
      );
      if (!due) return null;
      due.times -= 1;
      return due.kind;
    },
  };
}
