import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { dump, TABLE_NAME } from '../support/dynamodb.ts';
import { aTenant, unique } from '../support/samples.ts';
import { stubServer } from '../support/stub-server.ts';
import { startSystem } from '../support/system.ts';
import { connect, deliver, finalizePayload, pay } from '../support/tenant.ts';

const system = await startSystem();
const { aws, stripe, table } = system;
jest.spyOn(process.stdout, 'write').mockReturnValue(true);
const handler = await system.start('finalize-invoice');
afterEach(async () => {
  await aws.clearFaults();
  await stripe.clearFaults();
});

/** What Lambda answers of what a function threw. */
async function errorOf(
  payload: unknown,
  with_ = handler,
): Promise<{ errorType: string; errorMessage: string }> {
  const thrown = await with_(payload).then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error)) throw new Error('what is thrown is an error');
  return { errorType: thrown.name, errorMessage: thrown.message };
}
const refusedAs = (errorType: string) => ({ errorType, errorMessage: expect.stringMatching(/\.$/) });

describe('an invoice', () => {
  it('is answered with its link, and its e-mail is on its way', async () => {
    const tenant = await connect(system);
    const payload = finalizePayload(tenant, {
      line_items: [{ description: 'Work', quantity: 3, amount: 129_900 }],
    });
    const answer = await handler(payload);
    expect(answer).toMatchObject({
      invoice_id: payload.invoice.invoice_id,
      status: 'FINALIZED',
      payment_link: { id: expect.stringMatching(/^plink_/), active: true },
      email: { status: 'sent', to: 'jane@example.com' },
    });
    expect(await handler(payload)).toEqual(answer);
    const mails = aws.emails().filter(({ tags }) => tags['invoice_id'] === payload.invoice.invoice_id);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ tags: { org_id: tenant.orgId, env_id: 'prod' } });
  });

  it('costs four calls of DynamoDB, one of Stripe, one of SES and none of KMS once the function is warm', async () => {
    const tenant = await connect(system);
    await handler(finalizePayload(tenant));
    const before = (await stripe.requests()).length;
    const calls = await aws.callsOf(() => handler(finalizePayload(tenant)));
    expect(calls).toEqual([
      // The connection is read anew: a link must not be made for an account that was left a moment ago.
      'dynamodb GetItem',
      'dynamodb PutItem',
      'dynamodb UpdateItem',
      'ses SendEmail',
      'dynamodb UpdateItem',
    ]);
    expect((await stripe.requests()).slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/payment_links',
    ]);
  });
});

