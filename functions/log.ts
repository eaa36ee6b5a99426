import { type Log, type LogFields, Unavailable } from './ports.ts';

const FIELDS = [
  'org_id',
  'env_id',
  'invoice_id',
  'event_id',
  'event_type',
  'request_id',
  'route',
  'status',
  'code',
  'service',
  'error',
] as const satisfies readonly (keyof LogFields)[];

/** JSON lines on standard output, which CloudWatch takes as they are. Only fields of the allow-list come through. */
export const log: Log = {
  info: (message, fields) => write('INFO', message, fields),
  warn: (message, fields) => write('WARN', message, fields),
  error: (message, fields) => write('ERROR', message, fields),
};

function write(level: 'INFO' | 'WARN' | 'ERROR', message: string, fields: LogFields = {}): void {
  const allowed = Object.fromEntries(FIELDS.map((name) => [name, fields[name]]));
  process.stdout.write(`${JSON.stringify({ level, message, ...allowed })}\n`);
}

/** Of what was thrown: classes alone. SDKs put headers and payloads into messages. */
export function failureFields(error: unknown): LogFields {
  if (error instanceof Unavailable) return { service: error.service, error: className(error.cause) };
  return { error: className(error) };
}

function className(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
