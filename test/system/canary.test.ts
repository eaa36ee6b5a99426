import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awsClient, eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

/**
 * Secrets that can be told from all else. What follows the canary may be shown: a key's last four characters.
 * What precedes it is the name of the account, by which the stand-in knows its keys.
 */
const CANARY = 'QzCanary';
const key = (number: number) => `sk_test_birds_${CANARY}Key${number}x${CANARY}x4242`;
const signingSecret = (number: number) => `whsec_${CANARY}Hook${number}`;

let system: RunningSystem;
let tenant: TenantOf;
/** Everything that came out, and where. */
const output: Array<readonly [source: string, text: string]> = [];

beforeAll(async () => {
  system = await RunningSystem.start({ LOG: '1' });
  tenant = await system.newTenant({ secretKey: key(1) });
}, 120_000);
afterAll(() => system.stop());

/** A call whose whole answer is kept. `url` is a path of the tenant's API, or an address. */
async function say(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(url, `${system.url}/api/v1/environments/prod/`), {
    method,
    headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  output.push([`${method} ${url}`, `${response.status} ${JSON.stringify([...response.headers])} ${text}`]);
  return response.status;
}

/** An invoice by the finalize function, whatever comes of it. */
async function finalize(invoice = invoiceOf()) {
  const answer = await tenant.invokeFinalize(invoice);
  output.push(['finalize-invoice', JSON.stringify(answer)]);
  return invoice;
}

async function fault(port: 'stripe' | 'aws', body: object) {
  await system.post(`${port === 'stripe' ? system.stripeUrl : system.awsUrl}/_test/faults`, body);
}

async function clearFaults() {
  for (const url of [system.stripeUrl, system.awsUrl])
    await fetch(`${url}/_test/faults`, { method: 'DELETE' });
}

/** Where a text holds the canary: as it is, or encoded as it may lie in a log or an item. */
function holdsCanary(text: string): boolean {
  const base64 = [0, 1, 2].map((shift) =>
    // Without the characters at both ends, which depend on what stands beside it.
    Buffer.from(`${'.'.repeat(shift)}${CANARY}`)
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, shift === 1 ? 12 : -3),
  );
  const hex = Buffer.from(CANARY).toString('hex');
  return [CANARY, ...base64, hex].some((form) => text.toLowerCase().includes(form.toLowerCase()));
}

test.each([
  ['as it is', key(1)],
  ['in base64', Buffer.from(key(1)).toString('base64')],
  ['in base64, one further', Buffer.from(`.${key(1)}`).toString('base64')],
  ['in base64, two further', Buffer.from(`..${key(1)}`).toString('base64')],
  ['in hex', Buffer.from(key(1)).toString('hex')],
])('the search finds a secret %s', (_, text) => {
  expect(holdsCanary(text)).toBe(true);
  expect(holdsCanary(`sk_test_…4242 ${Buffer.from('canary').toString('base64')}`)).toBe(false);
});

