import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSesClient, type MailerSettings, sesMailer } from '../../../functions/adapters/ses/mailer.ts';
import { atEnd } from '../../support/at-end.ts';
import { CONFIGURATION_SET, SENDER, startAws } from '../../support/aws.ts';
import { pointAwsAt } from '../../support/dynamodb.ts';
import { NOBODY, stubServer } from '../../support/stub-server.ts';

const aws = await startAws();
afterEach(aws.clearFaults);

const settings = { sender: SENDER, configurationSet: CONFIGURATION_SET, sleep: async () => {} };

function mailer({
  endpoint = aws.endpoint,
  ...changes
}: Partial<MailerSettings> & { readonly endpoint?: string } = {}) {
  pointAwsAt(endpoint);
  const client = createSesClient();
  atEnd(() => client.destroy());
  return sesMailer(client, { ...settings, ...changes });
}

const email = {
  to: 'ada@example.org',
  subject: 'Rechnung „1“ & <2>',
  html: '<b>Grüße & +1 % 🎉</b>',
  text: 'Grüße & +1 %\n🎉',
  tags: { org_id: 'acme', env_id: 'prod', invoice_id: 'inv_1' },
};

/** An error as SES answers it, each time. */
const sesError = (status: number, code: string, message = 'no') =>
  stubServer((response) =>
    response
      .writeHead(status, { 'content-type': 'text/xml' })
      .end(
        `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      ),
  );

/** The SDK does not know an error of Node for one inside of jest, where `Error` is another class. */
async function sentByPlainNode(endpoint: string): Promise<unknown> {
  pointAwsAt(endpoint);
  const module = new URL('../../../functions/adapters/ses/mailer.ts', import.meta.url).href;
  const script = `
    const { createSesClient, sesMailer } = await import(${JSON.stringify(module)});
    const settings = { ...${JSON.stringify(settings)}, sleep: async () => {} };
    console.log(JSON.stringify(await sesMailer(createSesClient(), settings).send(${JSON.stringify(email)})));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env },
  });
  return JSON.parse(stdout);
}

describe('an e-mail', () => {
  it('is sent as it was written, with the configuration set that tells what becomes of it', async () => {
    expect(await mailer().send(email)).toEqual({ kind: 'sent' });
    expect(aws.emails()[0]).toMatchObject({
      ...email,
      from: SENDER,
      configuration_set: CONFIGURATION_SET,
    });
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

  it.each([
    [503, 'ServiceUnavailable'],
    [400, 'AccountSendingPausedException'],
    [400, 'ConfigurationSetSendingPausedException'],
    [400, 'ConfigurationSetDoesNotExist'],
    [403, 'AccessDenied'],
    [403, 'ExpiredToken'],
  ])('that SES answers with %i %s is unavailable, and asked for once (case 31)', async (status, code) => {
    const stub = await sesError(status, code);
    expect(await mailer({ endpoint: stub.url }).send(email)).toEqual({ kind: 'unavailable' });
    expect(stub.requests).toHaveLength(1);
  });

  it('to an address that the sandbox does not allow is refused: a later try would be as well (case 31)', async () => {
    const message =
      'Email address is not verified. The following identities failed the check in region EU-WEST-1: ada@example.org';
    const stub = await sesError(400, 'MessageRejected', message);
    expect(await mailer({ endpoint: stub.url }).send(email)).toEqual({ kind: 'refused' });
    expect(stub.requests).toHaveLength(1);
  });

  it('with a configuration set that is not there is unavailable: it is not the e-mail’s fault', async () => {
    const outcome = await mailer({ configurationSet: 'gone' }).send(email);
    expect(outcome).toEqual({ kind: 'unavailable' });
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

describe('an e-mail that SES throttles (case 31)', () => {
  /** A mailer that does not wait, and says for how long it would have. */
  function patient(random: number, endpoint = aws.endpoint) {
    const pauses: number[] = [];
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    return { pauses, mailer: mailer({ endpoint, sleep, random: () => random }) };
  }
  const throttled = (times: number) =>
    aws.fault({ service: 'ses', operation: 'SendEmail', kind: 'throttle', times });

  it.each([1, 2, 3, 4])('%i times is sent, once', async (times) => {
    await throttled(times);
    const before = aws.emails().length;
    const { mailer, pauses } = patient(0.5);
    const calls = await aws.callsOf(async () => expect(await mailer.send(email)).toEqual({ kind: 'sent' }));
    expect(calls).toHaveLength(times + 1);
    expect(pauses).toHaveLength(times);
    expect(aws.emails()).toHaveLength(before + 1);
  });

  it('longer is not sent, and left for the sweeper', async () => {
    await throttled(5);
    const before = aws.emails().length;
    const { mailer } = patient(0.5);
    const calls = await aws.callsOf(async () =>
      expect(await mailer.send(email)).toEqual({ kind: 'unavailable' }),
    );
    expect(calls).toEqual(Array(5).fill('ses SendEmail'));
    expect(aws.emails()).toHaveLength(before);
  });

  it('waits longer each time, four seconds in all at most, and not as long as others do', async () => {
    const waits = async (random: number) => {
      await throttled(5);
      const { mailer, pauses } = patient(random);
      await mailer.send(email);
      return pauses;
    };
    const [least, most] = [await waits(0), await waits(1)];
    expect(most).toEqual([...most].sort((one, other) => one - other));
    expect(most.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(4_000);
    expect(least).toEqual(most.map((pause) => pause / 2));
  });

  it.each(['Throttling', 'ThrottlingException'])('under the name %s is tried again', async (code) => {
    const stub = await sesError(400, code, 'Maximum sending rate exceeded.');
    const { mailer, pauses } = patient(0, stub.url);
    expect(await mailer.send(email)).toEqual({ kind: 'unavailable' });
    expect(stub.requests).toHaveLength(5);
    expect(pauses).toHaveLength(4);
  });

  it.each(['Daily message quota exceeded', 'Daily sending quota exceeded.'])(
    'for the rest of the day (%s) is not tried again at once',
    async (message) => {
      const stub = await sesError(400, 'Throttling', message);
      const { mailer, pauses } = patient(0, stub.url);
      expect(await mailer.send(email)).toEqual({ kind: 'unavailable' });
      expect(stub.requests).toHaveLength(1);
      expect(pauses).toEqual([]);
    },
  );

  it('and whose next answer is lost may have been sent: it is not tried once more (case 25)', async () => {
    await throttled(1);
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: 'after', times: 1 });
    const before = aws.emails().length;
    const { mailer } = patient(0);
    const calls = await aws.callsOf(async () =>
      expect(await mailer.send(email)).toEqual({ kind: 'unknown' }),
    );
    expect(calls).toHaveLength(2);
    expect(aws.emails()).toHaveLength(before + 1);
  });
});
