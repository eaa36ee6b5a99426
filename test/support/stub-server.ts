import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { atEnd } from './at-end.ts';

export type StubRequest = { readonly request: IncomingMessage; readonly body: string };
export type StubServer = {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  /** What answers from now on. It may leave the request hanging, or destroy its socket. */
  answerWith(answer: Answer): void;
};
type Answer = (response: ServerResponse, asked: StubRequest, index: number) => void;

/** An HTTP server on a free port that notes what it is asked, for answers that no stand-in gives. */
export async function stubServer(first: Answer = (response) => response.end()): Promise<StubServer> {
  const requests: StubRequest[] = [];
  let answer = first;
  const server = createServer(async (request, response) => {
    const asked = { request, body: await text(request) };
    requests.push(asked);
    answer(response, asked, requests.length - 1);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  atEnd(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerWith(next) {
      answer = next;
    },
  };
}

/** Where nothing listens: a connection is refused. */
export const NOBODY = 'http://127.0.0.1:1';

/** An answer in the AWS JSON protocol. */
export function awsJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
