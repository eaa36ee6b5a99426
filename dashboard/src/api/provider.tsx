import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useState } from 'react';
import type { Api } from './client.ts';
import { asProblem } from './problem.ts';

const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is used outside of ApiProvider');
  return api;
}

/** Nothing outlives the person who is signed in: the cache comes and goes with this. */
export function ApiProvider({ api, children }: { readonly api: Api; readonly children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <ApiContext value={api}>{children}</ApiContext>
    </QueryClientProvider>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A browser's own word for being offline is not trusted: each call is tried, and its failure told.
        networkMode: 'always',
        // Pages ask again by themselves every few seconds.
        retry: (failures, error) => failures < 1 && asProblem(error).isTransient,
        staleTime: 1000,
      },
      // What was sent may be a secret: it is forgotten with the form that sent it.
      // Offline it fails at once. One that was put off would be carried out later, when it may be wanted no more.
      mutations: { networkMode: 'always', retry: false, gcTime: 0 },
    },
  });
}
