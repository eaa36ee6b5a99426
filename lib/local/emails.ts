import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const Email = v.object({
  message_id: v.string(),
  to: v.string(),
  from: v.string(),
  subject: v.string(),
  html: v.string(),
  text: v.string(),
  tags: v.record(v.string(), v.string()),
  sent_at: v.string(),
  configuration_set: v.exactOptional(v.string()),
});

export type Email = v.InferOutput<typeof Email>;

export type Emails = {
  add(email: Email): void;
  newestFirst(): Email[];
  /** Calls back with each that is added from now on. */
  onAdd(listener: (email: Email) => void): void;
};

/** Every e-mail that SES took: one line of `dataDir/emails.jsonl` each, or only in memory. */
export function openEmails(dataDir?: string): Emails {
  const file = dataDir === undefined ? undefined : join(dataDir, 'emails.jsonl');
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const emails = file === undefined ? [] : readLines(file);
  const listeners: Array<(email: Email) => void> = [];
  return {
    add(email) {
      emails.push(email);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(email)}\n`);
      for (const listener of listeners) listener(email);
    },
    newestFirst: () => emails.toReversed(),
    onAdd: (listener) => void listeners.push(listener),
  };
}

function readLines(file: string): Email[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [v.parse(Email, JSON.parse(line))];
      } catch {
        // The last line of a process that was killed, or the empty one at the end.
        return [];
      }
    });
}
