import { randomUUID } from 'node:crypto';
import type { Emails } from '../emails.ts';
import { REGION } from '../intrinsics.ts';
import { queryAnswer, queryError, xmlList } from './query-protocol.ts';
import type { Answer, Service } from './service.ts';

/** SES refuses these, as it does addresses on its suppression list. */
const refusedRecipient = /^suppressed@|@bounce\.simulator\.amazonses\.com$/i;

class SesError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Amazon SES, version 1 of its API: takes e-mails from verified senders and keeps them to be looked at. */
export function createSes(emails: Emails, senders: string[], configurationSets: string[] = []): Service {
  const identities = new Set(senders.map((sender) => sender.toLowerCase()));
  const knownSets = new Set(configurationSets);

  const operations = new Map<string, (form: URLSearchParams) => string>([
    [
      'SendEmail',
      (form) => {
        const from = required(form, 'Source');
        const recipients = ['To', 'Cc', 'Bcc'].flatMap((kind) =>
          members(form, `Destination.${kind}Addresses`),
        );
        const subject = required(form, 'Message.Subject.Data');
        if (recipients.length === 0)
          throw new SesError('InvalidParameterValue', 'Missing required destination');
        for (const text of [from, subject, ...recipients]) assertOneLine(text);
        for (const recipient of recipients) assertDeliverable(recipient);
        assertVerified(from);
        const set = form.get('ConfigurationSetName') ?? undefined;
        if (set !== undefined) assertKnown(set);

        const messageId = `${randomUUID()}-000000`;
        emails.add({
          message_id: messageId,
          to: members(form, 'Destination.ToAddresses').join(', '),
          from,
          subject,
          html: form.get('Message.Body.Html.Data') ?? '',
          text: form.get('Message.Body.Text.Data') ?? '',
          tags: tagsOf(form),
          sent_at: new Date().toISOString(),
          ...(set !== undefined && { configuration_set: set }),
        });
        return `<MessageId>${messageId}</MessageId>`;
      },
    ],
    [
      'VerifyEmailIdentity',
      (form) => {
        identities.add(required(form, 'EmailAddress').toLowerCase());
        return '';
      },
    ],
    [
      'CreateConfigurationSet',
      (form) => {
        const name = required(form, 'ConfigurationSet.Name');
        if (knownSets.has(name)) {
          throw new SesError('ConfigurationSetAlreadyExists', `Configuration set <${name}> already exists.`);
        }
        knownSets.add(name);
        return '';
      },
    ],
    ['ListIdentities', () => `<Identities>${xmlList([...identities])}</Identities><NextToken/>`],
    [
      'GetIdentityVerificationAttributes',
      (form) => {
        const entries = members(form, 'Identities').filter((identity) =>
          identities.has(identity.toLowerCase()),
        );
        return `<VerificationAttributes>${entries.map(verified).join('')}</VerificationAttributes>`;
      },
    ],
    [
      'GetSendQuota',
      () =>
        '<Max24HourSend>50000.0</Max24HourSend><MaxSendRate>14.0</MaxSendRate><SentLast24Hours>0.0</SentLast24Hours>',
    ],
  ]);

  function assertVerified(from: string): void {
    const address = addressOf(from).toLowerCase();
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (identities.has(address) || identities.has(domain)) return;
    throw new SesError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${REGION.toUpperCase()}: ${address}`,
    );
  }

  function assertKnown(set: string): void {
    if (knownSets.has(set)) return;
    throw new SesError('ConfigurationSetDoesNotExist', `Configuration set <${set}> does not exist.`);
  }

  return {
    name: 'ses',
    isWrite: (operation) => /^(Send|Verify|Delete|Set|Put|Create)/.test(operation),
    call({ operation, body }): Answer {
      try {
        const perform = operations.get(operation);
        if (!perform) throw new SesError('InvalidAction', `The local SES does not know ${operation}`);
        return queryAnswer(operation, perform(new URLSearchParams(body.toString('utf8'))));
      } catch (error) {
        if (error instanceof SesError) return queryError(400, error.code, error.message);
        throw error;
      }
    },
    failure: (kind) =>
      kind === 'throttle'
        ? queryError(400, 'Throttling', 'Maximum sending rate exceeded.')
        : queryError(
            500,
            'InternalFailure',
            'The request processing has failed because of an unknown error.',
          ),
  };
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new SesError('ValidationError', `${name} is required`);
  return value;
}

/** A list in the query protocol: `Name.member.1`, `Name.member.2`, … */
function members(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

function tagsOf(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const name = form.get(`Tags.member.${index}.Name`);
    if (name === null) return tags;
    const value = form.get(`Tags.member.${index}.Value`) ?? '';
    for (const text of [name, value]) {
      if (!/^[A-Za-z0-9_@.-]{1,256}$/.test(text))
        throw new SesError('InvalidParameterValue', `Invalid tag <${text}>`);
    }
    tags[name] = value;
  }
}

function addressOf(mailbox: string): string {
  return /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

function assertDeliverable(mailbox: string): void {
  const address = addressOf(mailbox);
  if (!/^[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(address)) {
    throw new SesError('InvalidParameterValue', `Illegal address: ${address}`);
  }
  if (refusedRecipient.test(address)) {
    throw new SesError('MessageRejected', `Address ${address} is on the suppression list`);
  }
}

function assertOneLine(text: string): void {
  if (/\p{Cc}/u.test(text))
    throw new SesError('InvalidParameterValue', 'Header value contains control characters');
}

function verified(identity: string): string {
  return `<entry><key>${identity}</key><value><VerificationStatus>Success</VerificationStatus></value></entry>`;
}
