import * as v from 'valibot';
import type { EmailVerdict } from '../../domain/email-feedback.ts';
import { PLATFORM_ID } from '../../domain/tenant.ts';
import type { FeedbackNotice } from '../../ports.ts';

/**
 * What SES tells of e-mails, be it from its event publishing or from an identity's notifications.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const Told = v.object({
  eventType: v.optional(v.string()),
  notificationType: v.optional(v.string()),
  mail: v.object({
    timestamp: v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.transform((at) => new Date(at).toISOString()),
    ),
    tags: v.optional(v.unknown()),
  }),
  bounce: v.optional(v.object({ bounceType: v.string() })),
});

/** Every tag is a list, of one value where the e-mail was sent by us. */
const tag = <Output>(value: v.GenericSchema<string, Output>) =>
  v.pipe(
    v.strictTuple([value]),
    v.transform(([only]) => only),
  );
const id = tag(v.pipe(v.string(), v.regex(PLATFORM_ID)));
const Tags = v.object({
  org_id: id,
  env_id: id,
  invoice_id: id,
  round: v.optional(tag(v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}$/), v.transform(Number))), ['1']),
});

/** EventBridge hands over one event, SNS the text of several. */
const Invocation = v.union([
  v.pipe(
    v.object({ Records: v.array(v.object({ Sns: v.object({ Message: v.string() }) })) }),
    v.transform(({ Records }): readonly unknown[] => Records.map(({ Sns }) => Sns.Message)),
  ),
  v.pipe(
    v.object({ detail: v.unknown() }),
    v.transform(({ detail }): readonly unknown[] => [detail]),
  ),
]);
const Event = v.union([Told, v.pipe(v.string(), v.parseJson(), Told)]);

/** What an invocation tells of e-mails, of ours and of others. */
export function readFeedback(invocation: unknown): readonly FeedbackNotice[] {
  const events = v.safeParse(Invocation, invocation);
  return events.success ? events.output.map(noticeOf) : [{ kind: 'malformed' }];
}

function noticeOf(event: unknown): FeedbackNotice {
  const told = v.safeParse(Event, event);
  if (!told.success) return { kind: 'malformed' };
  const { mail, eventType, notificationType, bounce } = told.output;
  const verdict = verdictOf(eventType ?? notificationType, bounce?.bounceType);
  const tags = v.safeParse(Tags, mail.tags);
  if (verdict === null || !tags.success) return { kind: 'foreign' };
  const { org_id: orgId, env_id: envId, invoice_id: invoiceId, round } = tags.output;
  return {
    kind: 'feedback',
    feedback: { tenant: { orgId, envId }, invoiceId, round, takenAt: mail.timestamp, verdict },
  };
}

function verdictOf(type: string | undefined, bounceType: string | undefined): EmailVerdict | null {
  switch (type) {
    case 'Delivery':
      return 'delivered';
    case 'Reject':
      return 'rejected';
    case 'Bounce':
      return bounceType === 'Permanent' ? 'bounced' : 'bounced_for_now';
    case 'Complaint':
      return 'complained';
    default:
      return null;
  }
}
