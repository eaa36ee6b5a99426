import { SESClient, SESServiceException, SendEmailCommand } from '@aws-sdk/client-ses';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Mailer, MailOutcome, Sleep } from '../../ports.ts';

/** SES knows no idempotency: the SDK must not repeat a send whose answer was lost. */
export function createSesClient(): SESClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 1_500,
    requestTimeout: 6_000,
    throwOnRequestTimeout: true,
  });
  return new SESClient({ maxAttempts: 1, requestHandler });
}

export type MailerSettings = {
  /** The verified address that all e-mails are from. */
  readonly sender: string;
  /** The configuration set that tells what becomes of them. */
  readonly configurationSet: string;
  readonly sleep: Sleep;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/**
 * SES refuses this very e-mail: the address, the sender or the content. Whatever else it answers, a later try may
 * overcome. In the sandbox it is `MessageRejected`, the same as for a sender that is not verified: no later try helps
 * before a person has acted, and a refusal is what shows that somebody must.
 */
const REFUSALS = new Set([
  'MessageRejected',
  'InvalidParameterValue',
  'ValidationError',
  'MailFromDomainNotVerifiedException',
]);

/** At most so long before each further try, four seconds in all: a burst is over then, or longer than a caller waits. */
const PAUSES_MS = [250, 500, 1_000, 2_250];

/** E-mail through SES. https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html */
export function sesMailer(
  client: SESClient,
  { sender, configurationSet, sleep, random = Math.random }: MailerSettings,
): Mailer {
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
        ConfigurationSetName: configurationSet,
      });
      try {
        await atSesPace(() => client.send(command));
        return { kind: 'sent' };
      } catch (error) {
        return { kind: outcomeOf(error) };
      }
    },
  };

  /** What SES throttles it drops, and says so: such an e-mail can be repeated without fear of a second one. */
  async function atSesPace(send: () => Promise<unknown>): Promise<unknown> {
    for (const pause of PAUSES_MS) {
      try {
        return await send();
      } catch (error) {
        if (!isTooFast(error)) throw error;
        // Never less than half of it: who comes back at once only adds to the burst.
        await sleep(pause * (0.5 + random() / 2));
      }
    }
    return send();
  }
}

/**
 * Whether SES is asked for more a second than it allows. The quota of a day comes under the same code, and is told
 * apart by its message alone: nothing but waiting for hours overcomes it.
 * @see https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
 */
function isTooFast(error: unknown): boolean {
  if (!(error instanceof SESServiceException)) return false;
  return /^Throttling(Exception)?$/.test(error.name) && !/daily/i.test(error.message);
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
