import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ACCOUNT, REGION } from '../intrinsics.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { LambdaFunction } from '../template.ts';
import type { Answer } from './service.ts';

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const functionPath = /^\/2015-03-31\/functions\/([^/]+)$/;

/** Lambda tries a failed asynchronous invocation again after one minute and after two; here after seconds. */
const asyncRetryDelaysMs = [1000, 2000];

export type LambdaRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };

/** Lambda's Invoke and GetFunction, or nothing if the request is for another service. */
export async function callLambdaApi(
  lambda: Pick<Lambda, 'find' | 'invoke'>,
  request: LambdaRequest,
  retryDelaysMs: readonly number[] = asyncRetryDelaysMs,
): Promise<Answer | undefined> {
  const isInvoke = request.method === 'POST' && invocationPath.test(request.path);
  const match = (request.method === 'POST' ? invocationPath : functionPath).exec(request.path);
  if (!match) return undefined;

  const name = functionNameOf(decodeURIComponent(match[1] ?? ''));
  const fn = lambda.find(name);
  if (!fn) {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    return lambdaError(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
  }
  if (!isInvoke) return answer(200, JSON.stringify({ Configuration: configurationOf(fn) }));
  return await invoke(lambda, name, request, retryDelaysMs);
}

async function invoke(
  lambda: Pick<Lambda, 'invoke'>,
  name: string,
  { headers, body }: LambdaRequest,
  retryDelaysMs: readonly number[],
): Promise<Answer> {
  const payload = body.toString('utf8') || '{}';
  const unreadable = jsonProblem(payload);
  if (unreadable) {
    return lambdaError(
      400,
      'InvalidRequestContentException',
      `Could not parse request body into json: ${unreadable}`,
    );
  }

  switch (headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'DryRun':
      return answer(204, '');
    case 'Event':
      void invokeLater(lambda, name, payload, retryDelaysMs);
      return answer(202, '');
    case 'RequestResponse': {
      const invocation = await lambda.invoke(name, payload);
      return answer(200, invocation.payload, {
        'x-amz-executed-version': '$LATEST',
        ...(invocation.failed && { 'x-amz-function-error': 'Unhandled' }),
        ...(headers['x-amz-log-type'] === 'Tail' && {
          'x-amz-log-result': Buffer.from(invocation.log).subarray(-4096).toString('base64'),
        }),
      });
    }
    default:
      return lambdaError(400, 'InvalidParameterValueException', 'Unknown invocation type');
  }
}

/** At most two retries, with the same request id. */
async function invokeLater(
  lambda: Pick<Lambda, 'invoke'>,
  name: string,
  payload: string,
  retryDelaysMs: readonly number[],
): Promise<void> {
  const requestId = randomUUID();
  try {
    for (const milliseconds of [0, ...retryDelaysMs]) {
      await delay(milliseconds, undefined, { ref: false });
      const { failed } = await lambda.invoke(name, payload, requestId);
      if (!failed) return;
    }
  } catch {
    // The system is being stopped.
  }
}

/** A name, a partial ARN or an ARN, each perhaps with a qualifier. */
function functionNameOf(reference: string): string {
  const [, fromArn] = /(?:^|:)function:([^:]+)/.exec(reference) ?? [];
  return fromArn ?? reference.split(':')[0] ?? reference;
}

function configurationOf(fn: LambdaFunction): object {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Handler: fn.handler,
    Runtime: 'nodejs24.x',
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    State: 'Active',
    Version: '$LATEST',
  };
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function lambdaError(status: number, type: string, message: string): Answer {
  return answer(status, JSON.stringify({ Type: 'User', message, Message: message }), {
    'x-amzn-errortype': type,
  });
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
