import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFeedback } from '../../../functions/adapters/ses/feedback-event.ts';
import { property } from '../../support/property.ts';

const tags = {
  'ses:configuration-set': ['fluxrate-prod'],
  'ses:from-domain': ['example.com'],
  'ses:caller-identity': ['finalize'],
  org_id: ['acme'],
  env_id: ['prod'],
  invoice_id: ['inv_1'],
  round: ['2'],
};
const mail = (changes: object = {}) => ({
  timestamp: '2026-10-05T00:40:02.5Z',
  source: 'billing@example.com',
  messageId: '0100018f-000000',
  destination: ['ada@example.org'],
  tags,
  ...changes,
});
const bounce = (bounceType: string) => ({
  eventType: 'Bounce',
  mail: mail(),
  bounce: {
    bounceType,
    bounceSubType: 'General',
    bouncedRecipients: [{ emailAddress: 'ada@example.org', action: 'failed', status: '5.1.1' }],
    timestamp: '2026-10-05T00:41:02.669Z',
    feedbackId: '01000157-000000',
  },
});
const delivery = (changes: object = {}) => ({
  eventType: 'Delivery',
  mail: mail(),
  delivery: { recipients: ['ada@example.org'] },
  ...changes,
});

const onEventBridge = (detail: unknown) => ({
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'Email Bounced',
  source: 'aws.ses',
  detail,
});
const throughSns = (...messages: readonly string[]) => ({
  Records: messages.map((Message) => ({ EventSource: 'aws:sns', Sns: { Type: 'Notification', Message } })),
});
const read = (detail: unknown) => readFeedback(onEventBridge(detail));

const told = {
  tenant: { orgId: 'acme', envId: 'prod' },
  invoiceId: 'inv_1',
  round: 2,
  takenAt: '2026-10-05T00:40:02.500Z',
};

describe('case 31: SES tells', () => {
  it.each([
    [bounce('Permanent'), 'bounced'],
    [bounce('Transient'), 'bounced_for_now'],
    [bounce('Undetermined'), 'bounced_for_now'],
    [{ ...delivery(), eventType: 'Complaint', complaint: { complaintFeedbackType: 'abuse' } }, 'complained'],
    [delivery(), 'delivered'],
    [{ ...delivery(), eventType: 'Reject', reject: { reason: 'Bad content' } }, 'rejected'],
  ])('by EventBridge %#: %s', (event, verdict) => {
    expect(read(event)).toEqual([{ kind: 'feedback', feedback: { ...told, verdict } }]);
  });

  it('by SNS, in either of its formats, several at once', () => {
    const { eventType: notificationType, ...notification } = bounce('Permanent');
    const messages = [JSON.stringify(delivery()), JSON.stringify({ notificationType, ...notification }), '{'];
    expect(readFeedback(throughSns(...messages))).toEqual([
      { kind: 'feedback', feedback: { ...told, verdict: 'delivered' } },
      { kind: 'feedback', feedback: { ...told, verdict: 'bounced' } },
      { kind: 'malformed' },
    ]);
  });

  it('of an e-mail without a round: the first', () => {
    const { round: _, ...others } = tags;
    expect(read(delivery({ mail: mail({ tags: others }) }))).toMatchObject([{ feedback: { round: 1 } }]);
  });

  it('of who got it, which goes nowhere', () => {
    expect(JSON.stringify(read(bounce('Permanent')))).not.toContain('ada@');
  });
});

describe('what is told', () => {
  it.each([
    ['of what we did not ask for', { ...delivery(), eventType: 'Open' }],
    ['of an e-mail without tags', delivery({ mail: mail({ tags: undefined }) })],
    ['of an e-mail with tags that are not ours', delivery({ mail: mail({ tags: { campaign: ['x'] } }) })],
    ['of a tenant that cannot be', delivery({ mail: mail({ tags: { ...tags, org_id: ['a#b'] } }) })],
    ['of two invoices', delivery({ mail: mail({ tags: { ...tags, invoice_id: ['inv_1', 'inv_2'] } }) })],
    ['of a round that cannot be', delivery({ mail: mail({ tags: { ...tags, round: ['0'] } }) })],
  ])('%s is not for us', (_, event) => {
    expect(read(event)).toEqual([{ kind: 'foreign' }]);
  });

  it.each([
    ['no event', undefined],
    ['no text', null],
    ['without the e-mail', { eventType: 'Bounce', bounce: { bounceType: 'Permanent' } }],
    ['without when', delivery({ mail: mail({ timestamp: undefined }) })],
    ['at no time', delivery({ mail: mail({ timestamp: 'yesterday' }) })],
  ])('%s is malformed', (_, event) => {
    expect(read(event)).toEqual([{ kind: 'malformed' }]);
  });

  property(
    'is read without a fault, whatever it is',
    fc.property(fc.oneof(fc.jsonValue(), fc.jsonValue().map(onEventBridge)), (event) => {
      for (const notice of readFeedback(event)) expect(notice.kind).not.toBe('feedback');
    }),
  );
});
