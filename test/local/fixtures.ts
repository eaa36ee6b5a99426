import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { type Lambda, startLambda } from '../../lib/local/lambda/lambda.ts';
import { listen } from '../../lib/local/listen.ts';
import { createLogs } from '../../lib/local/logs.ts';
import type { LambdaFunction } from '../../lib/local/template.ts';

const cleanups: Array<() => unknown> = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Done after the last test of the file. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fluxrate-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A function whose bundle is `code`, as esbuild would have written it. */
export function lambdaFunction(
  name: string,
  code: string,
  settings: Partial<LambdaFunction> = {},
): LambdaFunction {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.js'), code);
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    folder,
    handler: 'index.handler',
    timeoutSeconds: 5,
    memoryMb: 128,
    environment: {},
    ...settings,
  };
}

export function startedLambda(
  functions: LambdaFunction[],
  options: { maxInstancesInAll?: number } = {},
): Lambda {
  const lambda = startLambda(functions, {
    environment: { ENDPOINT: 'http://here' },
    logs: createLogs(),
    ...options,
  });
  atEnd(lambda.close);
  return lambda;
}

/** Serves on a free port until the end of the file's tests. */
export async function served(listener: Parameters<typeof listen>[1]): Promise<string> {
  const server = await listen(0, listener);
  atEnd(server.close);
  return `http://127.0.0.1:${server.port}`;
}

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
