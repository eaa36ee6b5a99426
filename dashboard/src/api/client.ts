import createFetchClient from 'openapi-fetch';
import createClient, { type OpenapiQueryClient } from 'openapi-react-query';
import { ApiProblem, problemOf, unreachable } from './problem.ts';
import type { paths } from './schema.ts';

export type Api = OpenapiQueryClient<paths>;

type Session = {
  /** Null where nobody is signed in any more. */
  token(): Promise<string | null>;
  /** The API takes the token no longer. */
  onEnded(): void;
};

/** The API at this page's own origin. Whatever is not a success is thrown, as an `ApiProblem`. */
export function createApi({ token, onEnded }: Session): Api {
  const client = createFetchClient<paths>({ baseUrl: window.location.origin, cache: 'no-store' });
  client.use({
    async onRequest({ request }) {
      const bearer = await token();
      if (bearer) request.headers.set('authorization', `Bearer ${bearer}`);
      return request;
    },
    async onResponse({ request, response }) {
      const problem = await problemOf(request, response);
      if (problem?.is('unauthorized')) onEnded();
      if (problem) throw problem;
    },
    onError({ request, error }) {
      return error instanceof ApiProblem ? error : isAbort(error) ? undefined : unreachable(request);
    },
  });
  return createClient(client);
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
