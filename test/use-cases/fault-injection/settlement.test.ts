import { describe, expect, it } from '@jest/globals';
import { faultsOf } from '../../support/stopping.ts';
import { disturb, UNAVAILABLE } from './journey.ts';
import { isDecided } from './normalised.ts';
import { NEVER_DELIVERED, SETTLEMENTS } from './settlement-journeys.ts';

const isNoEvent = (item: unknown) => Object(item).sk !== 'EVENT';

describe.each(Object.entries(SETTLEMENTS))('%s', (_, journey) => {
  it.each(Object.keys(journey.goOn))(
    'case 25: fails anywhere, %s, and is settled as if it had not',
    async (way) => {
      const { whole, never, disturbed } = await disturb(journey, way);
      expect(whole.calls).toEqual(journey.calls);
      expect(disturbed).toHaveLength(faultsOf(journey.calls).length);

      for (const { name, fault, first, halfway, last, end, links, mails, deliveries } of disturbed) {
        // The last call is the one that writes.
        const isWritten = fault?.port === journey.calls.length && fault.when === 'after';
        const stands = (isWritten ? whole : never).halfway.filter(isDecided);
        // The event and what it does to its invoice, or neither; and Stripe is not told that it arrived.
        expect([name, first, halfway.filter(isDecided)]).toEqual([name, UNAVAILABLE, stands]);

        expect([name, links, mails]).toEqual([name, whole.links, whole.mails]);
        if (way === NEVER_DELIVERED) {
          expect([name, end.filter(isNoEvent)]).toEqual([name, whole.end.filter(isNoEvent)]);
        } else {
          const counted = whole.deliveries - (isWritten ? 0 : 1);
          expect([name, end, last, deliveries]).toEqual([name, whole.end, whole.last, counted]);
        }
      }
    },
  );
});
