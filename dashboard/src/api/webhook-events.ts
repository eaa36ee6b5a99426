import { useEnvironment } from '../environment.ts';
import { useApi } from './provider.tsx';
import { LISTING, useRefresh } from './refresh.ts';
import type { WebhookEvent } from './types.ts';

const events = '/api/v1/environments/{env_id}/integrations/stripe/webhook-events';

export type EventFilter = {
  readonly status?: WebhookEvent['status'];
  readonly type?: string;
  readonly invoice_id?: string;
};

/** Newest first, page by page; what is new appears by itself. Nothing is asked for by a filter that nothing can fit. */
export function useWebhookEvents(filter: EventFilter | null) {
  const path = { env_id: useEnvironment() };
  return useApi().useInfiniteQuery(
    'get',
    events,
    { params: { path, query: { limit: '25', ...filter } } },
    {
      pageParamName: 'cursor',
      // Undefined would be sent as 0.
      initialPageParam: null,
      getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
      refetchInterval: LISTING,
      enabled: filter !== null,
    },
  );
}

export function useWebhookEvent(event_id: string) {
  const path = { env_id: useEnvironment(), event_id };
  return useApi().useQuery('get', `${events}/{event_id}`, { params: { path } }, { refetchInterval: LISTING });
}

export function useReplay() {
  return useApi().useMutation('post', `${events}/{event_id}/replay`, { onSuccess: useRefresh() });
}
