import { useEffect } from 'react';
import { focusPage } from './use-arrival.ts';

/** Longer than a dialog takes to give the focus back to what opened it. */
const GRACE_MS = 60;

/** Where what had the focus is gone, the page gets it, or the dialog over it: else the keyboard would begin at the top. */
export function useKeptFocus(): void {
  useEffect(() => {
    let focused: Element | null = null;
    let timer = 0;
    const remember = ({ target }: FocusEvent) => {
      focused = target instanceof Element ? target : null;
    };
    const isLost = () => focused?.isConnected === false && document.activeElement === document.body;
    const observer = new MutationObserver(() => {
      if (!isLost()) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (!isLost()) return;
        const dialog = document.querySelector<HTMLElement>('[aria-modal="true"]');
        if (dialog) dialog.focus();
        else focusPage();
      }, GRACE_MS);
    });
    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}
