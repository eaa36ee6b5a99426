import { describe, expect, test } from '@jest/globals';
import type { Invoice, InvoiceEmail } from '../../functions/domain/invoice.ts';
import { resending } from '../../functions/domain/resending.ts';
import { connection, generation, invoice, NOW, secondsLater, voidInvoice } from '../support/builders.ts';

const claim = { owner: 'me', until: secondsLater(28).toISOString() };
const DAY = 24 * 60 * 60;
const sent = invoice().email;

const withEmail = (changes: Partial<InvoiceEmail>) => invoice({ email: { ...sent, ...changes } });
const decide = (start: Invoice, now = NOW) => resending(start, connection(), claim, now);
const hoursAgo = (...hours: readonly number[]) =>
  hours.map((hour) => secondsLater(-hour * 3600).toISOString());

describe('an e-mail', () => {
  test.each(['sent', 'failed', 'bounced', 'complained'] as const)(
    'that is %s is sent again, claimed and counted',
    (status) => {
      expect(decide(withEmail({ status, unconfirmed: 2, resends: hoursAgo(25, 3) }))).toEqual({
        kind: 'send',
        email: {
          ...sent,
          status: 'pending',
          claim,
          unconfirmed: 1,
          round: 2,
          resends: [...hoursAgo(3), NOW.toISOString()],
        },
      });
    },
  );

  test('that never reached SES is sent in its own place, and not counted', () => {
    expect(decide(withEmail({ status: 'pending', resends: hoursAgo(5, 4, 3, 2, 1) }))).toMatchObject({
      kind: 'send',
      email: { unconfirmed: 1, resends: hoursAgo(5, 4, 3, 2, 1) },
    });
  });

  test('that may have reached SES is counted', () => {
    const lost = {
      status: 'pending',
      unconfirmed: 1,
      claim: { owner: 'x', until: NOW.toISOString() },
    } as const;
    expect(decide(withEmail(lost))).toMatchObject({
      kind: 'send',
      email: { unconfirmed: 2, resends: [NOW.toISOString()] },
    });
    expect(decide(withEmail({ ...lost, resends: hoursAgo(5, 4, 3, 2, 1) }))).toMatchObject({
      kind: 'too_many',
    });
  });

  test('that is being sent is waited for', () => {
    expect(decide(withEmail({ status: 'pending', unconfirmed: 1, claim }))).toEqual({ kind: 'wait' });
  });

  test('is sent again five times in any 24 hours, and then as soon as the first of them is over', () => {
    const start = withEmail({ resends: hoursAgo(23, 4, 3, 2, 1) });
    expect(decide(start)).toEqual({ kind: 'too_many', retryAfterSeconds: 3600 });
    expect(decide(start, secondsLater(3599))).toEqual({ kind: 'too_many', retryAfterSeconds: 1 });
    expect(decide(start, secondsLater(3600))).toMatchObject({
      kind: 'send',
      email: { resends: [...hoursAgo(4, 3, 2, 1), secondsLater(3600).toISOString()] },
    });
    expect(decide(start, secondsLater(DAY))).toMatchObject({ email: { resends: { length: 1 } } });
  });

  test.each<[string, Invoice, string]>([
    ['a paid invoice', invoice({ status: 'PAID', paidAt: NOW.toISOString() }), 'invoice_paid'],
    ['a void invoice', voidInvoice(), 'invoice_void'],
    ['one whose money is on its way', invoice({ status: 'PAYMENT_PENDING' }), 'payments_in_flight'],
    ['one that is being finalized', invoice({ status: 'FINALIZING' }), 'try_again'],
    ['one without an address', withEmail({ status: 'skipped', to: null }), 'no_email_address'],
    [
      'one whose link cannot be paid',
      invoice({ current: generation(1, { link: { id: 'plink_1', url: 'https://x', active: false } }) }),
      'try_again',
    ],
  ])('of %s is refused', (_, start, code) => {
    expect(decide(start)).toEqual({ kind: 'refuse', code });
  });
});
