import { useEnvironment } from '../environment.ts';
import { useApi } from './provider.tsx';
import { LISTING, useRefresh, WATCHING } from './refresh.ts';
import type { Invoice } from './types.ts';

const invoices = '/api/v1/environments/{env_id}/invoices';
const invoice = `${invoices}/{invoice_id}` as const;

/** The path's part of every call about one invoice. */
export function useInvoicePath(invoice_id: string) {
  return { params: { path: { env_id: useEnvironment(), invoice_id } } };
}

/** Newest first, page by page; what is new appears by itself. */
export function useInvoices(filter: { readonly status?: Invoice['status'] }) {
  const path = { env_id: useEnvironment() };
  return useApi().useInfiniteQuery(
    'get',
    invoices,
    { params: { path, query: { limit: '25', ...filter } } },
    {
      pageParamName: 'cursor',
      // Undefined would be sent as 0.
      initialPageParam: null,
      getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
      refetchInterval: LISTING,
    },
  );
}

export function useInvoice(invoice_id: string) {
  return useApi().useQuery('get', invoice, useInvoicePath(invoice_id), { refetchInterval: WATCHING });
}

export function useFinalize() {
  return useApi().useMutation('post', `${invoice}/finalize`, { onSuccess: useRefresh() });
}

export function useVoid() {
  return useApi().useMutation('post', `${invoice}/void`, { onSuccess: useRefresh() });
}

export function useSendAgain() {
  return useApi().useMutation('post', `${invoice}/email`, { onSuccess: useRefresh() });
}

export function useAcknowledge() {
  return useApi().useMutation('post', `${invoice}/acknowledge`, { onSuccess: useRefresh() });
}
