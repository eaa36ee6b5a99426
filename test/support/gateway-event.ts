import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

type Asked = {
  readonly method: string;
  /** As API Gateway names the route, with its parameters in braces. */
  readonly route: string;
  readonly path: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean;
};

/**
 * The event of an HTTP API, payload format 2.0, with every field that API Gateway sends.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function gatewayEvent({
  method,
  route,
  path,
  headers = {},
  query = {},
  body,
  isBase64Encoded = false,
}: Asked): APIGatewayProxyEventV2 {
  const rawPath = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const routeKey = `${method} ${route}`;
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      accept: '*/*',
      'content-length': String(Buffer.byteLength(body ?? '', isBase64Encoded ? 'base64' : 'utf8')),
      host: 'api.example.com',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: { ...query } }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'r3pmxmplak',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '01/Mar/2026:12:00:00 +0000',
      timeEpoch: now.getTime(),
    },
    ...(body !== undefined && { body }),
    pathParameters: { ...path },
    isBase64Encoded,
  };
}

/** The same with what the JWT authorizer adds; claims are all strings there. */
export function authorizedEvent(
  asked: Asked,
  claims: Readonly<Record<string, string>>,
): APIGatewayProxyEventV2WithJWTAuthorizer {
  const { requestContext, ...event } = gatewayEvent({
    ...asked,
    headers: { authorization: 'Bearer e30.e30.e30', ...asked.headers },
  });
  const standard = { iss: 'https://issuer.example.com', token_use: 'access', exp: '1772370000' };
  return {
    ...event,
    requestContext: {
      ...requestContext,
      authorizer: {
        principalId: '',
        integrationLatency: 0,
        jwt: { claims: { ...standard, ...claims }, scopes: ['fluxrate/read', 'fluxrate/write'] },
      },
    },
  };
}
