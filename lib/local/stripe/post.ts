import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type Poster = {
  /** The answer's status, or null where there was none in time. */
  post(url: string, body: string, headers: Record<string, string>): Promise<number | null>;
  close(): void;
};

const TIMEOUT_MS = 10_000;

/** A new connection for each request, so that none fails for having waited too long. */
export function createPoster(): Poster {
  const abort = new AbortController();
  const options = { maxSockets: 64, timeout: TIMEOUT_MS };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };

  return {
    post: (url, body, headers) =>
      new Promise((resolve) => {
        const target = new URL(url);
        const secure = target.protocol === 'https:';
        const request = (secure ? httpsRequest : httpRequest)(target, {
          method: 'POST',
          agent: agents[secure ? 'https:' : 'http:'],
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          signal: abort.signal,
        });
        request.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? null);
        });
        request.on('timeout', () => request.destroy());
        request.on('error', () => resolve(null));
        request.on('close', () => resolve(null));
        request.end(body);
      }),
    close: () => {
      abort.abort();
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
