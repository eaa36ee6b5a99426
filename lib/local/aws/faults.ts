import * as v from 'valibot';
import type { Service } from './service.ts';

const Fault = v.pipe(
  v.strictObject({
    service: v.picklist(['dynamodb', 'kms', 'ses', 'events']),
    /** By its name at AWS; `*` is any write, `any` reads as well. */
    operation: v.pipe(v.string(), v.minLength(1)),
    kind: v.picklist(['before', 'after', 'throttle', '500']),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    /** How probable it is that a call meets it; it then need not end. */
    rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
    contains: v.optional(v.string()),
  }),
  v.check(({ times, rate }) => (times ?? rate) !== undefined, 'A fault has times, a rate, or both.'),
);

export type Fault = v.InferOutput<typeof Fault>;

/** What is left of a fault; of one that comes at a rate also how many calls have met it. */
export type FaultLeft = Fault & { met?: number };

export type Faults = {
  /** Throws valibot's error for what is not a fault. */
  add(request: unknown): FaultLeft;
  /** The kind of the first fault that this call meets, which is then used up once. */
  take(service: Service, operation: string, body: Buffer): Fault['kind'] | undefined;
  left(): FaultLeft[];
  clear(): void;
};

/** Misbehaviour that was asked for. `random` draws from 0 to 1, as `Math.random`. */
export function createFaults(random: () => number = Math.random): Faults {
  let faults: FaultLeft[] = [];
  return {
    add(request) {
      const asked = v.parse(Fault, request);
      const fault = asked.rate === undefined ? asked : { ...asked, met: 0 };
      faults.push(fault);
      return fault;
    },
    take(service, operation, body) {
      const fault = faults.find(
        (candidate) =>
          candidate.service === service.name &&
          isOf(candidate, service, operation) &&
          (candidate.contains === undefined || says(body, candidate.contains)) &&
          (candidate.rate === undefined || random() < candidate.rate),
      );
      if (!fault) return undefined;
      if (fault.met !== undefined) fault.met += 1;
      if (fault.times !== undefined) fault.times -= 1;
      faults = faults.filter(({ times }) => times !== 0);
      return fault.kind;
    },
    left: () => faults,
    clear() {
      faults = [];
    },
  };
}

function isOf(fault: Fault, service: Service, operation: string): boolean {
  switch (fault.operation) {
    case 'any':
      return true;
    case '*':
      return service.isWrite(operation);
    default:
      return fault.operation === operation;
  }
}

/** SES's requests are forms, where an address is not written as it reads. */
function says(body: Buffer, text: string): boolean {
  const form = new URLSearchParams(body.toString());
  return body.includes(text) || [...form.values()].some((value) => value.includes(text));
}
