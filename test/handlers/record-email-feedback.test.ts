import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { onEventBridge, sesEvent } from '../../lib/local/aws/ses-event.ts';
import { CONFIGURATION_SET } from '../support/aws.ts';
import { unique } from '../support/samples.ts';
import { callRoute, startSystem } from '../support/system.ts';
import { type ConnectedTenant, connect, invoiceBody } from '../support/tenant.ts';

const system = await startSystem();
const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const { aws } = system;
const handler = await system.start('record-email-feedback');
const tenant = await connect(system);

afterEach(aws.clearFaults);

/** What is logged while the function hears of it, line by line. */
async function logOf(hear: () => Promise<unknown>): Promise<unknown[]> {
  stdout.mockClear();
  await hear();
  return stdout.mock.calls.map(([line]) => JSON.parse(String(line)));
}

async function finalized(of: ConnectedTenant = tenant) {
  const path = { invoice_id: unique('inv') };
  const body = invoiceBody({ customer: { name: 'Jane', email: 'jane@example.com' } });
  await callRoute(system, 'finalize-invoice-route', { ...of, path, body });
  const email = aws.emails().find(({ tags }) => tags['invoice_id'] === path.invoice_id);
  if (!email) throw new Error('no e-mail');
  const shown = async () => (await callRoute(system, 'get-invoice', { ...of, path })).body;
  return { email, shown };
}
const bounce = { type: 'Bounce', bounceType: 'Permanent', bounceSubType: 'General' } as const;

describe('case 31: what SES tells', () => {
  it('is shown on the invoice', async () => {
    const { email, shown } = await finalized();
    expect(await shown()).toMatchObject({ email: { status: 'sent' } });
    const log = await logOf(() => handler(onEventBridge(sesEvent(email, bounce))));
    expect(log).toMatchObject([{ invoice_id: email.tags['invoice_id'], status: 'bounced' }]);
    expect(await shown()).toMatchObject({ email: { status: 'bounced', to: 'jane@example.com' } });
    const Message = JSON.stringify(sesEvent(email, { type: 'Complaint' }));
    await handler({ Records: [{ Sns: { Message } }] });
    expect(await shown()).toMatchObject({ email: { status: 'complained' } });
  });

  it('names nobody in the log, be it ours or not', async () => {
    const { email } = await finalized();
    const { invoice_id: _, ...tags } = email.tags;
    for (const one of [email, { ...email, tags }]) {
      const log = await logOf(() => handler(onEventBridge(sesEvent(one, bounce))));
      expect(log).toHaveLength(1);
      expect(JSON.stringify(log)).not.toContain('@');
    }
  });

  it('of an invoice that is not there is logged, and not told again', async () => {
    const { email } = await finalized();
    const unknown = { ...email, tags: { ...email.tags, org_id: unique('org') } };
    const log = await logOf(() => handler(onEventBridge(sesEvent(unknown, bounce))));
    expect(log).toMatchObject([{ code: 'invoice_not_found', org_id: unknown.tags['org_id'] }]);
  });

  it.each([
    [
      'of an e-mail that is not ours',
      { detail: { eventType: 'Bounce', mail: { timestamp: '2026-03-01T12:00:00Z' } } },
    ],
    ['of nothing', {}],
    ['in a text that is no event', { Records: [{ Sns: { Message: 'hello' } }] }],
  ])('%s is logged, without asking the table, and not told again', async (_, event) => {
    const calls = await aws.callsOf(async () =>
      expect(await logOf(() => handler(event))).toMatchObject([
        { level: 'WARN', code: expect.stringMatching(/^(foreign|malformed)$/) },
      ]),
    );
    expect(calls).toEqual([]);
  });

  it.each(['GetItem', 'UpdateItem'])('is told again where DynamoDB is away at %s', async (operation) => {
    const { email, shown } = await finalized();
    const event = onEventBridge(sesEvent(email, bounce));
    await aws.fault({ service: 'dynamodb', operation, kind: 'throttle', times: 20 });
    const log = await logOf(() => expect(handler(event)).rejects.toThrow('It is to be told again'));
    expect(log).toMatchObject([{ level: 'ERROR', service: 'DynamoDB' }]);
    await aws.clearFaults();
    await handler(event);
    expect(await shown()).toMatchObject({ email: { status: 'bounced' } });
  });
});

it('an e-mail is sent with the configuration set of the environment', async () => {
  expect((await finalized()).email.configuration_set).toBe(CONFIGURATION_SET);
});
