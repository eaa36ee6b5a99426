import { afterFeedback, type EmailFeedback } from '../domain/email-feedback.ts';
import type { EmailStatus } from '../domain/invoice.ts';
import { type EmailFeedbacks, Unavailable } from '../ports.ts';

export type RecordEmailFeedbackDeps = { readonly emailFeedbacks: EmailFeedbacks };

export type RecordEmailFeedbackOutcome =
  | { readonly kind: 'recorded'; readonly status: EmailStatus }
  /** Known already, overtaken by something graver, or of an e-mail that another one has followed. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invoice_not_found' };

/** Others write an e-mail only when they send it: one of these finds it at rest. */
const ATTEMPTS = 5;

/**
 * Writes what SES says of an e-mail to its invoice. It may be told any number of times, and in any order.
 *
 * In: the feedback. Out: what the e-mail's status is now, or why it stayed.
 * 1. Read the invoice, and decide from its e-mail as it stands.
 * 2. Write the e-mail, if it is still as it was read; else look again.
 *
 * @throws Unavailable where DynamoDB is away, or others kept writing: it is to be told once more.
 */
export async function recordEmailFeedback(
  feedback: EmailFeedback,
  { emailFeedbacks }: RecordEmailFeedbackDeps,
): Promise<RecordEmailFeedbackOutcome> {
  for (let tried = 0; tried < ATTEMPTS; tried += 1) {
    const invoice = await emailFeedbacks.find(feedback.tenant, feedback.invoiceId);
    if (!invoice) return { kind: 'invoice_not_found' };
    const email = afterFeedback(invoice.email, feedback);
    if (!email) return { kind: 'unchanged' };
    if (await emailFeedbacks.record(invoice, email)) return { kind: 'recorded', status: email.status };
  }
  throw new Unavailable('DynamoDB');
}
