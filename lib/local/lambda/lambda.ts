import { randomUUID } from 'node:crypto';
import { REGION } from '../intrinsics.ts';
import type { Logs } from '../logs.ts';
import type { LambdaFunction } from '../template.ts';
import { type Instance, type Invocation, startInstance } from './instance.ts';

export type { Invocation };

export type Lambda = {
  find(name: string): LambdaFunction | undefined;
  invoke(name: string, payload: string, requestId?: string): Promise<Invocation>;
  close(): Promise<void>;
};

type Options = {
  /** Added to what the template gives each function: the endpoints that differ on this machine. */
  environment: Record<string, string>;
  logs: Logs;
  /** Of one function; further invocations queue. */
  maxInstances?: number;
  /** Of all functions together, at work or idle, so that memory stays bounded. */
  maxInstancesInAll?: number;
};

type Pool = { fn: LambdaFunction; live: number };

/** Runs functions as Lambda does: one invocation at a time in an execution environment, which is kept for the next. */
export function startLambda(functions: LambdaFunction[], options: Options): Lambda {
  const { environment, logs, maxInstances = 8, maxInstancesInAll = 16 } = options;
  const pools = new Map<string, Pool>(functions.map((fn) => [fn.name, { fn, live: 0 }]));
  const live = new Set<Instance>();
  /** The longest unused first. */
  const idle: Array<{ pool: Pool; instance: Instance }> = [];
  const waiting: Array<{ pool: Pool; wake: () => void }> = [];
  let closed = false;

  async function acquire(pool: Pool): Promise<Instance> {
    for (;;) {
      const warm = idle.findLastIndex((entry) => entry.pool === pool);
      const [entry] = warm < 0 ? [] : idle.splice(warm, 1);
      if (entry?.instance.alive) return entry.instance;
      if (entry) discard(entry);
      if (pool.live < maxInstances && makeRoom()) return launch(pool);
      await new Promise<void>((wake) => waiting.push({ pool, wake }));
    }
  }

  function makeRoom(): boolean {
    if (live.size < maxInstancesInAll) return true;
    const oldest = idle.shift();
    if (oldest) discard(oldest);
    return oldest !== undefined;
  }

  function launch(pool: Pool): Instance {
    const instance = startInstance(pool.fn, { ...variablesOf(pool.fn), ...environment });
    pool.live += 1;
    live.add(instance);
    return instance;
  }

  function discard({ pool, instance }: { pool: Pool; instance: Instance }): void {
    pool.live -= 1;
    live.delete(instance);
    void instance.terminate();
  }

  function release(pool: Pool, instance: Instance): void {
    if (instance.alive) idle.push({ pool, instance });
    else discard({ pool, instance });
    // Whoever waits for this function has one that is warm; anyone else would have to start one in its place.
    const same = waiting.findIndex((entry) => entry.pool === pool);
    const next = same < 0 ? waiting.findIndex((entry) => entry.pool.live < maxInstances) : same;
    if (next >= 0) waiting.splice(next, 1)[0]?.wake();
  }

  return {
    find: (name) => pools.get(name)?.fn,
    async invoke(name, payload, requestId = randomUUID()) {
      const pool = pools.get(name);
      if (!pool || closed) throw new Error(`No function ${name} is running`);
      const instance = await acquire(pool);
      try {
        const invocation = await instance.invoke(requestId, payload);
        logs.add(name, requestId, invocation.log, invocation.failed ? invocation.payload : undefined);
        return invocation;
      } finally {
        release(pool, instance);
      }
    },
    async close() {
      closed = true;
      await Promise.all([...live].map((instance) => instance.terminate()));
    },
  };
}

/** The environment that Lambda gives a function. */
function variablesOf(fn: LambdaFunction): Record<string, string> {
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: fn.folder,
    _HANDLER: fn.handler,
    ...fn.environment,
  };
}
