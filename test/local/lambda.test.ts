import { describe, expect, it } from '@jest/globals';
import { lambdaFunction, startedLambda } from './fixtures.ts';

const functions = [
  lambdaFunction(
    'echo',
    `exports.handler = async (event, context) => {
       console.log('got', event.n);
       return { event, env: process.env, id: context.awsRequestId, arn: context.invokedFunctionArn,
         left: context.getRemainingTimeInMillis() };
     }`,
    { environment: { TABLE_NAME: 'from-template' } },
  ),
  lambdaFunction(
    'fails',
    `exports.handler = async () => { throw Object.assign(new Error('no'), { name: 'invoice_paid' }) }`,
  ),
  lambdaFunction('exits', 'exports.handler = async () => process.exit(3)'),
  lambdaFunction('broken', 'throw new TypeError("at load")'),
  lambdaFunction(
    'crashes',
    'exports.handler = () => new Promise(() => setImmediate(() => { throw new RangeError("later") }))',
  ),
  lambdaFunction('hangs', 'exports.handler = () => new Promise(() => {})', { timeoutSeconds: 0.3 }),
  lambdaFunction('spins', 'exports.handler = async () => { for (;;); }', { timeoutSeconds: 0.3 }),
  lambdaFunction(
    'counts',
    `let running = 0, count = 0;
     exports.handler = async () => {
       running += 1; count += 1;
       const seen = { running, count };
       await new Promise((resolve) => setTimeout(resolve, 150));
       running -= 1;
       return seen;
     }`,
  ),
];
const lambda = startedLambda(functions);

const invoke = async (name: string, event: unknown = {}) => {
  const { payload, ...rest } = await lambda.invoke(name, JSON.stringify(event));
  return { ...rest, result: JSON.parse(payload) };
};

describe('an execution environment', () => {
  it('has the template’s environment and nothing of ours', async () => {
    process.env['SECRET_OF_THE_PARENT'] = 'x';
    const { result, log } = await invoke('echo', { n: 1 });
    expect(result.event).toEqual({ n: 1 });
    expect(result.env).toMatchObject({
      TABLE_NAME: 'from-template',
      ENDPOINT: 'http://here',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
    });
    expect(result.env).not.toHaveProperty('SECRET_OF_THE_PARENT');
    expect(result.arn).toBe('arn:aws:lambda:us-east-1:000000000000:function:echo');
    expect(result.left).toBeGreaterThan(4000);
    expect(log).toBe('got 1\n');
  });

  it.each([
    ['fails', { errorType: 'invoice_paid', errorMessage: 'no' }],
    ['exits', { errorType: 'Runtime.ExitError' }],
    ['broken', { errorType: 'TypeError', errorMessage: 'at load' }],
    ['crashes', { errorType: 'RangeError', errorMessage: 'later' }],
  ])('that %s answers with the error, and another one follows it', async (name, error) => {
    for (const _ of [1, 2]) {
      const { failed, result } = await invoke(name);
      expect(failed).toBe(true);
      expect(result).toMatchObject(error);
    }
  });

  it.each(['hangs', 'spins'])('that %s is ended at its timeout', async (name) => {
    const { failed, result } = await invoke(name);
    expect(failed).toBe(true);
    expect(result.errorType).toBe('Sandbox.Timedout');
    expect(result.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 0\.30 seconds$/);
  });

  it('runs one invocation at a time; eight run at once and the rest queue', async () => {
    const results = await Promise.all(Array.from({ length: 24 }, () => invoke('counts')));
    expect(results.map(({ result }) => result.running)).toEqual(Array(24).fill(1));
    const total = (count: number) => results.filter(({ result }) => result.count === count).length;
    expect(total(1)).toBe(8);
    expect(results.reduce((most, { result }) => Math.max(most, result.count), 0)).toBeGreaterThan(1);
  });
});

describe('all functions together', () => {
  it('let go of what was unused for longest when there are too many', async () => {
    const small = startedLambda(functions, { maxInstancesInAll: 1 });
    const count = async () => JSON.parse((await small.invoke('counts', '{}')).payload).count;
    expect(await count()).toBe(1);
    expect(await count()).toBe(2);
    await small.invoke('echo', '{}');
    expect(await count()).toBe(1);
  });

  it('wait for each other when there are too many at work', async () => {
    const small = startedLambda(functions, { maxInstancesInAll: 2 });
    const calls = ['counts', 'echo', 'counts', 'echo', 'fails', 'hangs', 'echo', 'exits', 'counts'];
    const results = await Promise.all(calls.map((name) => small.invoke(name, '{}')));
    expect(results.map(({ failed }) => failed)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});
