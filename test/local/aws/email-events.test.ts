import { beforeEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { createEmailEvents } from '../../../lib/local/aws/email-events.ts';
import { type Email, openEmails } from '../../../lib/local/emails.ts';

const set = { name: 'fluxrate-local', tells: ['bounce', 'complaint', 'delivery', 'reject'] };
let published: unknown[] = [];
beforeEach(() => {
  published = [];
});

function inbox(...given: readonly Partial<Email>[]) {
  const emails = openEmails();
  const order = createEmailEvents({
    emails,
    configurationSets: [set, { name: 'quiet', tells: ['bounce'] }],
    async publish(event) {
      published.push(event);
    },
  });
  for (const [index, changes] of given.entries())
    emails.add(email({ message_id: `m${index + 1}`, ...changes }));
  return async (body: unknown) => {
    const answer = await order(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    return { status: answer.status, body: v.parse(v.unknown(), JSON.parse(answer.body.toString())) };
  };
}

const email = (changes: Partial<Email>): Email => ({
  message_id: 'm',
  to: 'ada@example.org',
  from: 'billing@example.com',
  subject: 'Invoice',
  html: '',
  text: '',
  tags: { org_id: 'acme', env_id: 'prod', invoice_id: 'inv_1', round: '1' },
  sent_at: '2026-03-01T12:00:00.000Z',
  configuration_set: 'fluxrate-local',
  ...changes,
});

describe('what happens to an e-mail', () => {
  it('is told as SES tells it', async () => {
    const { status, body } = await inbox({})({ type: 'bounce', to: 'ada@example.org' });
    expect(status).toBe(200);
    expect(published).toEqual([body]);
    expect(body).toMatchObject({
      source: 'aws.ses',
      'detail-type': 'Email Bounced',
      resources: ['arn:aws:ses:us-east-1:000000000000:configuration-set/fluxrate-local'],
      detail: {
        eventType: 'Bounce',
        bounce: {
          bounceType: 'Permanent',
          bounceSubType: 'General',
          bouncedRecipients: [{ emailAddress: 'ada@example.org' }],
        },
        mail: {
          timestamp: '2026-03-01T12:00:00.000Z',
          messageId: 'm1',
          destination: ['ada@example.org'],
          tags: {
            'ses:configuration-set': ['fluxrate-local'],
            org_id: ['acme'],
            env_id: ['prod'],
            invoice_id: ['inv_1'],
            round: ['1'],
          },
        },
      },
    });
  });

  it.each([
    [{ type: 'bounce' }, 'Email Bounced', 'bounce'],
    [{ event: 'Complaint' }, 'Email Complaint Received', 'complaint'],
    [{ kind: 'DELIVERY' }, 'Email Delivered', 'delivery'],
    [{ type: 'rejected' }, 'Email Rejected', 'reject'],
    [{ type: 'hard_bounce' }, 'Email Bounced', 'bounce'],
  ])('may be ordered as %j', async (order, detailType, part) => {
    expect(await inbox({})(order)).toMatchObject({
      body: { 'detail-type': detailType, detail: { [part]: {} } },
    });
  });

  it('may be a bounce of another type', async () => {
    const bounce = { type: 'Bounce', bounce_type: 'transient', bounce_sub_type: 'MailboxFull' };
    expect(await inbox({})(bounce)).toMatchObject({
      body: { detail: { bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull' } } },
    });
  });

  it.each([
    [{}, 'm4'],
    [{ to: 'bob@example.org' }, 'm2'],
    [{ invoice_id: 'inv_2' }, 'm3'],
    [{ invoice_id: 'inv_2', round: 1 }, 'm1'],
    [{ message_id: 'm1' }, 'm1'],
    [{ org_id: 'acme', invoice_id: 'inv_1' }, 'm2'],
  ])('happens to the newest that fits %j', async (which, messageId) => {
    const tags = { org_id: 'acme', invoice_id: 'inv_2', round: '1' };
    const order = inbox(
      { tags },
      { to: 'bob@example.org' },
      { tags: { ...tags, round: '2' } },
      { tags: { ...tags, org_id: 'other', invoice_id: 'inv_1' } },
    );
    expect(await order({ type: 'delivery', ...which })).toMatchObject({
      body: { detail: { mail: { messageId } } },
    });
  });

  it.each<[number, string, unknown]>([
    [404, 'to an e-mail that was not sent', { type: 'bounce', to: 'eve@example.org' }],
    [422, 'of no kind', { to: 'ada@example.org' }],
    [422, 'of an unknown kind', { type: 'opened' }],
    [422, 'in no JSON', '{'],
    [422, 'in no object', [1]],
    [409, 'that the configuration set does not ask for', { type: 'delivery', to: 'quiet@example.org' }],
    [409, 'without a configuration set', { type: 'delivery', to: 'without@example.org' }],
  ])('is %i %s', async (status, _, order) => {
    const { configuration_set: _set, ...without } = email({ to: 'without@example.org' });
    const emails = openEmails();
    const ordered = createEmailEvents({
      emails,
      configurationSets: [set, { name: 'quiet', tells: ['bounce'] }],
      publish: async (event) => void published.push(event),
    });
    for (const one of [email({}), email({ to: 'quiet@example.org', configuration_set: 'quiet' }), without]) {
      emails.add(one);
    }
    const body = typeof order === 'string' ? order : JSON.stringify(order);
    expect((await ordered(Buffer.from(body))).status).toBe(status);
    expect(published).toEqual([]);
  });
});

describe('a whole event', () => {
  const sesEvent = { eventType: 'Bounce', bounce: { bounceType: 'Permanent' }, mail: { messageId: 'x' } };

  it('of EventBridge is told as it is', async () => {
    const envelope = { source: 'aws.ses', 'detail-type': 'Email Bounced', detail: sesEvent, own: 1 };
    expect(await inbox()(envelope)).toEqual({ status: 200, body: envelope });
    expect(published).toEqual([envelope]);
  });

  it('of SES is told as EventBridge hands it over, with the tag that SES adds', async () => {
    const { body } = await inbox()(sesEvent);
    expect(body).toMatchObject({
      'detail-type': 'Email Bounced',
      detail: {
        ...sesEvent,
        mail: { messageId: 'x', tags: { 'ses:configuration-set': ['fluxrate-local'] } },
      },
    });
    expect(published).toEqual([body]);
  });
});

describe('SES’s mailbox simulator', () => {
  it.each([
    ['success@simulator.amazonses.com', ['Email Delivered']],
    ['bounce@simulator.amazonses.com', ['Email Bounced']],
    ['bounce+label@simulator.amazonses.com', ['Email Bounced']],
    ['ooto@simulator.amazonses.com', ['Email Delivered', 'Email Bounced']],
    ['complaint@simulator.amazonses.com', ['Email Delivered', 'Email Complaint Received']],
    ['suppressionlist@simulator.amazonses.com', ['Email Bounced']],
    ['nobody@simulator.amazonses.com', []],
    ['bounce@example.org', []],
  ])('answers an e-mail to %s by itself', (to, detailTypes) => {
    inbox({ to });
    expect(published).toMatchObject(detailTypes.map((detailType) => ({ 'detail-type': detailType })));
  });

  it('says nothing where the configuration set does not ask for it', () => {
    inbox({ to: 'success@simulator.amazonses.com', configuration_set: 'quiet' });
    expect(published).toEqual([]);
  });
});
