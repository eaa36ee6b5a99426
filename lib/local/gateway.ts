import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { JWTVerifyGetKey } from 'jose';
import { authorize } from './authorizer.ts';
import { type Authorized, toEvent } from './gateway-event.ts';
import { sendFunctionAnswer, sendMessage } from './gateway-response.ts';
import { createMatcher } from './gateway-routes.ts';
import type { Lambda } from './lambda/lambda.ts';
import { BodyTooLarge, readBody } from './listen.ts';
import type { GatewayRoute } from './template.ts';

/** API Gateway gives up on a function after half a minute. */
const integrationTimeoutMs = 30_000;

/** An API Gateway HTTP API: route, JWT authorizer, event in format 2.0, the function's answer. */
export function createGateway(
  routes: GatewayRoute[],
  lambda: Pick<Lambda, 'invoke'>,
  getKey: JWTVerifyGetKey,
  timeoutMs = integrationTimeoutMs,
): RequestListener {
  const match = createMatcher(routes);

  const handle: (...args: Parameters<RequestListener>) => Promise<void> = async (request, response) => {
    const requestId = randomUUID();
    response.setHeader('apigw-requestid', requestId);
    const [encodedPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s, 2);
    const path = decoded(encodedPath);
    if (path === undefined) return sendMessage(response, 400, 'Bad Request');

    const found = match(request.method ?? 'GET', encodedPath);
    if (!found) {
      request.resume();
      return sendMessage(response, 404, 'Not Found');
    }
    const { route, pathParameters } = found;

    let authorized: Authorized | undefined;
    if (route.authorizer) {
      const result = await authorize(request.headers.authorization, route.authorizer, route.scopes, getKey);
      if (result.kind !== 'authorized') {
        request.resume();
        const [status, message] = result.kind === 'forbidden' ? [403, 'Forbidden'] : [401, 'Unauthorized'];
        return sendMessage(response, Number(status), String(message), {
          'www-authenticate': result.challenge,
        });
      }
      authorized = { claims: result.claims, scopes: result.scopes };
    }

    const body = await readBody(request);
    const event = toEvent({
      request,
      requestId,
      path,
      rawQueryString,
      body,
      routeKey: route.routeKey,
      pathParameters,
      authorized,
      now: new Date(),
    });
    const invocation = await within(timeoutMs, lambda.invoke(route.functionName, JSON.stringify(event)));
    if (invocation === undefined) sendMessage(response, 503, 'Service Unavailable');
    else if (invocation.failed) sendMessage(response, 500, 'Internal Server Error');
    else sendFunctionAnswer(response, invocation.payload);
  };

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return;
      if (error instanceof BodyTooLarge) sendMessage(response, 413, 'Request Entity Too Large');
      else sendMessage(response, 500, 'Internal Server Error');
    });
  };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
