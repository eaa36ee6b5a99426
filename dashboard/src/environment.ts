import { useParams } from 'wouter';

export const DEFAULT_ENVIRONMENT = 'prod';

/** The environment that the path names: everything on the page belongs to it. */
export function useEnvironment(): string {
  return useParams<{ env: string }>().env;
}
