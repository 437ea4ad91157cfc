import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before this came up, unless something else took it. For dialogs that
 * exist only while they are open: those of the library remember the focus only when they change from closed
 * to open.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        const isFree = document.activeElement === null || document.activeElement === document.body;
        if (isFree && before instanceof HTMLElement) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}
