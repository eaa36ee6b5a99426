import { type EmailStatus, type InvoiceEmail, roundOf } from './invoice.ts';
import type { Tenant } from './tenant.ts';

/** What became of an e-mail after SES took it. */
export type EmailVerdict = 'delivered' | 'rejected' | 'bounced' | 'bounced_for_now' | 'complained';

export type EmailFeedback = {
  readonly tenant: Tenant;
  readonly invoiceId: string;
  /** The sending round that the e-mail belonged to. */
  readonly round: number;
  /** When SES took the e-mail: RFC 3339, UTC. */
  readonly takenAt: string;
  readonly verdict: EmailVerdict;
};

/**
 * The e-mail after feedback on it; null where nothing changes. Feedback on an earlier round says nothing of this one.
 *
 * Feedback comes in any order and more than once, so the gravest verdict stands: a mail server may accept an e-mail
 * and bounce it later. A bounce that is not permanent changes nothing: SES calls automatic replies so as well, to
 * e-mails that did arrive, and it says nothing against the address.
 * @see https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types
 */
export function afterFeedback(email: InvoiceEmail, feedback: EmailFeedback): InvoiceEmail | null {
  const status = STATUS_OF[feedback.verdict];
  if (status === null || email.status === 'skipped' || feedback.round !== roundOf(email)) return null;
  const taken = asTaken(email, feedback.takenAt);
  if (gravityOf(status) > gravityOf(taken.status)) return { ...taken, status, claim: null, unconfirmed: 0 };
  return taken === email ? null : taken;
}

const STATUS_OF: Readonly<Record<EmailVerdict, EmailStatus | null>> = {
  delivered: 'sent',
  rejected: 'failed',
  bounced: 'bounced',
  bounced_for_now: null,
  complained: 'complained',
};

const BY_GRAVITY: readonly EmailStatus[] = ['sent', 'failed', 'bounced', 'complained'];
const gravityOf = (status: EmailStatus): number => BY_GRAVITY.indexOf(status);

/**
 * Whatever SES says of an e-mail, it took it. Where its answer was lost, this is the answer, and no second e-mail is
 * sent: also for one that was given up because every answer was lost.
 */
function asTaken(email: InvoiceEmail, sentAt: string): InvoiceEmail {
  const isUnheard = email.status === 'pending' || (email.status === 'failed' && email.unconfirmed > 0);
  return isUnheard ? { ...email, status: 'sent', sentAt, claim: null, unconfirmed: 0 } : email;
}
