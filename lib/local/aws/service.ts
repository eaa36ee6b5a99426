import type { IncomingHttpHeaders } from 'node:http';

export type Answer = { status: number; headers: Record<string, string | string[]>; body: string | Buffer };

export type Call = { operation: string; body: Buffer; headers: IncomingHttpHeaders };

export type ServiceName = 'dynamodb' | 'kms' | 'ses' | 'events';

/** One AWS service behind the common endpoint. */
export type Service = {
  name: ServiceName;
  /** What a fault on operation `*` hits. */
  isWrite(operation: string): boolean;
  call(call: Call): Promise<Answer> | Answer;
  /** The service's own way of saying that it is asked too much, or is broken. */
  failure(kind: 'throttle' | '500'): Answer;
};

/** An answer in the AWS JSON protocol. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
    body: JSON.stringify(body),
  };
}

/** An error in the AWS JSON protocol. */
export function jsonError(status: number, type: string, message: string): Answer {
  return json(status, { __type: type, message, Message: message }, { 'x-amzn-errortype': type });
}
