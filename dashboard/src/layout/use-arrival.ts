import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useEnvironment } from '../environment.ts';

/** A screen reader, and the keyboard with it, then begins at the page, and not at what is around it. */
export function focusPage(): void {
  document.getElementById('main')?.focus({ preventScroll: true });
}

/**
 * Puts the focus on a page that one has gone to, be it the same of another environment. The panel of a webhook event takes
 * the focus itself.
 */
export function useArrival(): void {
  const environment = useEnvironment();
  const [path] = useLocation();
  const page = environment + path.replace(/(\/webhook-events)\/.*/, '$1');
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    focusPage();
    window.scrollTo(0, 0);
  }, [page]);
}
