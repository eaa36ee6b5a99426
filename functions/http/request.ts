import * as v from 'valibot';

const parameters = v.optional(v.record(v.string(), v.optional(v.string())), {});

/** Of API Gateway's event (payload 2.0), what we use. */
const GatewayEvent = v.object({
  headers: parameters,
  pathParameters: parameters,
  queryStringParameters: parameters,
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    requestId: v.string(),
    routeKey: v.optional(v.string(), ''),
    authorizer: v.optional(v.object({ jwt: v.object({ claims: v.record(v.string(), v.unknown()) }) })),
  }),
});

export type Request = {
  readonly requestId: string;
  readonly routeKey: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The very bytes that were sent: the gateway encodes them when the content type is not text or JSON. */
  readonly body: Buffer;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Reads an event of API Gateway; null for anything else. */
export function readRequest(event: unknown): Request | null {
  const read = v.safeParse(GatewayEvent, event);
  if (!read.success) return null;
  const { headers, pathParameters, queryStringParameters, body, isBase64Encoded, requestContext } =
    read.output;
  return {
    requestId: requestContext.requestId,
    routeKey: requestContext.routeKey,
    headers,
    path: pathParameters,
    query: queryStringParameters,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    claims: requestContext.authorizer?.jwt.claims ?? {},
  };
}
