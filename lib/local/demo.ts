import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import Stripe from 'stripe';
import * as v from 'valibot';
import { clientConfig } from './aws/client-config.ts';
import type { System } from './system.ts';

const Token = v.object({ access_token: v.string() });
const Connection = v.object({ name: v.string(), webhook_url: v.string(), secret_key_hint: v.string() });
const Invoice = v.object({
  status: v.string(),
  amount_due: v.number(),
  amount_paid: v.number(),
  currency: v.string(),
  payment_link: v.object({ id: v.string(), url: v.string() }),
});
const Emails = v.array(v.object({ to: v.string(), subject: v.string(), html: v.string() }));
const Events = v.object({ data: v.array(v.object({ type: v.string(), status: v.string() })) });

/** The events that a new user is told to select at Stripe. */
const eventsToSelect: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = [
  'checkout.session.completed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
];

/**
 * Plays one invoice through, as a new user would: connect Stripe, add the webhook endpoint there and save its secret,
 * finalize, read the e-mail, pay its link, and see the invoice PAID. Throws a sentence where it does not get there.
 */
export async function playDemo(system: System, print: (line: string) => void): Promise<void> {
  // A tenant of its own each time, since data may be kept.
  const run = Date.now().toString(36);
  const org = `demo_${run}`;
  const invoiceId = `inv_${run}`;
  const secretKey = `sk_test_demo_${run}`;
  const step = (name: string, detail: string) => print(`  ${name.padEnd(9)} ${detail}`);
  const api = await apiClient(system, org);

  const connection = await api('POST', '/integrations/stripe', Connection, {
    name: 'Demo Stripe',
    secret_key: secretKey,
  });
  step('connect', `${connection.name} ${connection.secret_key_hint}`);

  const stripe = stripeClient(system, secretKey);
  const endpoint = await stripe.webhookEndpoints.create({
    url: connection.webhook_url,
    enabled_events: eventsToSelect,
  });
  await api('PATCH', '/integrations/stripe', Connection, { webhook_secret: endpoint.secret });
  step('webhook', connection.webhook_url);

  await finalize(system, org, invoiceId);
  const { payment_link: link, ...finalized } = await api('GET', `/invoices/${invoiceId}`, Invoice);
  step('finalize', `${finalized.status} ${finalized.currency} ${finalized.amount_due}  ${link.url}`);

  const email = await until('the e-mail', async () => {
    const emails = await read(`${system.url}/_local/emails`, Emails);
    return emails.find(({ html }) => html.includes(link.url));
  });
  step('e-mail', `“${email.subject}” to ${email.to}`);

  await read(`${system.stripeUrl}/_test/payment-links/${link.id}/pay`, v.unknown(), {
    method: 'POST',
    body: JSON.stringify({ outcome: 'paid' }),
    headers: { 'content-type': 'application/json' },
  });
  step('pay', 'the customer pays on the hosted page');

  const paid = await until('the invoice to be PAID', async () => {
    const invoice = await api('GET', `/invoices/${invoiceId}`, Invoice);
    return invoice.status === 'PAID' ? invoice : undefined;
  });
  const events = await until('both events of the payment', async () => {
    const { data } = await api('GET', '/integrations/stripe/webhook-events', Events);
    return data.length >= 2 ? data.toReversed() : undefined;
  });
  for (const { type, status } of events) step('event', `${type} ${status}`);
  step('invoice', `${paid.status}, ${paid.amount_paid} of ${paid.amount_due}`);
  print(`demo: invoice ${invoiceId} PAID`);
}

type Api = <TSchema extends v.GenericSchema>(
  method: string,
  path: string,
  schema: TSchema,
  body?: object,
) => Promise<v.InferOutput<TSchema>>;

async function apiClient({ url }: System, org: string): Promise<Api> {
  const { access_token } = await read(`${url}/_local/token`, Token, {
    method: 'POST',
    body: JSON.stringify({ org_id: org }),
  });
  return (method, path, schema, body) =>
    read(`${url}/api/v1/environments/prod${path}`, schema, {
      method,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
}

function stripeClient({ stripeUrl }: System, key: string): Stripe {
  const { hostname, port } = new URL(stripeUrl);
  return new Stripe(key, { host: hostname, port: Number(port), protocol: 'http' });
}

async function finalize({ awsUrl }: System, org: string, invoiceId: string): Promise<void> {
  const lambda = new LambdaClient(clientConfig(awsUrl));
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: 'fluxrate-local-finalize-invoice',
      Payload: JSON.stringify({
        org_id: org,
        env_id: 'prod',
        invoice: {
          invoice_id: invoiceId,
          invoice_number: 'INV-0001',
          customer_id: 'cus_demo',
          customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
          currency: 'USD',
          amount_due: 129900,
          line_items: [
            { description: 'Scale plan, December', quantity: 1, amount: 99900 },
            { description: 'API calls above the plan', quantity: 3000, amount: 30000 },
          ],
          due_date: dueDate(),
        },
      }),
    }),
  );
  lambda.destroy();
  if (FunctionError) throw new Error(`finalize failed: ${Payload?.transformToString()}`);
}

function dueDate(): string {
  return new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

async function read<TSchema extends v.GenericSchema>(
  url: string,
  schema: TSchema,
  init: RequestInit = {},
): Promise<v.InferOutput<TSchema>> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status}: ${text}`);
  return v.parse(schema, text ? JSON.parse(text) : undefined);
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`waited 20 seconds for ${what}`);
}
