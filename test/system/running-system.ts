import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import Stripe from 'stripe';
import * as v from 'valibot';
import type { Tenant } from '../../functions/domain/tenant.ts';
import { freePortsInARow } from '../../lib/local/ports.ts';
import { type AnswerCheck, answerCheck } from '../support/openapi.ts';

const root = join(import.meta.dirname, '../..');

/** The events that a new user is told to select at Stripe. */
export const EVENTS_TO_SELECT: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = [
  'checkout.session.completed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
];

export const Invoice = v.looseObject({
  invoice_id: v.string(),
  status: v.string(),
  currency: v.string(),
  amount_due: v.number(),
  amount_paid: v.number(),
  attention: v.array(v.string()),
  payment_link: v.nullable(v.object({ id: v.string(), url: v.string(), active: v.boolean() })),
  email: v.object({ status: v.string(), to: v.nullable(v.string()), sent_at: v.nullable(v.string()) }),
  payments: v.array(
    v.object({
      provider_payment_id: v.string(),
      amount: v.number(),
      currency: v.string(),
      status: v.string(),
      event_id: v.string(),
      at: v.string(),
    }),
  ),
  paid_at: v.nullable(v.string()),
});
export type Invoice = v.InferOutput<typeof Invoice>;

export const WebhookEvent = v.looseObject({
  event_id: v.string(),
  type: v.string(),
  status: v.string(),
  reason: v.nullable(v.string()),
  invoice_id: v.nullable(v.string()),
  customer_id: v.nullable(v.string()),
  amount: v.nullable(v.string()),
  currency: v.nullable(v.string()),
  provider_payment_id: v.nullable(v.string()),
  deliveries: v.number(),
});

const Connection = v.looseObject({ webhook_url: v.string(), secret_key_hint: v.string() });
const Emails = v.array(v.object({ to: v.string(), subject: v.string(), html: v.string(), text: v.string() }));
const Paid = v.object({
  checkout_session: v.string(),
  payment_intent: v.string(),
  event_ids: v.array(v.string()),
});

export type Answer = { readonly status: number; readonly body: unknown };

/** `npm start` as its users run it, in a process of its own; driven from outside alone. */
export class RunningSystem {
  readonly process: ChildProcess;
  readonly port: number;
  readonly output: string[];
  #check: Promise<AnswerCheck> | undefined;

  private constructor(process: ChildProcess, port: number, output: string[]) {
    this.process = process;
    this.port = port;
    this.output = output;
  }

  static async start(
    environment: NodeJS.ProcessEnv = {},
    args: readonly string[] = [],
  ): Promise<RunningSystem> {
    const port = await freePortsInARow(3);
    const child = spawn('sh', ['bin/run', 'bin/start.ts', ...args], {
      cwd: root,
      env: { ...process.env, ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        output.push(line);
        if (line === `ready http://localhost:${port}`) resolve();
      });
      child.once('exit', (code) =>
        reject(new Error(`ended with ${code} before it was ready:\n${output.join('\n')}`)),
      );
    });
    return new RunningSystem(child, port, output);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get stripeUrl(): string {
    return `http://localhost:${this.port + 1}`;
  }

  get awsUrl(): string {
    return `http://localhost:${this.port + 2}`;
  }

  /** Milliseconds until the process was gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    const begun = performance.now();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill(signal);
      await gone;
    }
    return performance.now() - begun;
  }

  async post(url: string, body: unknown): Promise<Answer> {
    return answerOf(await fetch(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) }));
  }

  /** An answer of the API, which must be as the OpenAPI document says that it serves. */
  async callApi(path: string, init: RequestInit & { readonly method: string }): Promise<Answer> {
    this.#check ??= this.#readCheck();
    const { check } = await this.#check;
    const response = await fetch(this.url + path, init);
    const answer = await answerOf(response);
    check({ ...answer, method: init.method, path, contentType: response.headers.get('content-type') });
    return answer;
  }

  async #readCheck(): Promise<AnswerCheck> {
    return answerCheck((await answerOf(await fetch(`${this.url}/api/v1/openapi.json`))).body);
  }

  async emailsTo(address: string) {
    const { body } = await answerOf(await fetch(`${this.url}/_local/emails`));
    return v.parse(Emails, body).filter(({ to }) => to === address);
  }

  /** What the stand-in's hosted page would do, by its test control. */
  async pay(linkId: string, outcome: 'paid' | 'declined' | 'delayed' = 'paid') {
    const { body } = await this.post(`${this.stripeUrl}/_test/payment-links/${linkId}/pay`, { outcome });
    return v.parse(Paid, body);
  }

  /** A tenant nobody else uses, or another environment of one, with a Stripe account of its own. */
  async newTenant({
    orgId = `org_${randomUUID().slice(0, 8)}`,
    envId = 'prod',
    secretKey = `sk_test_${orgId.replace('_', '')}${randomUUID().replaceAll('-', '')}`,
  } = {}): Promise<TenantOf> {
    const { body } = await this.post(`${this.url}/_local/token`, { org_id: orgId });
    const { access_token } = v.parse(v.object({ access_token: v.string() }), body);
    return new TenantOf(this, { orgId, envId }, access_token, secretKey);
  }
}