describe('the error', () => {
  it.each<[string, object]>([
    ['an unknown currency', { currency: 'XXX' }],
    ['an amount of 0', { amount_due: 0 }],
    ['a fraction', { amount_due: 0.5 }],
    ['a text for an amount', { amount_due: '129900' }],
    ['an amount beyond 2^53', { amount_due: 2 ** 53 }],
    ['a wrong sum', { line_items: [{ description: 'x', quantity: 1, amount: 1 }] }],
    ['a field too many', { amount_paid: 129_900 }],
    ['a date that is none', { due_date: '2026-13-01' }],
    ['an address that is none', { customer: { name: 'x', email: 'nobody' } }],
    ['a customer id with a space', { customer_id: 'a b' }],
  ])('of %s is invalid_invoice (case 22)', async (_, changes) => {
    expect(await errorOf(finalizePayload(aTenant(), { ...changes }))).toEqual(refusedAs('invalid_invoice'));
  });

  it.each([null, {}, 'text', [], { org_id: 'a#b', env_id: 'prod', invoice: {} }])(
    'of the payload %j is invalid_invoice',
    async (payload) => {
      expect(await errorOf(payload)).toEqual(refusedAs('invalid_invoice'));
    },
  );

  it('of a tenant or environment that is not connected is connection_not_found', async () => {
    const tenant = await connect(system);
    for (const other of [aTenant(), { ...tenant, envId: 'dev' }]) {
      expect(await errorOf(finalizePayload(other))).toEqual(refusedAs('connection_not_found'));
    }
  });

  it('of a connection that is switched off is connection_inactive', async () => {
    const tenant = await connect(system);
    await table.send(
      new UpdateCommand({
        TableName: TABLE_NAME,
        Key: keys.connection(tenant),
        UpdateExpression: 'SET isActive = :no',
        ExpressionAttributeValues: { ':no': false },
      }),
    );
    expect(await errorOf(finalizePayload(tenant))).toEqual(refusedAs('connection_inactive'));
  });

  it.each([
    ['below Stripe’s minimum', { amount_due: 49 }],
    ['above its maximum', { amount_due: 100_000_000 }],
    ['of KWD that does not end in 0', { currency: 'KWD', amount_due: 12_345 }],
    ['of ISK that does not end in 00', { currency: 'ISK', amount_due: 50_050 }],
  ])('of an amount %s is amount_not_chargeable (case 22)', async (_, changes) => {
    expect(await errorOf(finalizePayload(await connect(system), changes))).toEqual(
      refusedAs('amount_not_chargeable'),
    );
  });

  it('of other content is invoice_changed, and of a paid invoice invoice_paid (case 29)', async () => {
    const tenant = await connect(system);
    const payload = finalizePayload(tenant);
    await handler(payload);
    const changed = { ...payload, invoice: { ...payload.invoice, memo: 'other' } };
    expect(await errorOf(changed)).toEqual(refusedAs('invoice_changed'));

    const { invoiceId, session } = await pay(system, tenant);
    await deliver(await system.start('stripe-webhook'), tenant, session);
    expect(await errorOf(finalizePayload(tenant, { invoice_id: invoiceId }))).toEqual(
      refusedAs('invoice_paid'),
    );
  });

  it('of a key that Stripe rejects is stripe_key_rejected, and nothing is stored (case 27)', async () => {
    const tenant = await connect(system);
    const rejecting = await stubServer((response) =>
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { type: 'invalid_request_error', message: tenant.secretKey } })),
    );
    process.env['STRIPE_API_BASE'] = rejecting.url;
    const cold = await system.start('finalize-invoice');
    process.env['STRIPE_API_BASE'] = stripe.url;
    const error = await errorOf(finalizePayload(tenant), cold);
    expect(error).toEqual(refusedAs('stripe_key_rejected'));
    expect(error.errorMessage).not.toContain(tenant.secretKey);
    expect(rejecting.requests).toHaveLength(1);
    expect((await dump(table, tenant.orgId)).map(({ sk }) => sk)).toEqual(['events', 'stripe']);
  });

  it.each([
    ['Stripe', () => stripe.fault({ path: '/v1/payment_links', kind: '500', times: 10 })],
    ['Stripe’s answer', () => stripe.fault({ path: '/v1/payment_links', kind: 'after', times: 10 })],
    ['KMS', () => aws.fault({ service: 'kms', operation: 'Decrypt', kind: '500', times: 10 })],
    ['DynamoDB', () => aws.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'before', times: 10 })],
  ])('is try_again without %s, and the same call then completes it (cases 5, 27)', async (_, fail) => {
    const tenant = await connect(system);
    const payload = finalizePayload(tenant);
    const cold = await system.start('finalize-invoice');
    await fail();
    expect(await errorOf(payload, cold)).toEqual(refusedAs('try_again'));
    await aws.clearFaults();
    await stripe.clearFaults();

    expect(await cold(payload)).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
    const links = await stripe.read('/v1/payment_links?limit=100', tenant.secretKey);
    expect(links.match(/"id": "plink_/g)).toHaveLength(1);
  });

  it('is none where only the e-mail fails: the link counts (case 31)', async () => {
    const tenant = await connect(system);
    const refused = finalizePayload(tenant, { customer: { name: 'x', email: 'suppressed@example.org' } });
    expect(await handler(refused)).toMatchObject({ status: 'FINALIZED', email: { status: 'failed' } });

    const late = finalizePayload(tenant);
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: '500', times: 1 });
    expect(await handler(late)).toMatchObject({ status: 'FINALIZED', email: { status: 'pending' } });
    expect(await handler(late)).toMatchObject({ email: { status: 'sent' } });

    const throttled = finalizePayload(tenant);
    await aws.fault({ service: 'ses', operation: 'SendEmail', kind: 'throttle', times: 1 });
    expect(await handler(throttled)).toMatchObject({ status: 'FINALIZED', email: { status: 'sent' } });
  });
});

it('strange texts are taken as they are, and the e-mail’s header stays whole (case 32)', async () => {
  const tenant = await connect(system);
  const name = `<script>alert(1)</script>"'\r\nBcc: eve@example.org\u202e 🎉`;
  const payload = finalizePayload(tenant, {
    invoice_number: `INV\r\n${unique('x')}`,
    customer: { name, email: 'jane@example.com' },
    memo: 'x'.repeat(10_000),
  });
  expect(await handler(payload)).toMatchObject({ customer: { name }, email: { status: 'sent' } });
  const mail = aws.emails().find(({ tags }) => tags['invoice_id'] === payload.invoice.invoice_id);
  expect(mail?.subject).not.toMatch(/\p{Cc}/u);
  expect(mail?.html).not.toContain('<script>');
});
