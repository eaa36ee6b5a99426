import { randomUUID } from 'node:crypto';
import type { Answer } from './service.ts';

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/';

/** An answer in the AWS query protocol; `result` is XML. */
export function queryAnswer(operation: string, result: string): Answer {
  return xml(
    200,
    `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
  );
}

/** An error in the AWS query protocol. */
export function queryError(status: number, code: string, message: string): Answer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return xml(
    status,
    `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${code}</Code>` +
      `<Message>${escaped(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

export function xmlList(values: string[]): string {
  return values.map((value) => `<member>${escaped(value)}</member>`).join('');
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
