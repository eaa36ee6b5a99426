import { Agent, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { atEnd } from './at-end.ts';

/** No more than that there is a signature is asked for by a database on this machine. */
const headers = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
};
const UNNEEDED = [
  'loggerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
  'httpSigningMiddleware',
];
const Refusal = v.looseObject({
  __type: v.string(),
  message: v.optional(v.string()),
  Message: v.optional(v.string(), ''),
});

/**
 * Lets a client send what it is given as it is, and at once: signing, retries, logging and schemas cost the SDK more time than the
 * database takes. Commands, their marshalling and the exceptions stay the SDK's. For tests that make tens of thousands of calls; those
 * of the adapters show the client whole.
 */
export function lean(client: DynamoDBDocumentClient, endpoint: string): DynamoDBDocumentClient {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  atEnd(() => agent.destroy());
  const { middlewareStack } = client;
  for (const name of UNNEEDED) middlewareStack.remove(name);
  middlewareStack.add((next) => (args) => next({ ...args, request: null }), {
    name: 'serializerMiddleware',
    step: 'serialize',
    override: true,
  });
  middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        const target = `DynamoDB_20120810.${commandName.replace(/Command$/, '')}`;
        const { status, answer } = await post({ agent, hostname, port }, target, input);
        if (status !== 200) throw refusal(answer);
        return { response: answer, output: { $metadata: {}, ...Object(answer) } };
      },
    { name: 'deserializerMiddleware', step: 'deserialize', override: true },
  );
  return client;
}

function post(to: RequestOptions, target: string, input: object) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    answer: unknown;
  }>();
  const body = JSON.stringify(input);
  const own = { 'x-amz-target': target, 'content-length': Buffer.byteLength(body) };
  request({ ...to, method: 'POST', headers: { ...headers, ...own } }, (response) => {
    text(response).then((json) => resolve({ status: response.statusCode, answer: JSON.parse(json) }), reject);
  })
    .once('error', reject)
    .end(body);
  return promise;
}

/** As one of the classes that the adapters tell apart. */
function refusal(answer: unknown): Error {
  const { __type, Message, message = Message, ...more } = v.parse(Refusal, answer);
  const name = __type.replace(/^.*#/, '');
  const options = { ...more, name, message, $metadata: {}, $fault: 'client' as const };
  if (name === 'ConditionalCheckFailedException') return new ConditionalCheckFailedException(options);
  if (name === 'TransactionCanceledException') return new TransactionCanceledException(options);
  return new DynamoDBServiceException(options);
}
