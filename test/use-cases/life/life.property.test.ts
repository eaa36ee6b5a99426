import { expect } from '@jest/globals';
import fc from 'fast-check';
import { property } from '../../support/property.ts';
import { type Action, courses, type Deed, HOUR, MINUTE, plain, SECOND, stories } from './deeds.ts';
import { expectOutcome, shown, watch } from './outcome.ts';
import { atOnce, type Scene, scene } from './scene.ts';

const SOON = [2 * MINUTE, 15 * MINUTE];
/** Long enough for what Stripe could not deliver to be fetched. */
const IN_HOURS = [30 * SECOND, ...SOON, HOUR, ...SOON, 15 * MINUTE];

/** Each takes a hundred calls of the database: CI has the time for as many as of every other property. */
const LIVES = process.env['CI'] ? 1_000 : 100;

/** All that Stripe has to tell, and what somebody does meanwhile. */
const everything = ({ stripe }: Scene, meanwhile: Action | null): readonly Deed[] => [
  ...stripe.emitted.map((_, which) => plain({ does: 'deliver', which, isAnswerLost: false })),
  ...(meanwhile ? [plain(meanwhile)] : []),
];
const meanwhile = fc.constantFrom<(Action | null)[]>(
  null,
  { does: 'sweep' },
  { does: 'finalize' },
  { does: 'void', confirm: true },
  { does: 'email' },
);

property(
  'cases 1, 3, 13, 14, 17, 19, 21, 23, 25, 26, 27, 28, 29, 30, 33: whatever is done to an invoice, in any order, at once, and stopped anywhere, ends in what truly happened',
  fc.asyncProperty(
    stories,
    courses,
    meanwhile,
    fc.boolean(),
    fc.boolean(),
    fc.scheduler(),
    async (story, course, action, isToEnd, isTold, turns) => {
      const all = scene(story);
      const check = watch(all);
      const act = async (deeds: readonly Deed[]) => {
        await atOnce(all, deeds, turns);
        check(await all.stored());
      };
      /** Faults are over, time passes, and sweeps come. */
      const rest = async (pauses: readonly number[]) => {
        for (const pause of pauses) {
          all.wait(pause);
          await atOnce(all, [plain({ does: 'sweep' })], turns);
        }
        const rested = await all.stored();
        check(rested);
        expectOutcome(all, rested);
        return shown(rested);
      };

      for (const deeds of course) await act(deeds);
      while (isToEnd && all.goOn());
      // Else the sweeper finds out by itself.
      if (isTold) await act(everything(all, action));
      const rested = await rest(IN_HOURS);
      await act(everything(all, null));
      expect(await rest(SOON)).toEqual(rested);
    },
  ),
  { numRuns: LIVES, timeout: 1_800_000 },
);
