import * as v from 'valibot';
import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';

type Scalar = string | number | boolean | null;

/** What an event must be like: at each place, one of these values. Of EventBridge's patterns, what our templates use. */
export type EventPattern = { [field: string]: Scalar[] | EventPattern };

const unknown = 'The local system knows patterns of exact values alone (lib/local/aws/event-rules.ts)';
const Values = v.array(v.nullable(v.union([v.string(), v.number(), v.boolean()], unknown)));
export const EventPattern: v.GenericSchema<EventPattern> = v.record(
  v.string(),
  v.lazy((wanted) => (Array.isArray(wanted) ? Values : EventPattern)),
  unknown,
);

export type EventRule = { eventBusName: string; pattern: EventPattern; functionNames: string[] };

export type EventRules = {
  /** Hands an event to the functions of every rule that it matches; ends once they have succeeded, or were given up. */
  deliver(eventBusName: string, event: object): Promise<void>;
};

/** EventBridge's rules, whose functions are invoked asynchronously. */
export function createEventRules(
  rules: EventRule[],
  asynchronous: Pick<AsynchronousInvocations, 'accept'>,
): EventRules {
  return {
    async deliver(eventBusName, event) {
      const payload = JSON.stringify(event);
      const names = rules
        .filter((rule) => rule.eventBusName === eventBusName && matches(rule.pattern, event))
        .flatMap(({ functionNames }) => functionNames);
      await Promise.all(names.map((name) => asynchronous.accept(name, payload)));
    },
  };
}

/** A list in the event matches where one of its values does. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const values = [fieldOf(event, field)].flat();
    return Array.isArray(wanted)
      ? wanted.some((scalar) => values.includes(scalar))
      : values.some((value) => matches(wanted, value));
  });
}

function fieldOf(event: unknown, field: string): unknown {
  return typeof event === 'object' && event !== null ? Reflect.get(event, field) : undefined;
}
