import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../functions/domain/connection.ts';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { merge } from '../../functions/domain/payment.ts';
import {
  FIRST_LOOK_MS,
  isLeftWithoutLink,
  lookAfterFailure,
  mayBePaidUntold,
  nextLook,
} from '../../functions/domain/sweeping.ts';
import {
  connection,
  generation,
  invoice,
  NOW,
  secondsLater,
  sessionUnpaid,
  voidInvoice,
} from '../support/builders.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const closed = { id: 'plink_1', url: 'https://buy.stripe.com/test_1', active: false };
const lease = { owner: 'me', until: secondsLater(28).toISOString() };
const noLink = { current: generation(1, { link: null }), lease };
const failedDebit = {
  ...merge(undefined, sessionUnpaid().notice, { order: 0, afterVoid: false }),
  asyncFailed: { at: secondsLater(30).toISOString(), eventId: 'evt_2' },
  nonce: generation(1).nonce,
};
const pendingEmail = { ...invoice().email, status: 'pending', sentAt: null } as const;

/** How long after a look at this age the next one comes, in seconds; null: never. */
function pauseAt(
  age: number,
  changes: Partial<Invoice>,
  connected: Connection | null = connection(),
): number | null {
  const now = secondsLater(age);
  const next = nextLook(invoice(changes), connected, { now, firstLookMs: FIRST_LOOK_MS });
  return next && (next.getTime() - now.getTime()) / 1000;
}

describe('an unpaid link', () => {
  test.each([
    ['in a minute, while it is new', 0, MINUTE],
    ['in a minute, at a minute', MINUTE, MINUTE],
    ['the less often, the older it is', 3 * HOUR, 3 * HOUR],
    ['at least once a day', 40 * DAY, DAY],
  ])('is looked up again %s', (_, age, pause) => {
    expect(pauseAt(age, {})).toBe(pause);
  });

  test('is counted from the generation that it belongs to, not from the invoice', () => {
    const current = generation(2, { startedAt: secondsLater(10 * DAY).toISOString() });
    expect(pauseAt(10 * DAY + MINUTE, { current, previous: [generation(1)] })).toBe(MINUTE);
  });
});

describe('what a customer waits for', () => {
  test.each<[string, Partial<Invoice>]>([
    ['another link, where the first was closed', { current: generation(1, { link: closed }) }],
    ['a link that broke off', { status: 'FINALIZING', finalizedAt: null, ...noLink }],
    ['an e-mail that was not taken', { email: pendingEmail }],
    ['another link, where a failed payment used up the first', { payments: { pi_1: failedDebit } }],
  ])('%s is looked at every ten minutes at least', (_, changes) => {
    expect(pauseAt(0, changes)).toBe(MINUTE);
    expect(pauseAt(5 * MINUTE, changes)).toBe(5 * MINUTE);
    expect(pauseAt(40 * DAY, changes)).toBe(10 * MINUTE);
  });

  test('but not an e-mail that was given up', () => {
    expect(pauseAt(DAY, { email: { ...pendingEmail, status: 'failed' } })).toBe(DAY);
  });
});

describe.each(['PAID', 'VOID'] as const)('a %s invoice', (status) => {
  const settled = { status, ...(status === 'VOID' && { voidedAt: voidInvoice().voidedAt }) };

  test('whose links are closed is never looked at again', () => {
    expect(
      pauseAt(MINUTE, { ...settled, current: generation(1, { link: closed }), previous: [] }),
    ).toBeNull();
  });

  test('is looked at while any link that it ever had is open', () => {
    const current = generation(2, { link: closed });
    expect(pauseAt(MINUTE, { ...settled, current, previous: [generation(1)] })).toBe(MINUTE);
    // Somebody could pay it a second time.
    expect(pauseAt(90 * DAY, { ...settled, current, previous: [generation(1)] })).toBe(10 * MINUTE);
  });

  test('is looked at for a day where a link may have been made that was never saved', () => {
    expect(pauseAt(HOUR, { ...settled, ...noLink })).toBe(HOUR);
    expect(pauseAt(DAY - 1, { ...settled, ...noLink })).toBe(DAY - 1);
    expect(pauseAt(DAY, { ...settled, ...noLink })).toBeNull();
  });

  test('is not looked at where nobody is making a link, or the one that was made is closed', () => {
    expect(pauseAt(HOUR, { ...settled, ...noLink, lease: null })).toBeNull();
    expect(pauseAt(HOUR, { ...settled, lease, current: generation(1, { link: closed }) })).toBeNull();
  });

  test('is not looked at for a link of an account that was left: whoever left it closes it', () => {
    const others = connection({ attachment: 'conn_2' });
    expect(pauseAt(MINUTE, settled, others)).toBeNull();
    expect(pauseAt(MINUTE, { ...settled, current: generation(2, { attachment: 'conn_2' }) }, others)).toBe(
      MINUTE,
    );
  });

  test('is not looked at for an e-mail that nobody needs any more', () => {
    expect(
      pauseAt(MINUTE, { ...settled, current: generation(1, { link: closed }), email: pendingEmail }),
    ).toBeNull();
  });
});

