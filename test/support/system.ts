import { createHmac, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import Stripe from 'stripe';
import * as v from 'valibot';
import type { Tenant } from '../../functions/domain/tenant.ts';
import { type RouteName, routes } from '../../functions/http/routes.ts';
import { atEnd } from './at-end.ts';
import { type Aws, CONFIGURATION_SET, KEY_ARN, SENDER, startAws } from './aws.ts';
import { pointAwsAt, RETENTION_DAYS, TABLE_NAME } from './dynamodb.ts';
import { authorizedEvent, gatewayEvent } from './gateway-event.ts';
import { type StripeScene, startStripe } from './stripe.ts';

/** The handlers, as Lambda runs them, against the stand-ins of AWS and Stripe. */
export type System = {
  readonly aws: Aws;
  readonly stripe: StripeScene;
  /** The table, without being counted. */
  readonly table: DynamoDBDocumentClient;
  /** A function that has just started: its handler, with nothing in memory. */
  start(
    name: RouteName | 'finalize-invoice' | 'record-email-feedback',
  ): Promise<(event: unknown) => Promise<unknown>>;
};

export const PUBLIC_URL = 'https://api.example.com';
const Module = v.object({ handler: v.function() });
const Answer = v.object({
  statusCode: v.number(),
  headers: v.record(v.string(), v.string()),
  body: v.string(),
});

export async function startSystem(): Promise<System> {
  const aws = await startAws();
  const stripe = await startStripe();
  pointAwsAt(aws.endpoint);
  Object.assign(process.env, {
    TABLE_NAME,
    SECRETS_KEY_ARN: KEY_ARN,
    SENDER_EMAIL: SENDER,
    EMAIL_CONFIGURATION_SET: CONFIGURATION_SET,
    PUBLIC_URL,
    EVENT_RETENTION_DAYS: String(RETENTION_DAYS),
    FIRST_LOOK_SECONDS: '60',
    STRIPE_API_BASE: stripe.url,
  });
  const database = new DynamoDBClient({
    endpoint: aws.databaseEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  atEnd(() => database.destroy());
  return {
    aws,
    stripe,
    table: DynamoDBDocumentClient.from(database),
    async start(name) {
      // Another address is another instance of the module, and so of all that it keeps.
      const module: unknown = await import(`../../functions/handlers/${name}.ts?instance=${randomUUID()}`);
      const { handler } = v.parse(Module, module);
      return async (event) => handler(event, {});
    },
  };
}

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly text: string;
};

/** The answer of an HTTP function, with its JSON read. */
export function readAnswer(answer: unknown): HttpAnswer {
  const { statusCode, headers, body } = v.parse(Answer, answer);
  return { status: statusCode, headers, body: JSON.parse(body), text: body };
}

export type Call = {
  readonly orgId?: string | null;
  readonly envId?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is text already. */
  readonly body?: unknown;
};

/** Calls a route of the management API with a token of the tenant; null is a token without one. */
export async function callRoute(
  system: Pick<System, 'start'>,
  name: RouteName,
  call: Call,
): Promise<HttpAnswer> {
  const { orgId = 'acme', envId = 'prod', path = {}, query = {}, body } = call;
  const { method, path: route } = routes[name];
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const event = authorizedEvent(
    { method, route, path: { env_id: envId, ...path }, query, body: text },
    orgId === null ? {} : { org_id: orgId },
  );
  return readAnswer(await (await system.start(name))(event));
}

export type Delivery = {
  readonly segment?: string;
  readonly envId?: string;
  readonly body: string | Buffer;
  /** Absent: signed with the secret. Null: no header at all. */
  readonly signature?: string | null;
  readonly secret?: string;
  /** As the gateway does whenever the content type is neither text nor JSON. */
  readonly asBase64?: boolean;
};

/** The gateway's event of a delivery by Stripe, really signed. */
export function webhookEvent({ orgId, envId }: Tenant, delivery: Delivery): unknown {
  const { segment = `tenant_${orgId}`, body, signature, secret, asBase64 = false } = delivery;
  const header = signature === undefined ? signed(body, secret ?? '') : signature;
  return gatewayEvent({
    method: 'POST',
    route: routes['stripe-webhook'].path,
    path: { tenant: segment, env_id: delivery.envId ?? envId },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(header !== null && { 'stripe-signature': header }),
    },
    body: asBase64 ? Buffer.from(body).toString('base64') : body.toString(),
    isBase64Encoded: asBase64,
  });
}

/** A problem's body, but for the id of the request. */
export function problemOf({ status, headers, body }: HttpAnswer) {
  const { request_id, ...rest } = v.parse(v.looseObject({ request_id: v.string() }), body);
  return { ...rest, answered: status, contentType: headers['content-type'], hasRequestId: request_id !== '' };
}

const signer = new Stripe('sk_test_signer');

/** The header as Stripe's own library makes it, for a moment that many seconds from now. */
export function signed(body: string | Buffer, secret: string, secondsFromNow = 0): string {
  const timestamp = Math.floor(Date.now() / 1000) + secondsFromNow;
  if (typeof body === 'string') {
    return signer.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  }
  // The library signs only text.
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
