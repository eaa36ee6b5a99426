import * as v from 'valibot';
import type { Service } from './service.ts';

const Fault = v.strictObject({
  service: v.picklist(['dynamodb', 'kms', 'ses']),
  operation: v.pipe(v.string(), v.minLength(1)),
  kind: v.picklist(['before', 'after', 'throttle', '500']),
  times: v.pipe(v.number(), v.integer(), v.minValue(1)),
  contains: v.optional(v.string()),
});

export type Fault = v.InferOutput<typeof Fault>;

export type Faults = {
  /** Throws valibot's error for what is not a fault. */
  add(request: unknown): Fault;
  /** The kind of the first fault that this call meets, which is then used up once. */
  take(service: Service, operation: string, body: Buffer): Fault['kind'] | undefined;
  left(): Fault[];
  clear(): void;
};

/** Misbehaviour that was asked for. */
export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add(request) {
      const fault = v.parse(Fault, request);
      faults.push(fault);
      return fault;
    },
    take(service, operation, body) {
      const fault = faults.find(
        (candidate) =>
          candidate.service === service.name &&
          (candidate.operation === '*' ? service.isWrite(operation) : candidate.operation === operation) &&
          (candidate.contains === undefined || says(body, candidate.contains)),
      );
      if (!fault) return undefined;
      fault.times -= 1;
      faults = faults.filter(({ times }) => times > 0);
      return fault.kind;
    },
    left: () => faults,
    clear() {
      faults = [];
    },
  };
}

/** SES's requests are forms, where an address is not written as it reads. */
function says(body: Buffer, text: string): boolean {
  const form = new URLSearchParams(body.toString());
  return body.includes(text) || [...form.values()].some((value) => value.includes(text));
}
