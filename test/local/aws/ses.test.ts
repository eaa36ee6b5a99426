import {
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  SESClient,
  SendEmailCommand,
  type SendEmailCommandInput,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import { describe, expect, it } from '@jest/globals';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { createSes } from '../../../lib/local/aws/ses.ts';
import { openEmails } from '../../../lib/local/emails.ts';
import { atEnd, credentials, served, startedLambda, temporaryFolder } from '../fixtures.ts';

const folder = temporaryFolder();
const emails = openEmails(folder);
const endpoint = await served(
  createAws(startedLambda([]), [createSes(emails, ['billing@example.com'], ['fluxrate-local'])]),
);
const ses = new SESClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
atEnd(() => ses.destroy());

const email = (changes: Partial<SendEmailCommandInput> = {}) =>
  new SendEmailCommand({
    Source: '"Ümlaut & Söhne" <Billing@example.com>',
    Destination: { ToAddresses: ['ada@example.org'] },
    Message: {
      Subject: { Data: 'Rechnung “1” & 2', Charset: 'UTF-8' },
      Body: { Html: { Data: '<b>hi & bye</b>' }, Text: { Data: 'hi\n+1 = 2 %' } },
    },
    Tags: [{ Name: 'invoice_id', Value: 'inv_1' }],
    ...changes,
  });

describe('SES', () => {
  it('keeps what it took, newest first, and over a restart', async () => {
    const { MessageId } = await ses.send(email());
    const taken = {
      message_id: MessageId,
      to: 'ada@example.org',
      from: '"Ümlaut & Söhne" <Billing@example.com>',
      subject: 'Rechnung “1” & 2',
      html: '<b>hi & bye</b>',
      text: 'hi\n+1 = 2 %',
      tags: { invoice_id: 'inv_1' },
      sent_at: expect.stringMatching(/^\d{4}-.*Z$/),
    };
    expect(emails.newestFirst()).toEqual([taken]);
    await ses.send(
      email({
        Destination: { ToAddresses: ['b@example.org', 'c@example.org'] },
        ConfigurationSetName: 'fluxrate-local',
      }),
    );
    expect(emails.newestFirst()[0]).toHaveProperty('configuration_set', 'fluxrate-local');
    expect(emails.newestFirst().map(({ to }) => to)).toEqual([
      'b@example.org, c@example.org',
      'ada@example.org',
    ]);
    expect(openEmails(folder).newestFirst()).toEqual(emails.newestFirst());
  });

  it.each([
    ['a sender that is not verified', { Source: 'other@example.com' }, 'MessageRejected'],
    [
      'a suppressed recipient',
      { Destination: { ToAddresses: ['suppressed@example.org'] } },
      'MessageRejected',
    ],
    ['no recipient', { Destination: {} }, 'InvalidParameterValue'],
    ['an illegal address', { Destination: { ToAddresses: ['nobody'] } }, 'InvalidParameterValue'],
    ['a header of two lines', { Source: 'a\r\nBcc: x <billing@example.com>' }, 'InvalidParameterValue'],
    [
      'an unknown configuration set',
      { ConfigurationSetName: 'gone' },
      'ConfigurationSetDoesNotExistException',
    ],
    ['a tag that is not ASCII', { Tags: [{ Name: 'näme', Value: 'x' }] }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, changes, name) => {
    const count = emails.newestFirst().length;
    await expect(ses.send(email(changes))).rejects.toMatchObject({ name });
    expect(emails.newestFirst()).toHaveLength(count);
  });

  it('verifies identities', async () => {
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: 'new@example.com' }));
    await ses.send(email({ Source: 'new@example.com' }));
    const { VerificationAttributes } = await ses.send(
      new GetIdentityVerificationAttributesCommand({ Identities: ['new@example.com', 'never@example.com'] }),
    );
    expect(VerificationAttributes).toEqual({ 'new@example.com': { VerificationStatus: 'Success' } });
    expect((await ses.send(new GetSendQuotaCommand({}))).MaxSendRate).toBe(14);
  });
});
