import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import type { LambdaFunction } from '../template.ts';

const Message = v.variant('type', [
  v.object({ type: v.literal('log'), text: v.string() }),
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.picklist(['result', 'error']), payload: v.string() }),
]);

export type Invocation = { payload: string; failed: boolean; log: string };

export type Instance = {
  readonly alive: boolean;
  invoke(requestId: string, payload: string): Promise<Invocation>;
  terminate(): Promise<void>;
};

/** One execution environment: a worker that runs the very bundle, with nothing of this process's environment. */
export function startInstance(fn: LambdaFunction, env: Record<string, string>): Instance {
  const worker = new Worker(new URL('./runtime.cjs', import.meta.url), {
    env,
    execArgv: [],
    workerData: { folder: fn.folder, handler: fn.handler },
    resourceLimits: { maxOldGenerationSizeMb: Math.max(64, fn.memoryMb), maxYoungGenerationSizeMb: 8 },
  });
  let alive = true;
  let log = '';
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  let ended: { payload: string } | undefined;
  let settle: ((payload: string, failed: boolean) => void) | undefined;

  const end = (payload: string) => {
    alive = false;
    ended ??= { payload };
    isReady();
    settle?.(ended.payload, true);
  };
  worker.on('message', (data: unknown) => {
    const message = v.parse(Message, data);
    if (message.type === 'log') log += message.text;
    else if (message.type === 'ready') isReady();
    else if (settle) settle(message.payload, message.type === 'error');
    else end(message.payload);
  });
  worker.on('error', (error: unknown) => end(failure(error)));
  worker.on('exit', (code) => end(runtimeExited(code)));

  return {
    get alive() {
      return alive;
    },
    async invoke(requestId, payload) {
      // Loading the bundle is not the invocation's time, as at Lambda.
      await ready;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          end(timedOut(requestId, fn.timeoutSeconds));
          void worker.terminate();
        }, fn.timeoutSeconds * 1000);
        settle = (result, failed) => {
          clearTimeout(timer);
          settle = undefined;
          resolve({ payload: result, failed, log });
          log = '';
        };
        if (ended) return settle(ended.payload, true);
        const deadline = Date.now() + fn.timeoutSeconds * 1000;
        worker.postMessage({ requestId, payload, deadline, functionArn: fn.arn });
      });
    },
    async terminate() {
      alive = false;
      await worker.terminate();
    },
  };
}

const Thrown = v.object({ name: v.string(), message: v.string(), stack: v.optional(v.string(), '') });

function failure(error: unknown): string {
  const thrown = v.safeParse(Thrown, error);
  if (!thrown.success)
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  const { name, message, stack } = thrown.output;
  return JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split('\n') });
}

function runtimeExited(code: number): string {
  return JSON.stringify({
    errorType: 'Runtime.ExitError',
    errorMessage: `Error: Runtime exited with error: exit status ${code}`,
  });
}

function timedOut(requestId: string, seconds: number): string {
  return JSON.stringify({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  });
}
