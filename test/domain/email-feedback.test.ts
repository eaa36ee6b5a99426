import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  afterFeedback,
  type EmailFeedback,
  type EmailVerdict,
} from '../../functions/domain/email-feedback.ts';
import { claimEmail, nextStep, renew } from '../../functions/domain/finalization.ts';
import type { EmailStatus, InvoiceEmail } from '../../functions/domain/invoice.ts';
import { resending } from '../../functions/domain/resending.ts';
import { connection, content, invoice, NOW, secondsLater, tenant } from '../support/builders.ts';
import { property } from '../support/property.ts';

const VERDICTS = ['delivered', 'rejected', 'bounced', 'bounced_for_now', 'complained'] as const;
const claim = { owner: 'sender', until: secondsLater(28).toISOString() };
const earlier = secondsLater(-60).toISOString();

const sent = invoice().email;
/** SES's answer was lost: it is claimed, and would be sent once more. */
const unheard: InvoiceEmail = { ...sent, status: 'pending', sentAt: null, claim, unconfirmed: 1 };
/** Every answer was lost. */
const givenUp: InvoiceEmail = { ...unheard, status: 'failed', claim: null, unconfirmed: 2 };
const refused: InvoiceEmail = { ...sent, status: 'failed', sentAt: null };

const feedback = (verdict: EmailVerdict, changes: Partial<EmailFeedback> = {}): EmailFeedback => ({
  tenant,
  invoiceId: 'inv_1',
  round: 1,
  takenAt: NOW.toISOString(),
  verdict,
  ...changes,
});
const heard = (email: InvoiceEmail, ...told: readonly EmailFeedback[]) =>
  told.reduce((standing, one) => afterFeedback(standing, one) ?? standing, email);

describe('case 31: feedback on an e-mail', () => {
  test.each<[EmailVerdict, EmailStatus | null]>([
    ['delivered', null],
    ['rejected', 'failed'],
    ['bounced', 'bounced'],
    ['bounced_for_now', null],
    ['complained', 'complained'],
  ])('that is sent and then %s makes it %s', (verdict, status) => {
    expect(afterFeedback(sent, feedback(verdict))).toEqual(status && { ...sent, status });
  });

  test.each<[EmailVerdict, EmailStatus]>([
    ['delivered', 'sent'],
    ['rejected', 'failed'],
    ['bounced', 'bounced'],
    ['complained', 'complained'],
  ])('whose answer was lost, that it was %s, is the answer: %s', (verdict, status) => {
    const known = { ...sent, status, sentAt: earlier };
    for (const email of [unheard, { ...unheard, claim: null }, givenUp]) {
      expect(afterFeedback(email, feedback(verdict, { takenAt: earlier }))).toEqual(known);
    }
  });

  test('whose answer was lost leaves nothing to be sent again', () => {
    for (const verdict of ['delivered', 'rejected', 'bounced', 'complained'] as const) {
      const email = heard({ ...unheard, claim: null }, feedback(verdict));
      expect(nextStep(invoice({ email }), content(), connection(), NOW)).toEqual({ kind: 'answer' });
      expect(claimEmail(email, claim)).toBe(email);
    }
  });

  test('that was sent once more after a lost answer, and taken, stays as it is', () => {
    const email = { ...sent, unconfirmed: 1 };
    expect(afterFeedback(email, feedback('delivered', { takenAt: earlier }))).toBeNull();
  });

  test('that bounced for now says nothing: it may be an automatic reply to one that arrived', () => {
    for (const email of [sent, unheard, givenUp, refused]) {
      expect(afterFeedback(email, feedback('bounced_for_now'))).toBeNull();
    }
  });

  test('that SES refused cannot have been delivered', () => {
    expect(afterFeedback(refused, feedback('delivered'))).toBeNull();
  });

  test.each(VERDICTS)('that was never sent cannot be %s', (verdict) => {
    expect(
      afterFeedback({ ...unheard, status: 'skipped', to: null, claim: null }, feedback(verdict)),
    ).toBeNull();
  });
});

describe('case 31: feedback on an earlier e-mail', () => {
  test.each(VERDICTS)('that was %s says nothing of the one that followed it', (verdict) => {
    const resent = resending(invoice(), connection(), claim, NOW);
    if (resent.kind !== 'send') throw new Error(resent.kind);
    const { email: renewed } = renew(invoice(), connection(), { nonce: 'n', lease: claim, now: NOW });
    for (const email of [resent.email, { ...resent.email, status: 'sent' as const }, renewed]) {
      expect(email.round).toBe(2);
      expect(afterFeedback(email, feedback(verdict))).toBeNull();
    }
    expect(heard(resent.email, feedback('bounced', { round: 2 })).status).toBe('bounced');
  });

  test('is on this one where its answer was lost, and it was sent once more in its place', () => {
    const email = { ...unheard, claim: null };
    const resent = resending(invoice({ email }), connection(), claim, NOW);
    if (resent.kind !== 'send') throw new Error(resent.kind);
    expect(resent.email).not.toHaveProperty('round');
    expect(heard(resent.email, feedback('bounced')).status).toBe('bounced');
  });

  test('is told by the number of the round, whatever came before', () => {
    const third = { ...sent, round: 3 };
    expect(afterFeedback(third, feedback('bounced', { round: 2 }))).toBeNull();
    expect(afterFeedback(third, feedback('bounced', { round: 4 }))).toBeNull();
    expect(afterFeedback(third, feedback('bounced', { round: 3 }))).toEqual({ ...third, status: 'bounced' });
  });
});

describe('case 31: in any order, and any number of times', () => {
  const start = fc.constantFrom(sent, unheard, { ...unheard, claim: null }, givenUp, refused);
  const verdicts = fc.array(fc.constantFrom(...VERDICTS), { maxLength: 6 });
  const told = (all: readonly EmailVerdict[]) =>
    all.map((verdict) => feedback(verdict, { takenAt: earlier }));
  const courses = fc
    .tuple(start, verdicts)
    .chain(([email, once]) =>
      fc.tuple(
        fc.constant(email),
        fc.constant(once),
        fc.shuffledSubarray([...once, ...once], { minLength: once.length * 2 }),
      ),
    );

  property(
    'the feedback on one e-mail ends the same',
    fc.property(courses, ([email, once, repeated]) => {
      expect(heard(email, ...told(repeated))).toEqual(heard(email, ...told(once)));
    }),
  );

  property(
    'it only ever gets worse, and a complaint is the worst',
    fc.property(courses, ([email, , repeated]) => {
      const worse: readonly EmailStatus[] = ['pending', 'sent', 'failed', 'bounced', 'complained'];
      let standing = heard(email, feedback('delivered'));
      for (const one of told(repeated)) {
        const next = heard(standing, one);
        expect(worse.indexOf(next.status)).toBeGreaterThanOrEqual(worse.indexOf(standing.status));
        standing = next;
      }
      expect(heard(standing, feedback('complained')).status).toBe('complained');
    }),
  );

  property(
    'what is told again changes nothing',
    fc.property(courses, ([email, once]) => {
      const standing = heard(email, ...told(once));
      for (const one of told(once)) expect(afterFeedback(standing, one)).toBeNull();
    }),
  );
});
