import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Answer, jsonError, type Service } from './service.ts';

const reads = /^(Get|BatchGet|TransactGet|Query|Scan|Describe|List)/;

/** Passes DynamoDB's calls on, to the byte. */
export function createDynamoDbProxy(endpoint: string): Service & { close(): void } {
  const agent = new Agent({ keepAlive: true });
  return {
    name: 'dynamodb',
    isWrite: (operation) => !reads.test(operation),
    call: ({ body, headers }) => forward(endpoint, agent, body, headers),
    failure: (kind) =>
      kind === 'throttle'
        ? jsonError(
            400,
            'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
            'The level of configured provisioned throughput for the table was exceeded.',
          )
        : jsonError(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error'),
    close: () => agent.destroy(),
  };
}

function forward(
  endpoint: string,
  agent: Agent,
  body: Buffer,
  headers: IncomingHttpHeaders,
): Promise<Answer> {
  const { connection: _, 'transfer-encoding': __, ...passed } = headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      endpoint,
      { method: 'POST', agent, headers: { ...passed, 'content-length': body.length } },
      async (incoming) => {
        try {
          const { connection: _, 'transfer-encoding': __, ...kept } = incoming.headers;
          const answer = await buffer(incoming);
          resolve({ status: incoming.statusCode ?? 500, headers: definedOnly(kept), body: answer });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function definedOnly(headers: IncomingHttpHeaders): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
