import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isOpen } from './ports.ts';

/**
 * Kills the database as soon as this process is gone, however it went: its standard input then ends. In a process group
 * of its own, so that Ctrl-C in a terminal reaches us first, who still want to finish what is under way.
 */
const untilParentIsGone = `
exec 3<&0
"$@" 3<&- </dev/null >/dev/null 2>&1 & child=$!
{ read -r _ <&3; kill -9 $child 2>/dev/null; } & watcher=$!
wait $child
kill $watcher 2>/dev/null`;

export type DynamoDb = { endpoint: string; close(): Promise<void> };

/** Starts DynamoDB: dynoxide, in memory or in a file of `dataDir`; or uses the one that DYNAMODB_ENDPOINT names. */
export async function startDynamoDb(dataDir?: string): Promise<DynamoDb> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given) return { endpoint: given, close: async () => undefined };

  const port = await freePort();
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port)];
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    args.push('--db-path', join(dataDir, 'dynamodb.sqlite'));
  }
  const child = spawn('sh', ['-c', untilParentIsGone, 'sh', binary(), ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.stdin.destroy();
    await exited;
  };

  const failed = exited.then(() => {
    throw new Error(
      `DynamoDB (dynoxide) could not be started${dataDir === undefined ? '' : ` on ${dataDir}`}`,
    );
  });
  await Promise.race([untilItListens(port), failed]);
  failed.catch(() => undefined);
  return { endpoint, close };
}

function binary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'dynoxide');
  } catch {
    throw new Error(
      `There is no ${name} on this machine: start another DynamoDB (DynamoDB Local, LocalStack) and name it, as in ` +
        'DYNAMODB_ENDPOINT=http://localhost:8000 npm start',
    );
  }
}

async function untilItListens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await isOpen(port)) return;
    await delay(25);
  }
  throw new Error('DynamoDB (dynoxide) did not answer within 10 seconds');
}
