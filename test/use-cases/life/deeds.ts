import fc from 'fast-check';
import type { Fault } from '../../support/stopping.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** What happens at Stripe, each as soon as it can. */
export type Happening =
  | { readonly does: 'pay'; readonly by: 'card' | 'debit' }
  | { readonly does: 'end'; readonly as: 'came' | 'failed' }
  | { readonly does: 'refund'; readonly part: 'some' | 'all' }
  | { readonly does: 'decline' | 'dispute' };

const FORGERIES = ['mode', 'nonce', 'organization', 'environment'] as const;
export type Forgery = (typeof FORGERIES)[number];

/** What somebody does; or time passes, the next thing happens at Stripe, or goes wrong there. */
export type Action =
  | { readonly does: 'finalize' | 'sweep' | 'email' | 'happen' }
  | { readonly does: 'void'; readonly confirm: boolean }
  | { readonly does: 'deliver'; readonly which: number; readonly isAnswerLost: boolean }
  | { readonly does: 'forge'; readonly which: number; readonly as: Forgery }
  | { readonly does: 'go wrong'; readonly when: 'before' | 'after' }
  | { readonly does: 'wait'; readonly milliseconds: number };

export type Deed = { readonly action: Action; readonly fault: Fault | null };

/** At one of so many calls of a port, or none. */
function faultWithin(calls: number): fc.Arbitrary<Fault | null> {
  return fc.option(
    fc.record({
      port: fc.integer({ min: 1, max: calls }),
      when: fc.constantFrom('before', 'after'),
      process: fc.constantFrom('ends', 'goes on'),
    }),
    { freq: 2 },
  );
}

function deeds(...pauses: readonly [number, ...number[]]): fc.Arbitrary<Deed> {
  const just = <const Name extends string>(does: Name) => fc.constant({ does });
  const choices: readonly (readonly [weight: number, fc.Arbitrary<Action>])[] = [
    [9, just('happen')],
    [5, fc.record({ does: fc.constant('deliver'), which: fc.nat({ max: 5 }), isAnswerLost: fc.boolean() })],
    [
      1,
      fc.record({ does: fc.constant('forge'), which: fc.nat({ max: 5 }), as: fc.constantFrom(...FORGERIES) }),
    ],
    [4, just('sweep')],
    [3, just('finalize')],
    [3, fc.record({ does: fc.constant('wait'), milliseconds: fc.constantFrom(...pauses) })],
    [1, fc.record({ does: fc.constant('void'), confirm: fc.boolean() })],
    [1, just('email')],
    [1, fc.record({ does: fc.constant('go wrong'), when: fc.constantFrom('before', 'after') })],
  ];
  const action = fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.record({ action, fault: faultWithin(16) });
}

/** What is to happen at Stripe: checkouts, of which the last one pays or not, and what becomes of the money. */
export const stories: fc.Arbitrary<readonly Happening[]> = fc
  .tuple(
    fc.subarray<Happening>([{ does: 'decline' }]),
    fc.constantFrom<(readonly Happening[])[]>(
      [{ does: 'pay', by: 'card' }],
      [{ does: 'pay', by: 'debit' }],
      [
        { does: 'pay', by: 'debit' },
        { does: 'end', as: 'came' },
      ],
      [
        { does: 'pay', by: 'debit' },
        { does: 'end', as: 'failed' },
      ],
      [
        { does: 'pay', by: 'debit' },
        { does: 'end', as: 'failed' },
        { does: 'pay', by: 'card' },
      ],
    ),
    fc.shuffledSubarray<Happening>([
      { does: 'refund', part: 'some' },
      { does: 'refund', part: 'all' },
      { does: 'dispute' },
    ]),
  )
  .map((parts) => parts.flat());

export const plain = (action: Action): Deed => ({ action, fault: null });
const again = fc.constantFrom(plain({ does: 'finalize' }), plain({ does: 'sweep' }));

type Course = readonly (readonly Deed[])[];

/** A finalize that may break off, taken up by others at once; then anything, one after the other and at once. */
const busy: fc.Arbitrary<Course> = fc
  .tuple(
    faultWithin(8),
    fc.constantFrom(30 * SECOND, 30 * SECOND, 25 * HOUR),
    fc.array(again, { maxLength: 3 }),
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.tuple(deeds(SECOND, 30 * SECOND, 10 * MINUTE, 25 * HOUR)) },
        // Nothing that is under way lives for much longer than its lease.
        { weight: 1, arbitrary: fc.array(deeds(SECOND, 30 * SECOND), { minLength: 2, maxLength: 3 }) },
      ),
      { minLength: 2, maxLength: 6 },
    ),
  )
  .map(([first, milliseconds, others, rest]) => [
    [{ action: { does: 'finalize' }, fault: first }],
    [plain({ does: 'wait', milliseconds })],
    others,
    ...rest,
  ]);

/** Nothing but what happens at Stripe, sooner or later. */
const quiet: fc.Arbitrary<Course> = fc
  .array(fc.constantFrom(MINUTE, HOUR, 25 * HOUR), { minLength: 4, maxLength: 4 })
  .map((pauses) => [
    [plain({ does: 'finalize' })],
    ...pauses.flatMap((milliseconds) => [
      [plain({ does: 'happen' })],
      [plain({ does: 'wait', milliseconds })],
    ]),
  ]);

export const courses = fc.oneof({ weight: 4, arbitrary: busy }, { weight: 1, arbitrary: quiet });
