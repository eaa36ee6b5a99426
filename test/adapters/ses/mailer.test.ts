import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSesClient, sesMailer } from '../../../functions/adapters/ses/mailer.ts';
import { atEnd } from '../../support/at-end.ts';
import { SENDER, startAws } from '../../support/aws.ts';
import { pointAwsAt } from '../../support/dynamodb.ts';
import { NOBODY, stubServer } from '../../support/stub-server.ts';

const aws = await startAws();
afterEach(aws.clearFaults);

function mailer({ endpoint = aws.endpoint, sender = SENDER } = {}) {
  pointAwsAt(endpoint);
  const client = createSesClient();
  atEnd(() => client.destroy());
  return sesMailer(client, sender);
}

const email = {
  to: 'ada@example.org',
  subject: 'Rechnung „1“ & <2>',
  html: '<b>Grüße & +1 % 🎉</b>',
  text: 'Grüße & +1 %\n🎉',
  tags: { org_id: 'acme', env_id: 'prod', invoice_id: 'inv_1' },
};

/** An error as SES answers it. */
const sesError = (status: number, code: string) =>
  stubServer((response) =>
    response
      .writeHead(status, { 'content-type': 'text/xml' })
      .end(
        `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      ),
  );

/** The SDK does not know an error of Node for one inside of jest, where `Error` is another class. */
async function sentByPlainNode(endpoint: string): Promise<unknown> {
  pointAwsAt(endpoint);
  const module = new URL('../../../functions/adapters/ses/mailer.ts', import.meta.url).href;
  const script = `
    const { createSesClient, sesMailer } = await import(${JSON.stringify(module)});
    console.log(JSON.stringify(await sesMailer(createSesClient(), ${JSON.stringify(SENDER)}).send(${JSON.stringify(email)})));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env },
  });
  return JSON.parse(stdout);
}

describe('an e-mail', () => {
  it('is sent as it was written', async () => {
    expect(await mailer().send(email)).toEqual({ kind: 'sent' });
    expect(aws.emails()[0]).toMatchObject({ ...email, from: SENDER });
  });

  it.each([
    ['to a suppressed address', { ...email, to: 'suppressed@example.org' }, SENDER],
    ['to what is no address', { ...email, to: 'nobody' }, SENDER],
    ['from a sender that is not verified', email, 'other@example.com'],
    ['with a subject of two lines', { ...email, subject: 'a\r\nBcc: eve@example.org' }, SENDER],
  ])('%s is refused, and asked for once (case 31)', async (_, wrong, sender) => {
    const calls = await aws.callsOf(async () =>
      expect(await mailer({ sender }).send(wrong)).toEqual({ kind: 'refused' }),
    );
    expect(calls).toEqual(['ses SendEmail']);
  });

  it.each(['MessageRejected', 'MailFromDomainNotVerifiedException'])(
    'that SES answers with %s is refused (case 31)',
    async (code) => {
      const stub = await sesError(400, code);
      expect(await mailer({ endpoint: stub.url }).send(email)).toEqual({ kind: 'refused' });
      expect(stub.requests).toHaveLength(1);
    },
  );

  it('that is throttled is unavailable, and not sent again by the SDK', async () => {
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: 'throttle', times: 1 });
    const before = aws.emails().length;
    const calls = await aws.callsOf(async () =>
      expect(await mailer().send(email)).toEqual({ kind: 'unavailable' }),
    );
    expect(calls).toEqual(['ses SendEmail']);
    expect(aws.emails()).toHaveLength(before);
  });

  it.each([
    [400, 'ThrottlingException'],
    [429, 'TooManyRequestsException'],
    [503, 'ServiceUnavailable'],
    [400, 'AccountSendingPausedException'],
    [403, 'AccessDenied'],
    [403, 'ExpiredToken'],
  ])('that SES answers with %i %s is unavailable', async (status, code) => {
    const stub = await sesError(status, code);
    expect(await mailer({ endpoint: stub.url }).send(email)).toEqual({ kind: 'unavailable' });
    expect(stub.requests).toHaveLength(1);
  });

  it.each([NOBODY, 'http://nobody.invalid'])(
    'for which no connection to %s was made is unavailable: nobody can have taken it',
    async (endpoint) => {
      expect(await sentByPlainNode(endpoint)).toEqual({ kind: 'unavailable' });
    },
  );

  it('whose answer is lost may have been sent, and is asked for once (case 25)', async () => {
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: 'after', times: 1 });
    const before = aws.emails().length;
    const calls = await aws.callsOf(async () =>
      expect(await mailer().send(email)).toEqual({ kind: 'unknown' }),
    );
    expect(calls).toEqual(['ses SendEmail']);
    expect(aws.emails()).toHaveLength(before + 1);
  });

  it('that SES answers with 500 was not taken, and is not sent again by the SDK', async () => {
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: '500', times: 1 });
    const calls = await aws.callsOf(async () =>
      expect(await mailer().send(email)).toEqual({ kind: 'unavailable' }),
    );
    expect(calls).toEqual(['ses SendEmail']);
  });

  it('that is never answered may have been sent, and is given up in time', async () => {
    const stub = await stubServer(() => undefined);
    const startedAt = Date.now();
    expect(await mailer({ endpoint: stub.url }).send(email)).toEqual({ kind: 'unknown' });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(stub.requests).toHaveLength(1);
  });
});