test('case 38: a canary secret sent through everything is found nowhere', async () => {
  const connection = 'integrations/stripe';

  // Wrong fields, before there is a connection and after.
  const mistakes = async () => {
    for (const [method, body] of [
      ['POST', { name: 'A', secret_key: signingSecret(1) }],
      ['POST', { name: 'A', secret_key: ` ${key(1)} x` }],
      ['POST', { name: 'A', secret_key: key(1).replace('sk_', 'pk_') }],
      ['POST', { name: 'A', secret_key: key(1), webhook_secret: key(1) }],
      ['POST', { name: key(1), secret_key: key(1) }],
      ['POST', { name: `${CANARY} `.repeat(50), secret_key: key(1) }],
      ['POST', { name: 'A', secret_key: [key(1)] }],
      ['POST', { name: 'A', secret_key: key(1), [key(1)]: key(1) }],
      ['POST', { name: 'A', secret_key: key(1), extra: { deep: [signingSecret(1)] } }],
      ['POST', `{"name": "A", "secret_key": "${key(1)}"`],
      ['POST', JSON.stringify(key(1))],
      ['POST', [key(1)]],
      ['PATCH', { webhook_secret: key(1) }],
      ['PATCH', { secret_key: signingSecret(1) }],
      ['PATCH', { name: signingSecret(1) }],
      ['PATCH', { [signingSecret(1)]: true }],
    ] as const) {
      expect(await say(method, connection, body)).toBeGreaterThanOrEqual(400);
    }
    for (const query of [
      `${key(1)}=1`,
      `limit=${key(1)}`,
      `status=${key(1)}`,
      `cursor=${key(1)}`,
      `type=${key(1)}`,
    ]) {
      await say('GET', `invoices?${query}`);
      await say('GET', `${connection}/webhook-events?${query}`);
    }
    for (const path of [
      `invoices/${key(1)}`,
      `${connection}/webhook-events/${key(1)}`,
      `${connection}/${key(1)}`,
    ]) {
      await say('GET', path);
      await say('POST', `${path}/replay`);
      await say('POST', `${path}/void?confirm=${key(1)}`);
    }
    await say('GET', `${system.url}/api/v1/environments/${key(1)}/integrations`);
    await say('GET', connection, undefined, { authorization: `Bearer ${key(1)}` });
    await say('POST', `invoices/inv_1/finalize`, { ...invoiceOf(), secret_key: key(1) });
    await finalize(invoiceOf({ [key(1)]: key(1), customer: { name: 'A', email: key(1) }, currency: key(1) }));
  };
  await mistakes();

  // Whatever fails while a secret is in the hand.
  for (const [service, operation] of [
    ['kms', 'Encrypt'],
    ['dynamodb', 'TransactWriteItems'],
  ]) {
    await fault('aws', { service, operation, kind: '500', times: 5 });
    await say('POST', connection, { name: 'A', secret_key: key(1), webhook_secret: signingSecret(1) });
    await clearFaults();
  }
  for (const kind of ['before', '500', '429']) {
    await fault('stripe', { path: '/v1/payment_links', method: 'GET', kind, times: 5 });
    await say('POST', connection, { name: 'A', secret_key: key(1) });
    await clearFaults();
  }

  // The whole path, and rotation.
  await tenant.connect();
  expect(await say('PATCH', connection, { webhook_secret: signingSecret(1) })).toBe(200);
  expect(await say('PATCH', connection, { webhook_secret: signingSecret(2) })).toBe(200);
  expect(await say('PATCH', connection, { secret_key: key(2) })).toBe(200);
  await mistakes();
  for (const [port, broken] of [
    ['stripe', { path: '/v1/payment_links', kind: '500', times: 3 }],
    ['stripe', { path: '/v1/payment_links', kind: 'before', times: 3 }],
    ['aws', { service: 'kms', operation: 'Decrypt', kind: '500', times: 5 }],
    ['aws', { service: 'dynamodb', operation: '*', kind: '500', times: 5 }],
    ['aws', { service: 'ses', operation: 'SendEmail', kind: '500', times: 5 }],
  ] as const) {
    await fault(port, broken);
    await finalize();
    await clearFaults();
  }
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await system.pay(payment_link?.id ?? '');
  await tenant.paidInvoice(invoice.invoice_id);
  const [event] = await tenant.events();

  // Webhooks: signed well, badly, and with the secret itself in every place.
  const payload = JSON.stringify(await tenant.stripe.events.retrieve(event?.event_id ?? ''));
  const header = (secret: string) => tenant.stripe.webhooks.generateTestHeaderString({ payload, secret });
  for (const signature of [
    header(signingSecret(2)),
    header(signingSecret(9)),
    `t=1,v1=${signingSecret(1)}`,
    signingSecret(1),
    key(1),
  ]) {
    await say('POST', tenant.webhookUrl, payload, { 'stripe-signature': signature });
  }
  await say(
    'POST',
    tenant.webhookUrl,
    { id: key(1), type: signingSecret(1) },
    { 'stripe-signature': 't=1,v1=0' },
  );
  await say('POST', `${system.url}/api/v1/webhooks/stripe/tenant_${key(1)}/prod`, payload);
  await fault('aws', { service: 'kms', operation: 'Decrypt', kind: '500', times: 5 });
  await say('POST', tenant.webhookUrl, payload, { 'stripe-signature': header(signingSecret(1)) });
  await clearFaults();

  // Everything that can be looked at and done.
  for (const [method, path, body] of [
    ['GET', 'integrations'],
    ['GET', connection],
    ['GET', `${connection}/health`],
    ['POST', `${connection}/webhook-endpoint`],
    ['GET', `${connection}/webhook-events`],
    ['GET', `${connection}/webhook-events/${event?.event_id}`],
    ['POST', `${connection}/webhook-events/${event?.event_id}/replay`],
    ['GET', 'invoices'],
    ['GET', `invoices/${invoice.invoice_id}`],
    ['POST', `invoices/${invoice.invoice_id}/email`],
    ['POST', `invoices/${invoice.invoice_id}/void?confirm=true`],
    ['POST', `invoices/${invoice.invoice_id}/acknowledge`, { attention: ['refunded'] }],
    ['PATCH', connection, { secret_key: key(3), revoke_previous: true }],
    ['PATCH', connection, { webhook_secret: signingSecret(3), revoke_previous: true }],
    ['PATCH', connection, { is_active: false }],
    ['PATCH', connection, { is_active: true }],
  ] as const) {
    await say(method, path, body);
  }
  await giveUp();
  await dumpTable('while connected');
  await say('DELETE', `${connection}?confirm=true`);
  await say('GET', connection);

  await dumpTable('at last');
  for (const url of [
    `${system.url}/_local/logs`,
    `${system.url}/_local/emails`,
    `${system.url}/_local/events`,
    `${system.url}/_local/dead-letters`,
    `${system.url}/api/v1/openapi.json`,
    `${system.stripeUrl}/_test/requests`,
    `${system.awsUrl}/_test/requests`,
  ]) {
    await say('GET', url);
  }
  output.push(['the terminal', system.output.join('\n')]);

  // It was all there, so that a search of it means something.
  const about = (source: string) =>
    output
      .filter(([from]) => from.includes(source))
      .map(([, text]) => text)
      .join();
  expect(about('_local/logs')).toContain('"finalized');
  expect(about('_local/logs')).toContain('a signature failed');
  expect(about('the terminal')).toContain('a signature failed');
  expect(about('_local/emails')).toContain(payment_link?.url);
  expect(about('_local/events')).toContain('invoice.finalized');
  expect(about('_local/dead-letters')).toContain('invalid_invoice');
  expect(about('_test/requests')).toContain('/v1/payment_links');
  expect(about('the table')).toContain(tenant.orgId);
  expect(about('GET integrations/stripe')).toContain('sk_test_…4242');
  const endpointSecret = tenant.webhookSecret.slice('whsec_'.length);
  expect(output.filter(([, text]) => holdsCanary(text) || text.includes(endpointSecret))).toEqual([]);
  process.stdout.write(`searched for canary secrets: ${output.length} outputs, found in none\n`);
});

/** What is asked for asynchronously and can never be done, until it is a dead letter. */
async function giveUp() {
  const invoice = { org_id: tenant.orgId, env_id: tenant.envId, invoice: invoiceOf({ amount_due: 0 }) };
  await new LambdaClient(awsClient(system)).send(
    new InvokeCommand({
      FunctionName: 'fluxrate-local-finalize-invoice',
      InvocationType: 'Event',
      Payload: JSON.stringify(invoice),
    }),
  );
  await eventually(async () => {
    const letters = await (await fetch(`${system.url}/_local/dead-letters`)).text();
    expect(letters).toContain(invoice.invoice.invoice_id);
  });
}

async function dumpTable(when: string) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient(system)));
  const { Items } = await client.send(new ScanCommand({ TableName: 'fluxrate-local' }));
  output.push([`the table, ${when}`, JSON.stringify(Items)]);
}
