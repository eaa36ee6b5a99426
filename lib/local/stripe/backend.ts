import type { Stripe } from 'stripe';
import type { RecordEvent } from './events.ts';
import type { World } from './world.ts';

/** The version that events and answers are of where nobody asks for another. */
export const API_VERSION: typeof Stripe.API_VERSION = '2026-10-28.endive';

export type Clock = () => number;

/** What every part of the stand-in works with. */
export type Backend = {
  readonly world: World;
  /** Milliseconds, as `Date.now`. */
  readonly now: Clock;
  /** Where the hosted pages are. */
  readonly publicUrl: string;
  readonly recordEvent: RecordEvent;
};

export function seconds(now: Clock): number {
  return Math.floor(now() / 1000);
}
