import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { awsClient, eventually, invoiceOf, RunningSystem, type TenantOf } from './running-system.ts';

let system: RunningSystem;
let tenant: TenantOf;

beforeAll(async () => {
  system = await RunningSystem.start();
}, 120_000);

afterAll(() => system.stop());

const patch = (body: Record<string, unknown>) => tenant.api('PATCH', '/integrations/stripe', body);

/** A finalize and a webhook that prove that the connection works. */
async function proveThatItWorks(): Promise<void> {
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await system.pay(payment_link?.id ?? '');
  expect((await tenant.paidInvoice(invoice.invoice_id)).payments).toHaveLength(1);
}

/** A key of the stand-in: what stands before its last underscore names the account. */
const keyOf = (account: string, version: number, prefix = 'sk_test') =>
  `${prefix}_${account}_${version}key4242`;

beforeEach(async () => {
  tenant = await system.newTenant();
  await tenant.connect();
});

describe('rotate the API key', () => {
  test('another key of the same account takes over in place', async () => {
    await proveThatItWorks();
    const account = tenant.secretKey.slice('sk_test_'.length);
    const rotated = await patch({ secret_key: keyOf(account, 2) });
    expect(rotated).toMatchObject({ status: 200, body: { secret_key_hint: 'sk_test_…4242' } });
    await proveThatItWorks();
  });

  test('a key of another account is refused until that is confirmed; then open links of the old one are closed', async () => {
    const invoice = invoiceOf();
    const first = await tenant.finalize(invoice);
    const other = keyOf(`other${tenant.orgId.replace('_', '')}`, 1);
    expect(await patch({ secret_key: other })).toMatchObject({
      status: 409,
      body: { code: 'stripe_account_changed' },
    });
    const confirmed = await patch({ secret_key: other, confirm_account_change: true });
    expect(confirmed.status).toBe(200);
    const oldLink = first.payment_link?.id ?? '';
    await eventually(async () => {
      expect((await tenant.stripe.paymentLinks.retrieve(oldLink)).active).toBe(false);
    });

    const renewed = await eventually(async () => {
      const again = await tenant.finalize(invoice);
      expect(again.payment_link?.id).not.toBe(oldLink);
      return again;
    }, 45_000);
    const stripe = new Stripe(other, { host: 'localhost', port: system.port + 1, protocol: 'http' });
    expect((await stripe.paymentLinks.retrieve(renewed.payment_link?.id ?? '')).active).toBe(true);
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(2);
  });

  test.each([
    ['not_a_secret_key', 'pk_test_123456'],
    ['not_a_secret_key', 'whsec_123456'],
    ['stripe_account_changed', 'sk_live_someone_1key4242'],
  ])('%s: %s', async (code, secret_key) => {
    expect(await patch({ secret_key })).toMatchObject({ body: { code } });
    await proveThatItWorks();
  });
});

describe('rotate the webhook secret', () => {
  /** An event that settles nothing, for its signature's sake. */
  const event = () =>
    JSON.stringify({ id: `evt_${Math.random()}`, object: 'event', type: 'customer.created' });

  test('case 35: old and new both pass; with revoke_previous only the new one', async () => {
    const old = tenant.webhookSecret;
    expect(await tenant.deliver(event())).toMatchObject({ status: 200 });
    expect((await patch({ webhook_secret: 'whsec_new' })).status).toBe(200);
    expect(await tenant.deliver(event(), { secret: 'whsec_new' })).toMatchObject({ status: 200 });
    expect(await tenant.deliver(event(), { secret: old })).toMatchObject({ status: 200 });

    expect((await patch({ revoke_previous: true })).status).toBe(200);
    await eventually(async () => {
      expect(await tenant.deliver(event(), { secret: old })).toMatchObject({ status: 400 });
    }, 45_000);
    expect(await tenant.deliver(event(), { secret: 'whsec_new' })).toMatchObject({ status: 200 });
  });

  test('200 webhooks while it is rotated at Stripe with overlap: none lost, none refused', async () => {
    const { data } = await tenant.stripe.webhookEndpoints.list();
    const roll = await system.post(`${system.stripeUrl}/_test/webhook-endpoints/${data[0]?.id}/roll`, {
      overlap_seconds: 600,
    });
    const next: string = Object(roll.body).secret;
    const deliveries = Array.from({ length: 200 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 5));
      const payload = event();
      const timestamp = Math.floor(Date.now() / 1000);
      const [newer, older] = [next, tenant.webhookSecret].map((secret) =>
        tenant.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }).split(',v1=').at(1),
      );
      const response = await fetch(tenant.webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'stripe-signature': `t=${timestamp},v1=${newer},v1=${older}`,
        },
        body: payload,
      });
      return response.status;
    });
    await patch({ webhook_secret: next });
    const statuses = await Promise.all(deliveries);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await proveThatItWorks();
  });

  test('case 36: two people at once: one wins, the other gets a conflict', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => patch({ webhook_secret: `whsec_${index}` })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toContain(200);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'write_conflict' } });
    }
  });
});

