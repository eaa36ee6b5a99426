import { SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Mailer, MailOutcome } from '../../ports.ts';

/** SES knows no idempotency: the SDK must not repeat a send whose answer was lost. */
export function createSesClient(): SESClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 1_500,
    requestTimeout: 6_000,
    throwOnRequestTimeout: true,
  });
  return new SESClient({ maxAttempts: 1, requestHandler });
}

/** SES refuses this very e-mail: the address, the sender or the content. Whatever else it answers, a later try may overcome. */
const REFUSALS = new Set([
  'MessageRejected',
  'InvalidParameterValue',
  'ValidationError',
  'MailFromDomainNotVerifiedException',
]);

/** E-mail through SES. https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html */
export function sesMailer(client: SESClient, sender: string): Mailer {
  return {
    async send({ to, subject, html, text, tags }) {
      const command = new SendEmailCommand({
        Source: sender,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: { Data: subject, Charset: 'UTF-8' },
          Body: { Html: { Data: html, Charset: 'UTF-8' }, Text: { Data: text, Charset: 'UTF-8' } },
        },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      });
      try {
        await client.send(command);
        return { kind: 'sent' };
      } catch (error) {
        return { kind: outcomeOf(error) };
      }
    },
  };
}

function outcomeOf(error: unknown): MailOutcome['kind'] {
  if (error instanceof SESServiceException) return REFUSALS.has(error.name) ? 'refused' : 'unavailable';
  return neverSent(error) ? 'unavailable' : 'unknown';
}

/** Whether the connection was never made, so that SES cannot have taken the e-mail. */
function neverSent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}
