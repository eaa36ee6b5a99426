import { randomUUID } from 'node:crypto';
import type { Email } from '../emails.ts';
import { ACCOUNT, REGION } from '../intrinsics.ts';

/** What may happen to an e-mail, in SES's words, and what EventBridge calls it. */
const detailTypes = {
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  Delivery: 'Email Delivered',
  Reject: 'Email Rejected',
} as const;
export type EmailEvent = keyof typeof detailTypes;
export const EMAIL_EVENTS = ['Bounce', 'Complaint', 'Delivery', 'Reject'] as const satisfies EmailEvent[];

export type Happening =
  | { type: 'Bounce'; bounceType: string; bounceSubType: string }
  | { type: Exclude<EmailEvent, 'Bounce'> };

export type SesEvent = { eventType: EmailEvent; mail: { tags: Record<string, string[]> } };

/** A tag that SES adds by itself. */
export const CONFIGURATION_SET_TAG = 'ses:configuration-set';

/**
 * What SES publishes when something happens to an e-mail.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function sesEvent(email: Email, happening: Happening): SesEvent {
  return { eventType: happening.type, mail: mailOf(email), ...detailsOf(email, happening) };
}

/** As EventBridge hands it over. */
export function onEventBridge(detail: SesEvent): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailTypes[detail.eventType],
    source: 'aws.ses',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: detail.mail.tags[CONFIGURATION_SET_TAG]?.map(
      (name) => `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${name}`,
    ),
    detail,
  };
}

function detailsOf({ to }: Email, happening: Happening): object {
  const timestamp = new Date().toISOString();
  const recipients = to.split(', ');
  const addresses = recipients.map((emailAddress) => ({ emailAddress }));
  switch (happening.type) {
    case 'Bounce': {
      const { type: _, ...kind } = happening;
      return { bounce: { ...kind, bouncedRecipients: addresses, timestamp, feedbackId: randomUUID() } };
    }
    case 'Complaint':
      return { complaint: { complainedRecipients: addresses, timestamp, feedbackId: randomUUID() } };
    case 'Delivery':
      return { delivery: { recipients, timestamp, processingTimeMillis: 1, smtpResponse: '250 ok' } };
    case 'Reject':
      return { reject: { reason: 'Bad content' } };
  }
}

function mailOf(email: Email) {
  const { message_id: messageId, from, subject, configuration_set: set } = email;
  const destination = email.to.split(', ');
  const tags = Object.entries(email.tags).map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    timestamp: email.sent_at,
    messageId,
    source: from,
    sendingAccountId: ACCOUNT,
    destination,
    headersTruncated: false,
    headers: [
      { name: 'From', value: from },
      { name: 'To', value: email.to },
      { name: 'Subject', value: subject },
    ],
    commonHeaders: { from: [from], to: destination, messageId, subject },
    tags: { ...Object.fromEntries(tags), ...(set !== undefined && { [CONFIGURATION_SET_TAG]: [set] }) },
  };
}
