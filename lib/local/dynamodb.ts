import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './ports.ts';
import { startServerProcess } from './server-process.ts';

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
  const name = `DynamoDB (dynoxide)${dataDir === undefined ? '' : ` on ${dataDir}`}`;
  const { close } = await startServerProcess(name, port, binary(), args);
  return { endpoint: `http://127.0.0.1:${port}`, close };
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
