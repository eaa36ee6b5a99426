import type { IncomingHttpHeaders } from 'node:http';
import { ACCOUNT, REGION } from '../intrinsics.ts';
import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { LambdaFunction } from '../template.ts';
import type { Answer } from './service.ts';

const invocationPath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const functionPath = /^\/2015-03-31\/functions\/([^/]+)$/;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxAsynchronousBytes = 1024 * 1024;

export type LambdaRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };

/** Lambda's Invoke and GetFunction, or nothing if the request is for another service. */
export async function callLambdaApi(
  lambda: Pick<Lambda, 'find' | 'invoke'>,
  asynchronous: Pick<AsynchronousInvocations, 'accept'>,
  request: LambdaRequest,
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
  return await invoke(lambda, asynchronous, name, request);
}

async function invoke(
  lambda: Pick<Lambda, 'invoke'>,
  asynchronous: Pick<AsynchronousInvocations, 'accept'>,
  name: string,
  { headers, body }: LambdaRequest,
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
      if (body.byteLength > maxAsynchronousBytes) return tooLarge(body.byteLength);
      void asynchronous.accept(name, payload);
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

function tooLarge(bytes: number): Answer {
  return lambdaError(
    413,
    'RequestTooLargeException',
    `${bytes} byte payload is too large for the Event invocation type (limit ${maxAsynchronousBytes} bytes)`,
  );
}

function lambdaError(status: number, type: string, message: string): Answer {
  return answer(status, JSON.stringify({ Type: 'User', message, Message: message }), {
    'x-amzn-errortype': type,
  });
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
