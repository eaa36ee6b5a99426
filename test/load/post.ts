import { Agent, request } from 'node:http';

/** What breaks off: the connection as soon as all is sent, or when the answer's head is there. */
export type Loss = 'of_request' | 'of_answer';

export type Post = {
  /** The answer's status, or null where none came. */
  send(url: string, payload: string, signature: string, loss: Loss | null): Promise<number | null>;
  close(): void;
};

export function webhookPost(maxSockets: number): Post {
  const agent = new Agent({ keepAlive: true, maxSockets });
  return {
    send: (url, payload, signature, loss) =>
      new Promise((resolve) => {
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(payload),
          'stripe-signature': signature,
        };
        const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
          if (loss === 'of_answer') return void incoming.destroy();
          incoming.resume().once('end', () => resolve(incoming.statusCode ?? null));
        });
        outgoing.once('error', () => resolve(null));
        outgoing.once('close', () => resolve(null));
        outgoing.end(payload, () => {
          if (loss === 'of_request') outgoing.destroy();
        });
      }),
    close: () => agent.destroy(),
  };
}
