import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './ports.ts';
import { startServerProcess } from './server-process.ts';

export type DynamoDb = { endpoint: string; close(): Promise<void> };

/**
 * The same, for a table with a stream. Dynoxide looks through all records of a stream for the number of the next, and becomes slower
 * with every write: an index in its file spares it that. Without a `dataDir` the file goes when it is closed.
 */
export async function startDynamoDbWithStreams(dataDir?: string): Promise<DynamoDb> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'fluxrate-'));
  const removeFolder = () => {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const { endpoint, close } = await startDynamoDb(folder);
  if (!process.env['DYNAMODB_ENDPOINT']) await indexStreamRecords(join(folder, FILE));
  return {
    endpoint,
    async close() {
      await close();
      removeFolder();
    },
  };
}

const FILE = 'dynamodb.sqlite';

async function indexStreamRecords(file: string): Promise<void> {
  // Still experimental in Node 24, which says so when it is loaded: only where it is needed.
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA busy_timeout = 5000;' +
      'CREATE INDEX IF NOT EXISTS by_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  database.close();
}

/** Starts DynamoDB: dynoxide, in memory or in a file of `dataDir`; or uses the one that DYNAMODB_ENDPOINT names. */
export async function startDynamoDb(dataDir?: string): Promise<DynamoDb> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given) return { endpoint: given, close: async () => undefined };

  const port = await freePort();
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port)];
  if (dataDir !== undefined) {
    mkdirSync(dataDir, { recursive: true });
    args.push('--db-path', join(dataDir, FILE));
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
