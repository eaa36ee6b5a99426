import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT, REGION } from './intrinsics.ts';

export type Authorized = { claims: Record<string, string>; scopes: string[] | null };

export type GatewayRequest = {
  request: IncomingMessage;
  requestId: string;
  path: string;
  rawQueryString: string;
  body: Buffer;
  routeKey: string;
  pathParameters: Record<string, string>;
  authorized?: Authorized | undefined;
  now: Date;
};

/** The event of an HTTP API in payload format 2.0, as API Gateway makes it. */
export function toEvent(input: GatewayRequest): APIGatewayProxyEventV2 {
  const { request, requestId, path, rawQueryString, body, routeKey, pathParameters, authorized, now } = input;
  const { cookie, ...headers } = joinedHeaders(request);
  const query = joined(new URLSearchParams(rawQueryString));
  const isText = isTextBody(headers['content-type'], body);
  const method = request.method ?? 'GET';
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const host = headers['host'] ?? 'localhost';

  const requestContext = {
    accountId: ACCOUNT,
    apiId: 'local',
    ...(authorized && { authorizer: { jwt: authorized } }),
    domainName: host,
    domainPrefix: host.split('.')[0] ?? host,
    http: {
      method,
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey,
    stage: '$default',
    time: logTime(now),
    timeEpoch: now.getTime(),
  };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)};Region=${REGION}`,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': host.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext,
    ...(body.length > 0 && { body: isText ? body.toString('utf8') : body.toString('base64') }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** What belongs to the connection, not to the request. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** Lower-cased; repeated ones joined with a comma, where Node would drop all but one of some. */
function joinedHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (!hopByHop.has(name)) headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return headers;
}

function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** All else arrives as base64: forms, `application/…+json`, and a body without content type. */
function isTextBody(contentType: string | undefined, body: Buffer): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const declared = type.startsWith('text/') || /^application\/(json|xml|javascript)$/.test(type);
  // Bytes that are no UTF-8 would not survive as text.
  return declared && Buffer.from(body.toString('utf8')).equals(body);
}

/** `22/Nov/2026:05:27:58 +0000` */
function logTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
