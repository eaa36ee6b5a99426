import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export type Rows = Map<string, unknown>;

export type Journal = {
  /** The rows of a table as they stood, oldest first. */
  rows(table: string): Rows;
  append(table: string, id: string, row: unknown): void;
  close(): void;
};

const line = v.tuple([v.string(), v.string(), v.unknown()]);

/**
 * Every change of a row is one line `[table, id, row]` of the file `dataDir/name`, written before the answer goes out: what was
 * answered survives a kill -9. The file is rewritten without its history at each start. Without a folder nothing is written.
 */
export function openJournal(dataDir: string | undefined, name: string): Journal {
  if (dataDir === undefined)
    return { rows: () => new Map(), append: () => undefined, close: () => undefined };

  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, name);
  const tables = existsSync(file) ? replay(readFileSync(file, 'utf8')) : new Map<string, Rows>();
  writeFileSync(`${file}.new`, compacted(tables), { mode: 0o600 });
  renameSync(`${file}.new`, file);

  const descriptor = openSync(file, 'a', 0o600);
  let closed = false;
  return {
    rows: (table) => tables.get(table) ?? new Map(),
    append: (table, id, row) => {
      // What comes after the end was never answered for, and the descriptor may be another file's by then.
      if (!closed) writeSync(descriptor, `${JSON.stringify([table, id, row])}\n`);
    },
    close: () => {
      closed = true;
      closeSync(descriptor);
    },
  };
}

function replay(content: string): Map<string, Rows> {
  const tables = new Map<string, Rows>();
  for (const textLine of content.split('\n')) {
    const parsed = v.safeParse(line, parse(textLine));
    if (!parsed.success) continue;
    const [table, id, row] = parsed.output;
    const rows = tables.get(table) ?? new Map<string, unknown>();
    tables.set(table, rows);
    if (row === null) rows.delete(id);
    else rows.set(id, row);
  }
  return tables;
}

/** The line that a kill tore off is not JSON, and was never answered for. */
function parse(textLine: string): unknown {
  try {
    return JSON.parse(textLine);
  } catch {
    return undefined;
  }
}

function compacted(tables: Map<string, Rows>): string {
  const lines = [...tables].flatMap(([table, rows]) =>
    [...rows].map(([id, row]) => `${JSON.stringify([table, id, row])}\n`),
  );
  return lines.join('');
}
