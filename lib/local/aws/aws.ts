import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { type AsynchronousInvocations, startAsynchronous } from '../lambda/asynchronous.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { readBody } from '../listen.ts';
import { createFaults } from './faults.ts';
import { callLambdaApi } from './lambda-api.ts';
import { type Answer, json, jsonError, type Service, type ServiceName } from './service.ts';

type Seen = { service: ServiceName | 'lambda'; operation: string; at: string };

/** How many of the calls seen are kept. */
const kept = 10_000;

/** What more can be asked for below `/_test/`, by method and path. */
export type TestControls = Record<string, (body: Buffer) => Promise<Answer>>;

/**
 * All of AWS behind one endpoint, told apart by what each SDK client sends. `services` are those that live here;
 * Lambda always does. Below `/_test/` it can be told to misbehave, and asked what it has seen.
 */
export function createAws(
  lambda: Pick<Lambda, 'find' | 'invoke'>,
  services: Service[],
  asynchronous: Pick<AsynchronousInvocations, 'accept'> = startAsynchronous({ lambda }),
  controls: TestControls = {},
): RequestListener {
  const faults = createFaults();
  let seen: Seen[] = [];
  const note = (service: Seen['service'], operation: string) => {
    seen.push({ service, operation, at: new Date().toISOString() });
    if (seen.length > kept) seen = seen.slice(-kept / 2);
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    if (path.startsWith('/_test/')) return send(response, await control(method, path, body));

    const fromLambda = await callLambda(method, path, request, body);
    if (fromLambda) return send(response, fromLambda);

    const target = targetOf(request, body);
    const service = services.find(({ name }) => name === target?.service);
    if (!target || !service) {
      return send(
        response,
        jsonError(400, 'UnknownOperationException', unknown(target?.service, method, path)),
      );
    }
    note(service.name, target.operation);
    const fault = faults.take(service, target.operation, body);
    if (fault === 'before') return void request.socket.destroy();
    if (fault === 'throttle' || fault === '500') return send(response, service.failure(fault));
    const answer = await service.call({ operation: target.operation, body, headers: request.headers });
    if (fault === 'after') return void request.socket.destroy();
    send(response, answer);
  }

  function callLambda(method: string, path: string, { headers }: IncomingMessage, body: Buffer) {
    if (path.endsWith('/invocations')) note('lambda', 'Invoke');
    return callLambdaApi(lambda, asynchronous, { method, path, headers, body });
  }

  async function control(method: string, path: string, body: Buffer): Promise<Answer> {
    switch (`${method} ${path}`) {
      case 'POST /_test/faults':
        try {
          return json(201, faults.add(JSON.parse(body.toString('utf8'))));
        } catch (error) {
          return json(422, {
            message: error instanceof v.ValiError ? v.summarize(error.issues) : String(error),
          });
        }
      case 'GET /_test/faults':
        return json(200, faults.left());
      case 'DELETE /_test/faults':
        faults.clear();
        return json(200, []);
      case 'GET /_test/requests':
        return json(200, seen);
      case 'DELETE /_test/requests':
        seen = [];
        return json(200, []);
      default:
        return (await controls[`${method} ${path}`]?.(body)) ?? json(404, { message: 'Not Found' });
    }
  }

  return (request, response) => {
    handle(request, response).catch(() => {
      // What stands behind this endpoint is away: so is this endpoint.
      request.socket.destroy();
    });
  };
}

type Target = { service: ServiceName; operation: string };

/** DynamoDB, KMS and EventBridge name the operation in a header, SES in a form. */
function targetOf({ headers }: IncomingMessage, body: Buffer): Target | undefined {
  const [prefix, operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation && /^DynamoDB(Streams)?_/.test(prefix ?? '')) return { service: 'dynamodb', operation };
  if (operation && prefix === 'TrentService') return { service: 'kms', operation };
  if (operation && prefix === 'AWSEvents') return { service: 'events', operation };
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const action = new URLSearchParams(body.toString('utf8')).get('Action');
    if (action) return { service: 'ses', operation: action };
  }
  return undefined;
}

function unknown(service: ServiceName | undefined, method: string, path: string): string {
  return service
    ? `${service} is not here: AWS_ENDPOINT_URL was set for npm start`
    : `The local AWS has DynamoDB, KMS, SES, EventBridge and Lambda, and does not know ${method} ${path}`;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'x-amzn-requestid': randomUUID(), ...headers }).end(body);
}
