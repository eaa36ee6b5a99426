import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { awsClient, eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

type Asked = ReturnType<typeof invoiceOf>;

const PER_SECOND = 5;

const RateLimit = v.object({ refused: v.number() });
const Emails = v.array(v.object({ to: v.string() }));
const DeadLetter = v.object({
  requestContext: v.object({
    functionArn: v.literal(
      'arn:aws:lambda:us-east-1:000000000000:function:fluxrate-local-finalize-invoice:$LATEST',
    ),
    condition: v.string(),
    approximateInvokeCount: v.number(),
  }),
  requestPayload: v.object({ org_id: v.string(), invoice: v.looseObject({ invoice_id: v.string() }) }),
  responsePayload: v.object({ errorType: v.string() }),
});

/** What Lambda gave up of a tenant's finalizes. */
async function deadLettersOf({ system, orgId }: TenantOf) {
  const letters = await read(`${system.url}/_local/dead-letters`, v.array(v.unknown()));
  return letters
    .filter((letter) => v.is(DeadLetter, letter))
    .filter(({ requestPayload }) => requestPayload.org_id === orgId);
}

const numbered = (count: number): Asked[] =>
  Array.from({ length: count }, (_, n) => invoiceOf({ invoice_number: `INV-${n}` }));

/** Accepted by Lambda once this has ended; made whenever it likes. */
async function askFor(invoices: readonly Asked[], { system, orgId, envId }: TenantOf): Promise<void> {
  const lambda = new LambdaClient(awsClient(system));
  const statuses = await Promise.all(
    invoices.map(async (invoice) => {
      const { StatusCode } = await lambda.send(
        new InvokeCommand({
          FunctionName: 'fluxrate-local-finalize-invoice',
          InvocationType: 'Event',
          Payload: JSON.stringify({ org_id: orgId, env_id: envId, invoice }),
        }),
      );
      return StatusCode;
    }),
  );
  lambda.destroy();
  expect(statuses).toEqual(invoices.map(() => 202));
}

async function sweep(system: RunningSystem): Promise<void> {
  const lambda = new LambdaClient(awsClient(system));
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: 'fluxrate-local-sweep', Payload: '{}' }),
  );
  lambda.destroy();
  if (FunctionError) throw new Error(Buffer.from(Payload ?? []).toString());
}

const read = async <Schema extends v.GenericSchema>(url: string, schema: Schema) =>
  v.parse(schema, await (await fetch(url)).json());

/** How many of them have their link, and their e-mail. */
async function finished(invoices: readonly Asked[], tenant: TenantOf): Promise<number> {
  const answers = await Promise.all(
    invoices.map(({ invoice_id }) => tenant.api('GET', `/invoices/${invoice_id}`)),
  );
  return answers.filter(
    ({ status, body }) =>
      status === 200 &&
      v.is(
        v.looseObject({
          status: v.literal('FINALIZED'),
          email: v.looseObject({ status: v.literal('sent') }),
        }),
        body,
      ),
  ).length;
}

/** Sweeps again and again, until each has its link and its e-mail. */
async function untilFinished(invoices: readonly Asked[], tenant: TenantOf): Promise<void> {
  await eventually(async () => {
    await sweep(tenant.system);
    expect(await finished(invoices, tenant)).toBe(invoices.length);
  }, 150_000);
}

/** What exists at Stripe, whatever our own API says. */
async function expectOneLinkEach(invoices: readonly Asked[], { stripe }: TenantOf): Promise<void> {
  const ids: string[] = [];
  for await (const { metadata } of stripe.paymentLinks.list({ active: true, limit: 100 })) {
    ids.push(metadata['invoice_id'] ?? 'of no invoice');
  }
  expect(ids.sort()).toEqual(invoices.map(({ invoice_id }) => invoice_id).sort());
}

/** How many e-mails SES took for each. */
async function emailsOf(invoices: readonly Asked[], { system }: TenantOf): Promise<number[]> {
  const emails = await read(`${system.url}/_local/emails`, Emails);
  return invoices.map(({ customer }) => emails.filter(({ to }) => to === customer.email).length);
}

describe('case 41: month end', () => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await RunningSystem.start();
  }, 120_000);
  afterAll(() => system.stop());

  test('a tenant with many invoices at the limit of Stripe keeps no other waiting, and each gets one link and one e-mail', async () => {
    const busy = await system.newTenant();
    const other = await system.newTenant();
    await Promise.all([busy.connect(), other.connect()]);
    const many = numbered(60);
    const few = numbered(5);
    await system.post(`${system.stripeUrl}/_test/rate-limit`, { per_second: PER_SECOND });

    await askFor(many, busy);
    const served = await Promise.all(few.map((invoice) => other.finalize(invoice)));
    expect(served.map(({ status }) => status)).toEqual(few.map(() => 'FINALIZED'));
    expect(await finished(many, busy)).toBeLessThan(many.length);

    await untilFinished(many, busy);
    const { refused } = await read(`${system.stripeUrl}/_test/rate-limit`, RateLimit);
    expect(refused).toBeGreaterThan(0);
    await fetch(`${system.stripeUrl}/_test/rate-limit`, { method: 'DELETE' });
    await expectOneLinkEach(many, busy);
    await expectOneLinkEach(few, other);

    // What Lambda gave up was finished by the sweeper; asked for again, it answers what is there.
    for (const { requestContext, requestPayload, responsePayload } of await deadLettersOf(busy)) {
      expect(requestContext).toMatchObject({ condition: 'RetriesExhausted', approximateInvokeCount: 3 });
      expect(responsePayload.errorType).toBe('try_again');
      const again = await busy.finalize(requestPayload.invoice);
      expect(again).toMatchObject({ invoice_id: requestPayload.invoice.invoice_id, status: 'FINALIZED' });
    }
    await expectOneLinkEach(many, busy);
    expect(await emailsOf(many, busy)).toEqual(many.map(() => 1));
    expect(await emailsOf(few, other)).toEqual(few.map(() => 1));
    expect(await deadLettersOf(other)).toEqual([]);
  }, 240_000);

  test('what can never succeed is tried three times, and then stands among the dead letters for its caller to see', async () => {
    const tenant = await system.newTenant();
    await tenant.connect();
    const wrong = invoiceOf({ amount_due: 0 });
    await askFor([wrong], tenant);
    await eventually(async () => {
      expect(await deadLettersOf(tenant)).toMatchObject([
        {
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          requestPayload: { invoice: { invoice_id: wrong.invoice_id } },
          responsePayload: { errorType: 'invalid_invoice' },
        },
      ]);
    });
  });
});

test('case 26: a kill -9 loses none of the invoices that were accepted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fluxrate-month-end-'));
  const running: RunningSystem[] = [];
  const start = async () => {
    const system = await RunningSystem.start({ DATA_DIR: dataDir });
    running.push(system);
    return system;
  };
  try {
    const first = await start();
    const tenant = await first.newTenant();
    await tenant.connect();
    const many = numbered(40);
    await first.post(`${first.stripeUrl}/_test/rate-limit`, { per_second: PER_SECOND });
    await askFor(many, tenant);
    await first.stop('SIGKILL');

    const second = await start();
    const { orgId, secretKey } = tenant;
    const back = await second.newTenant({ orgId, secretKey });
    await untilFinished(many, back);
    await expectOneLinkEach(many, back);
    // Two only where the kill came between SES's answer and our note of it.
    for (const count of await emailsOf(many, back)) expect([1, 2]).toContain(count);
  } finally {
    for (const system of running) await system.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 300_000);
