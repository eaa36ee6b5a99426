import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { aTenant, unique } from '../support/samples.ts';
import { callRoute, type HttpAnswer, problemOf, startSystem } from '../support/system.ts';
import { type ConnectedTenant, connect, deliver, invoiceBody, pay } from '../support/tenant.ts';

const system = await startSystem();
const { aws, stripe } = system;
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(async () => {
  await aws.clearFaults();
  await stripe.clearFaults();
});

const Invoice = v.looseObject({ payment_link: v.object({ id: v.string(), active: v.boolean() }) });

type Verb = 'void-invoice' | 'email-invoice' | 'acknowledge-invoice';
const bodies = {
  'void-invoice': undefined,
  'email-invoice': undefined,
  'acknowledge-invoice': { attention: ['paid_twice'] },
};
const verbs = ['void-invoice', 'email-invoice', 'acknowledge-invoice'] as const;

async function finalized(tenant: ConnectedTenant, changes: object = {}) {
  const invoiceId = unique('inv');
  const path = { invoice_id: invoiceId };
  const answer = await callRoute(system, 'finalize-invoice-route', {
    ...tenant,
    path,
    body: invoiceBody({ customer: { name: 'Jane', email: `${invoiceId}@example.com` }, ...changes }),
  });
  const { payment_link: link } = v.parse(Invoice, answer.body);
  const call = (name: Verb, query: Readonly<Record<string, string>> = {}, body: unknown = bodies[name]) =>
    callRoute(system, name, { ...tenant, path, query, body });
  const mails = () => aws.emails().filter(({ to }) => to === `${invoiceId}@example.com`).length;
  const shown = async () => (await callRoute(system, 'get-invoice', { ...tenant, path })).body;
  return { invoiceId, link, call, mails, shown };
}

const isProblem = (answer: HttpAnswer, status: number, code: string) =>
  expect(problemOf(answer)).toMatchObject({ answered: status, status, code });

describe('each', () => {
  it.each(verbs)('%s asks for an invoice of the tenant, in this environment (case 40)', async (name) => {
    const tenant = await connect(system);
    const { invoiceId, shown } = await finalized(tenant);
    const before = await shown();
    for (const call of [
      { ...tenant, path: { invoice_id: 'inv_none' } },
      { ...aTenant(), path: { invoice_id: invoiceId } },
      { ...tenant, envId: 'dev', path: { invoice_id: invoiceId } },
    ]) {
      isProblem(await callRoute(system, name, { ...call, body: bodies[name] }), 404, 'invoice_not_found');
    }
    expect(await shown()).toEqual(before);
  });

  it.each(verbs)('%s says to try again where DynamoDB is away', async (name) => {
    const { call } = await finalized(await connect(system));
    await aws.fault({ service: 'dynamodb', operation: 'GetItem', kind: 'before', times: 20 });
    isProblem(await call(name), 503, 'service_unavailable');
  });
});

describe('void', () => {
  it('answers the invoice, void, with its link inactive', async () => {
    const { call, shown } = await finalized(await connect(system));
    const answer = await call('void-invoice');
    expect(answer).toMatchObject({ status: 200, body: { status: 'VOID', payment_link: { active: false } } });
    expect(await shown()).toEqual(answer.body);
    expect(await call('void-invoice', { confirm: 'true' })).toMatchObject({ status: 200, body: answer.body });
  });

  it.each(['false', '1', '', 'TRUE'])('takes confirm=%p for a mistake', async (confirm) => {
    const { call, shown } = await finalized(await connect(system));
    const answer = await call('void-invoice', { confirm });
    isProblem(answer, 422, 'invalid_request');
    expect(await shown()).toMatchObject({ status: 'FINALIZED' });
  });

  it('of a paid invoice is refused', async () => {
    const tenant = await connect(system);
    const { invoiceId, session } = await pay(system, tenant);
    await deliver(await system.start('stripe-webhook'), tenant, session);
    const path = { invoice_id: invoiceId };
    isProblem(await callRoute(system, 'void-invoice', { ...tenant, path }), 409, 'invoice_paid');
  });

  it('says to try again where KMS is away, and is void by then', async () => {
    const { call, shown } = await finalized(await connect(system));
    await aws.fault({ service: 'kms', operation: 'Decrypt', kind: '500', times: 10 });
    isProblem(await call('void-invoice'), 503, 'service_unavailable');
    expect(await shown()).toMatchObject({ status: 'VOID', payment_link: { active: true } });
    await aws.clearFaults();
    expect(await call('void-invoice')).toMatchObject({
      status: 200,
      body: { payment_link: { active: false } },
    });
  });
});

describe('e-mail', () => {
  it('answers 202 five times, then 429 with the time to wait', async () => {
    const { call, mails, shown } = await finalized(await connect(system));
    for (let count = 1; count <= 5; count += 1) {
      const answer = await call('email-invoice');
      expect(answer).toMatchObject({ status: 202, body: { email: { status: 'sent' } } });
      expect(await shown()).toEqual(answer.body);
      expect(mails()).toBe(1 + count);
    }
    const refused = await call('email-invoice');
    isProblem(refused, 429, 'too_many_emails');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(86_000);
    expect(mails()).toBe(6);
  });

  it.each([
    ['throttle', 'sent'],
    ['500', 'pending'],
  ] as const)('that SES answers with %s is %s', async (kind, status) => {
    const { call } = await finalized(await connect(system));
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind, times: 1 });
    expect(await call('email-invoice')).toMatchObject({ status: 202, body: { email: { status } } });
    expect(await call('email-invoice')).toMatchObject({ body: { email: { status: 'sent' } } });
  });

  it('of a customer without an address is refused', async () => {
    const { call } = await finalized(await connect(system), { customer: { name: 'Jane' } });
    isProblem(await call('email-invoice'), 422, 'no_email_address');
  });

  it('of a void invoice is refused', async () => {
    const { call } = await finalized(await connect(system));
    await call('void-invoice');
    isProblem(await call('email-invoice'), 409, 'invoice_void');
  });
});

describe('acknowledge', () => {
  it('answers the invoice, also where there is nothing to acknowledge', async () => {
    const { call, shown } = await finalized(await connect(system));
    const before = await shown();
    expect(await call('acknowledge-invoice')).toMatchObject({ status: 200, body: before });
  });

  it.each([
    [{ attention: [] }, 'attention'],
    [{ attention: ['late'] }, 'attention.0'],
    [{ attention: 'paid_twice' }, 'attention'],
    [{}, 'attention'],
    [{ attention: ['paid_twice'], status: 'PAID' }, 'status'],
  ])('refuses %j', async (body, field) => {
    const { call } = await finalized(await connect(system));
    const answer = await call('acknowledge-invoice', {}, body);
    expect(problemOf(answer)).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ field }] });
  });

  it('refuses what is not JSON', async () => {
    const { call } = await finalized(await connect(system));
    isProblem(await call('acknowledge-invoice', {}, '{'), 400, 'malformed_json');
  });
});
