import { useSearchParams } from 'wouter';

/** Filters that stand in the address, so that what is shown can be linked to. Blank ones do not. */
export function useSearchFilter(): readonly [URLSearchParams, set: (name: string, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [params, set];
}