describe('disable and enable', () => {
  test('no links while off; what comes meanwhile is skipped, and settled once it is on again', async () => {
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    expect(await patch({ is_active: false })).toMatchObject({ status: 200, body: { is_active: false } });
    await eventually(async () => {
      expect(await tenant.invokeFinalize(invoiceOf())).toMatchObject({ errorType: 'connection_inactive' });
    }, 45_000);
    await system.pay(payment_link?.id ?? '');
    await eventually(async () => {
      const skipped = (await tenant.events()).filter(({ status }) => status === 'skipped');
      expect(skipped).toHaveLength(2);
    }, 45_000);
    expect((await tenant.invoice(invoice.invoice_id)).status).toBe('FINALIZED');

    expect(await patch({ is_active: true })).toMatchObject({ status: 200, body: { is_active: true } });
    expect((await tenant.paidInvoice(invoice.invoice_id)).payments).toHaveLength(1);
    expect((await tenant.events()).map(({ status }) => status).sort()).toEqual(['applied', 'recorded']);
    await proveThatItWorks();
  });
});

test('what was skipped is settled even where enabling breaks off', async () => {
  const invoice = invoiceOf();
  const { payment_link } = await tenant.finalize(invoice);
  await patch({ is_active: false });
  await system.pay(payment_link?.id ?? '');
  await eventually(async () => {
    expect((await tenant.events()).filter(({ status }) => status === 'skipped')).toHaveLength(2);
  }, 45_000);
  await system.post(`${system.awsUrl}/_test/faults`, {
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    kind: 'throttle',
    times: 3,
    contains: invoice.invoice_id,
  });
  expect((await patch({ is_active: true })).status).toBe(200);
  expect((await tenant.paidInvoice(invoice.invoice_id)).payments).toHaveLength(1);
});

describe('disconnect', () => {
  const disconnect = (query = '') => tenant.api('DELETE', `/integrations/stripe${query}`);

  test('links are closed, secrets go, the webhook is gone, and it can be connected anew', async () => {
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    expect((await disconnect()).status).toBe(204);
    expect((await tenant.stripe.paymentLinks.retrieve(payment_link?.id ?? '')).active).toBe(false);
    expect(await tenant.invoice(invoice.invoice_id)).toMatchObject({ payment_link: { active: false } });
    expect(await tenant.api('GET', '/integrations/stripe')).toMatchObject({
      status: 404,
      body: { code: 'connection_not_found' },
    });
    await eventually(async () => {
      expect(await tenant.deliver('{}')).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
      expect(await tenant.invokeFinalize(invoiceOf())).toMatchObject({ errorType: 'connection_not_found' });
    }, 45_000);
    expect((await disconnect()).status).toBe(204);

    await tenant.connect();
    await proveThatItWorks();
  });

  test('is refused while money is on its way, unless that is confirmed', async () => {
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    await system.pay(payment_link?.id ?? '', 'delayed');
    await eventually(async () =>
      expect((await tenant.invoice(invoice.invoice_id)).status).toBe('PAYMENT_PENDING'),
    );
    expect(await disconnect()).toMatchObject({ status: 409, body: { code: 'payments_in_flight' } });
    expect((await disconnect('?confirm=true')).status).toBe(204);
  });

  test('case 33: Stripe away meanwhile: the sweeper closes what was left', async () => {
    const { payment_link } = await tenant.finalize(invoiceOf());
    const link = payment_link?.id ?? '';
    await system.post(`${system.stripeUrl}/_test/faults`, {
      path: `/v1/payment_links/${link}`,
      kind: '500',
      times: 2,
    });
    expect((await disconnect()).status).toBe(204);
    await eventually(async () => {
      expect((await tenant.stripe.paymentLinks.retrieve(link)).active).toBe(false);
    }, 45_000);
  });

  test('a link whose answer was lost is found and closed, too', async () => {
    const invoice = invoiceOf();
    await system.post(`${system.stripeUrl}/_test/faults`, {
      path: '/v1/payment_links',
      kind: 'after',
      times: 2,
      contains: invoice.invoice_id,
    });
    expect(await tenant.invokeFinalize(invoice)).toMatchObject({ errorType: 'try_again' });
    const { data } = await tenant.stripe.paymentLinks.list();
    expect(data.map(({ active }) => active)).toEqual([true]);
    expect((await disconnect()).status).toBe(204);
    await eventually(async () => {
      const links = await tenant.stripe.paymentLinks.list();
      expect(links.data.map(({ active }) => active)).toEqual([false]);
    }, 45_000);
  });

  test('and connecting the same account again leaves what is made from then on alone', async () => {
    await tenant.finalize(invoiceOf());
    expect((await disconnect()).status).toBe(204);
    await tenant.connect();
    const invoice = invoiceOf();
    const { payment_link } = await tenant.finalize(invoice);
    const lambda = new LambdaClient(awsClient(system));
    for (let times = 0; times < 3; times += 1) {
      const swept = await lambda.send(
        new InvokeCommand({ FunctionName: 'fluxrate-local-sweep', Payload: '{}' }),
      );
      expect(swept.FunctionError).toBeUndefined();
    }
    expect((await tenant.stripe.paymentLinks.retrieve(payment_link?.id ?? '')).active).toBe(true);
    expect(await system.emailsTo(invoice.customer.email)).toHaveLength(1);
  });

  test('no secret of it stays in the table once it is closed', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(awsClient(system)));
    expect((await disconnect()).status).toBe(204);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'fluxrate-local' }));
    const ours = Items.filter(({ pk }) => String(pk).startsWith(`T#${tenant.orgId}#`));
    const sealed = ours.filter((item) => JSON.stringify(item).includes('ciphertext'));
    expect(sealed.map(({ pk }) => pk)).toEqual([`T#${tenant.orgId}#E#prod#CLOSING`]);
    expect(new Date(sealed[0]?.['destroyAt']).getTime() - Date.now()).toBeLessThan(10 * 60_000);
  });
});
