import { useQueryClient } from '@tanstack/react-query';

/** How often a page asks for what is new, in milliseconds. */
export const WATCHING = 2000;
export const LISTING = 4000;
export const RESTING = 15_000;

/** The server decides what a change has changed: everything on the page is asked for again. */
export function useRefresh(): () => void {
  const queryClient = useQueryClient();
  return () => void queryClient.invalidateQueries();
}
