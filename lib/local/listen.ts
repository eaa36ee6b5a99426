import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

/** Only this machine may reach the stand-ins: their tokens and keys protect nothing. */
export const HOST = '127.0.0.1';

export type Listening = { port: number; close(): Promise<void> };

/** Serves HTTP on `port`; a port in use is said in a sentence. */
export function listen(port: number, listener: RequestListener): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, listener);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : new Error(`Port ${port}: ${error.message}`));
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

export class PortInUse extends Error {
  override name = 'PortInUse';
  constructor(port: number) {
    super(`Port ${port} is in use: stop what runs there, or choose another with PORT=…`);
  }
}

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The request's body, to the byte. */
export async function readBody(request: IncomingMessage, limit = 10 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // What is too much is read all the same, so that the client gets to see the answer.
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}