/** What one tenant can do. */
export class TenantOf {
  readonly system: RunningSystem;
  readonly orgId: string;
  readonly envId: string;
  readonly token: string;
  readonly secretKey: string;
  readonly stripe: Stripe;
  webhookSecret = '';
  webhookUrl = '';

  constructor(system: RunningSystem, { orgId, envId }: Tenant, token: string, secretKey: string) {
    this.system = system;
    this.orgId = orgId;
    this.envId = envId;
    this.token = token;
    this.secretKey = secretKey;
    this.stripe = new Stripe(secretKey, { host: 'localhost', port: system.port + 1, protocol: 'http' });
  }

  async api(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.system.callApi(`/api/v1/environments/${this.envId}${path}`, {
      method,
      headers: { ...JSON_TYPE, authorization: `Bearer ${this.token}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** As a new user does: connect, add the endpoint at Stripe, save its secret. */
  async connect(): Promise<void> {
    const created = await this.api('POST', '/integrations/stripe', {
      name: 'Acme',
      secret_key: this.secretKey,
    });
    this.webhookUrl = v.parse(Connection, created.body).webhook_url;
    const endpoint = await this.stripe.webhookEndpoints.create({
      url: this.webhookUrl,
      enabled_events: EVENTS_TO_SELECT,
    });
    this.webhookSecret = v.parse(v.string(), endpoint.secret);
    await this.api('PATCH', '/integrations/stripe', { webhook_secret: this.webhookSecret });
  }

  /** By the Lambda API, as internal services do. */
  async finalize(invoice: Record<string, unknown>): Promise<Invoice> {
    return v.parse(Invoice, await this.invokeFinalize(invoice));
  }

  /** The payload, be it an invoice or a function error. */
  async invokeFinalize(invoice: Record<string, unknown>): Promise<unknown> {
    const lambda = new LambdaClient(awsClient(this.system));
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: 'fluxrate-local-finalize-invoice',
        Payload: JSON.stringify({ org_id: this.orgId, env_id: this.envId, invoice }),
      }),
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  }

  async invoice(invoiceId: string): Promise<Invoice> {
    return v.parse(Invoice, (await this.api('GET', `/invoices/${invoiceId}`)).body);
  }

  async events() {
    const { body } = await this.api('GET', '/integrations/stripe/webhook-events?limit=100');
    return v.parse(v.object({ data: v.array(WebhookEvent) }), body).data;
  }

  async paidInvoice(invoiceId: string): Promise<Invoice> {
    return eventually(async () => {
      const invoice = await this.invoice(invoiceId);
      if (invoice.status !== 'PAID') throw new Error(`${invoiceId} is ${invoice.status}`);
      return invoice;
    });
  }

  /** Posts bytes to this tenant's webhook, under a header that the real library makes. */
  async deliver(
    payload: string,
    options: { timestamp?: number; secret?: string; sent?: string } = {},
  ): Promise<Answer> {
    const {
      timestamp = Math.floor(Date.now() / 1000),
      secret = this.webhookSecret,
      sent = payload,
    } = options;
    const header = this.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const headers = { ...JSON_TYPE, 'stripe-signature': header };
    return this.system.callApi(new URL(this.webhookUrl).pathname, { method: 'POST', headers, body: sent });
  }
}

/** For any client of the AWS SDK. */
export const awsClient = ({ awsUrl }: RunningSystem) => ({
  endpoint: awsUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const JSON_TYPE = { 'content-type': 'application/json' };

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** Tries until it does not throw; for what happens by itself a little later. */
export async function eventually<T>(attempt: () => Promise<T>, withinMs = 20_000): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export const invoiceOf = (overrides: Record<string, unknown> = {}) => ({
  invoice_id: `inv_${randomUUID().slice(0, 8)}`,
  invoice_number: 'INV-0001',
  customer_id: 'cus_1',
  customer: { name: 'Ada Lovelace', email: `${randomUUID()}@example.com` },
  currency: 'USD',
  amount_due: 129900,
  ...overrides,
});
