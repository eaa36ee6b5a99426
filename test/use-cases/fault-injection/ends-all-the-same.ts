import { describe, expect, it } from '@jest/globals';
import { faultsOf } from '../../support/stopping.ts';
import { disturb, isBegun, isMailUnknown, type Journey } from './journey.ts';

/**
 * Tests that each journey, failing before and after each of its calls, for good and for once, ends as it does without a fault, in
 * each of the ways in which it is gone on with: the same items, links and answer, and one e-mail more at most, where SES's answer
 * was lost.
 */
export function endsAllTheSame(journeys: Readonly<Record<string, Journey>>): void {
  describe.each(Object.entries(journeys))('%s', (_, journey) => {
    it.each(Object.keys(journey.goOn))(
      'case 25: fails anywhere, %s, and ends as if it had not',
      async (way) => {
        const { whole, never, disturbed } = await disturb(journey, way);
        expect(whole.calls).toEqual(journey.calls);
        expect(disturbed).toHaveLength(faultsOf(journey.calls).length);

        for (const run of disturbed) {
          const expected = isBegun(run, journey) ? whole : never;
          const mails = expected.mails + (isMailUnknown(run, journey) ? 1 : 0);
          expect(whatMatters(run)).toEqual({ ...whatMatters(expected), name: run.name, mails });
        }
      },
    );
  });
}

function whatMatters({
  name,
  end,
  last,
  links,
  endpoints,
  mails,
}: Awaited<ReturnType<typeof disturb>>['whole']) {
  return { name, end, last, links, endpoints, mails };
}
