import * as v from 'valibot';
import type { Journal } from './journal.ts';

const Event = v.object({
  /** The sender's own, where its detail has one: EventBridge's is another each time. */
  id: v.string(),
  type: v.string(),
  source: v.string(),
  bus: v.string(),
  time: v.string(),
  detail: v.unknown(),
});

/** An event that EventBridge took. */
export type Event = v.InferOutput<typeof Event>;

export type Events = { add(event: Event): void; newestFirst(): Event[] };

const TABLE = 'events';

/** Every event that was put on a bus, as often as it was put; the oldest go where there are more than `kept`. */
export function openEvents(journal: Journal, kept = 10_000): Events {
  const events = new Map<string, Event>();
  let next = 0;
  for (const [number, row] of journal.rows(TABLE)) {
    events.set(number, v.parse(Event, row));
    next = Number(number) + 1;
  }
  return {
    add(event) {
      const number = String(next++);
      journal.append(TABLE, number, event);
      events.set(number, event);
      const [oldest] = events.keys();
      if (events.size <= kept || oldest === undefined) return;
      journal.append(TABLE, oldest, null);
      events.delete(oldest);
    },
    newestFirst: () => [...events.values()].toReversed(),
  };
}