describe('money may have come that nobody told of', () => {
  test.each<[string, Partial<Invoice>, boolean]>([
    ['through an unpaid link', {}, true],
    ['through the link of a void invoice', { status: 'VOID' }, true],
    ['through an earlier link of a paid invoice', { status: 'PAID', previous: [generation(1)] }, true],
    ['not through the one link of a paid invoice', { status: 'PAID' }, false],
  ])('%s', (_, changes, expected) => {
    expect(mayBePaidUntold(invoice(changes))).toBe(expected);
  });
});

test('money on its way is looked at as an unpaid link is', () => {
  expect(pauseAt(MINUTE, { status: 'PAYMENT_PENDING' })).toBe(MINUTE);
  expect(pauseAt(9 * DAY, { status: 'PAYMENT_PENDING' })).toBe(DAY);
  expect(
    nextLook(invoice({ status: 'PAYMENT_PENDING' }), connection(), { now: NOW, firstLookMs: FIRST_LOOK_MS }),
  ).toEqual(secondsLater(MINUTE));
});

describe('without a connection', () => {
  test('what is unpaid waits for the next one', () => {
    expect(pauseAt(MINUTE, {}, null)).toBe(MINUTE);
    expect(pauseAt(9 * DAY, {}, null)).toBe(DAY);
    expect(pauseAt(9 * DAY, { status: 'PAYMENT_PENDING' }, null)).toBe(DAY);
    expect(pauseAt(9 * DAY, noLink, null)).toBe(DAY);
  });

  test.each(['PAID', 'VOID'] as const)('a %s invoice is not looked at', (status) => {
    expect(pauseAt(MINUTE, { status }, null)).toBeNull();
  });
});

test.each<[string, Partial<Invoice>, boolean]>([
  ['whose link was closed', { current: generation(1, { link: closed }) }, true],
  ['whose first link is not closed', {}, false],
  ['that has no link yet', noLink, false],
  ['that is being finalized anew', { status: 'FINALIZING', current: generation(2, { link: closed }) }, true],
  ['that is paid', { status: 'PAID', current: generation(1, { link: closed }) }, false],
  [
    'whose money is on its way',
    { status: 'PAYMENT_PENDING', current: generation(1, { link: closed }) },
    false,
  ],
  ['of which an earlier link was closed', { previous: [generation(1, { link: closed })] }, false],
])('customers of an invoice %s wait for another link: %#', (_, changes, expected) => {
  expect(isLeftWithoutLink(invoice(changes))).toBe(expected);
});

test('of a connection that is switched off everything is looked at', () => {
  expect(pauseAt(MINUTE, noLink, connection({ isActive: false }))).toBe(MINUTE);
});

describe('a look that failed', () => {
  const soon = secondsLater(5 * MINUTE);

  test.each([
    ['is repeated within minutes, where it would be long', secondsLater(DAY), soon],
    ['is repeated when it was to be, where that is sooner', secondsLater(MINUTE), secondsLater(MINUTE)],
    ['is not repeated where nothing is left to do', null, null],
  ])('%s', (_, next, wanted) => {
    expect(lookAfterFailure(next, NOW)).toEqual(wanted);
  });
});
