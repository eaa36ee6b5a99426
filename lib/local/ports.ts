import { connect, createServer } from 'node:net';
import { HOST, PortInUse } from './listen.ts';

/** A port that is free now; 0 lets the system choose. Throws `PortInUse` for one that is taken. */
export function freePort(port = 0): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', () => reject(new PortInUse(port)));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/** The first of `count` free ports in a row. */
export async function freePortsInARow(count: number): Promise<number> {
  for (;;) {
    const first = await freePort();
    const others = Array.from({ length: count - 1 }, (_, index) => freePort(first + 1 + index));
    const results = await Promise.allSettled(others);
    if (results.every(({ status }) => status === 'fulfilled')) return first;
  }
}

/** Whether something listens there. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
