import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { atEnd, credentials, lambdaFunction, served, startedLambda } from '../fixtures.ts';

const service = startedLambda([
  lambdaFunction('echo', 'exports.handler = async (event) => { console.log("seen"); return { event } }'),
  lambdaFunction(
    'fails',
    'exports.handler = async () => { throw Object.assign(new Error("no"), { name: "invoice_void" }) }',
  ),
]);
const client = new LambdaClient({
  endpoint: await served(createAws(service, [])),
  region: 'us-east-1',
  credentials,
});
atEnd(() => client.destroy());
const invoke = (input: InvokeCommandInput) => client.send(new InvokeCommand(input));

describe('Invoke', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
  it.each(['echo', arn, `${arn}:$LATEST`, '000000000000:function:echo'])('runs %s', async (FunctionName) => {
    const { StatusCode, Payload, FunctionError, ExecutedVersion } = await invoke({
      FunctionName,
      Payload: '{"a":1}',
    });
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({
      StatusCode: 200,
      FunctionError: undefined,
      ExecutedVersion: '$LATEST',
    });
    expect(Payload?.transformToString()).toBe('{"event":{"a":1}}');
  });

  it('says a function’s error as Lambda does, and the tail of its log', async () => {
    const { StatusCode, Payload, FunctionError } = await invoke({ FunctionName: 'fails' });
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'invoice_void',
      errorMessage: 'no',
    });

    const { LogResult } = await invoke({ FunctionName: 'echo', LogType: 'Tail' });
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toBe('seen\n');
  });

  it('refuses what is not there and what is not JSON', async () => {
    await expect(invoke({ FunctionName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(invoke({ FunctionName: 'echo', Payload: '{' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    expect((await invoke({ FunctionName: 'echo', InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(
      (await client.send(new GetFunctionCommand({ FunctionName: 'echo' }))).Configuration?.FunctionName,
    ).toBe('echo');
  });

  it('accepts an asynchronous invocation at once, and makes it later', async () => {
    const accepted: string[] = [];
    const endpoint = await served(
      createAws(service, [], {
        accept: async (name, payload) => {
          accepted.push(`${name} ${payload}`);
        },
      }),
    );
    const there = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
    atEnd(() => there.destroy());
    const { StatusCode } = await there.send(
      new InvokeCommand({ FunctionName: arn, InvocationType: 'Event', Payload: '{"a":1}' }),
    );
    expect(StatusCode).toBe(202);
    expect(accepted).toEqual(['echo {"a":1}']);
  });

  it('refuses an asynchronous invocation of more than a megabyte', async () => {
    const Payload = JSON.stringify('x'.repeat(1024 * 1024));
    await expect(invoke({ FunctionName: 'echo', InvocationType: 'Event', Payload })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    expect((await invoke({ FunctionName: 'echo', Payload })).StatusCode).toBe(200);
  });
});
