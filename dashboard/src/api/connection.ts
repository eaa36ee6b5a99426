import { useEnvironment } from '../environment.ts';
import { asProblem } from './problem.ts';
import { useApi } from './provider.tsx';
import { RESTING, useRefresh, WATCHING } from './refresh.ts';
import type { Connection } from './types.ts';

const stripe = '/api/v1/environments/{env_id}/integrations/stripe';

/** The path's part of every call about the connection. */
export function useStripeOfEnvironment() {
  return { params: { path: { env_id: useEnvironment() } } };
}

export function useConnections() {
  return useApi().useQuery('get', '/api/v1/environments/{env_id}/integrations', useStripeOfEnvironment(), {
    refetchInterval: RESTING,
  });
}

/** The connection; asked for often while it is being set up. A connection that is gone is asked for no more. */
export function useConnection() {
  return useApi().useQuery('get', stripe, useStripeOfEnvironment(), {
    refetchInterval: ({ state: { data, error } }) => {
      if (error && asProblem(error).is('connection_not_found')) return false;
      return data && isSetUp(data) ? RESTING : WATCHING;
    },
  });
}

/** Whether events arrive, and can be verified. */
export function isSetUp({ webhook_secret_set, last_event_at }: Connection): boolean {
  return webhook_secret_set && last_event_at !== null;
}

export function useHealth({ isWatched }: { readonly isWatched: boolean }) {
  return useApi().useQuery('get', `${stripe}/health`, useStripeOfEnvironment(), {
    refetchInterval: isWatched ? 2 * WATCHING : 2 * RESTING,
  });
}

export function useConnect() {
  return useApi().useMutation('post', stripe, { onSuccess: useRefresh() });
}

export function useUpdateConnection() {
  return useApi().useMutation('patch', stripe, { onSuccess: useRefresh() });
}

export function useConfigureWebhook() {
  return useApi().useMutation('post', `${stripe}/webhook-endpoint`, { onSuccess: useRefresh() });
}

export function useDisconnect() {
  return useApi().useMutation('delete', stripe, { onSuccess: useRefresh() });
}
