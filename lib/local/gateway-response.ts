import type { ServerResponse } from 'node:http';
import * as v from 'valibot';

const Value = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const StructuredResponse = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(Number),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), Value), {}),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
  cookies: v.nullish(v.array(v.string()), []),
});

/** Sends what the function answered; an answer that API Gateway could not read is a 500. */
export function sendFunctionAnswer(response: ServerResponse, payload: string): void {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : payload;
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    return;
  }

  const parsed = v.safeParse(StructuredResponse, answer);
  if (!parsed.success) {
    sendMessage(response, 500, 'Internal Server Error');
    return;
  }
  const { statusCode, headers, body, isBase64Encoded, cookies } = parsed.output;
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() !== 'content-length') response.setHeader(name, value);
  }
  if (cookies?.length) response.setHeader('set-cookie', cookies);
  if (!response.hasHeader('content-type') && body)
    response.setHeader('content-type', 'text/plain; charset=utf-8');
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', bytes.length);
  response.writeHead(statusCode).end(bytes);
}

/** An answer of API Gateway's own. */
export function sendMessage(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify({ message });
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}
