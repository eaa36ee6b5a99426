import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/**
 * Puts the focus on a page that one has gone to, so that a screen reader begins there, and the keyboard with it. The panel
 * of a webhook event takes the focus itself.
 */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const page = path.replace(/(\/webhook-events)\/.*/, '$1');
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [page, main]);
}
