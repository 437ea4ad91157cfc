import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';

interface WindowSize {
  readonly count: number;
  readonly rowHeightPx: number;
}

interface Range {
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
}

/** Rows that are rendered around those in sight, so that none is missing while it scrolls. */
const OVERSCAN = 6;
/** So few are all rendered. */
export const SMALL = 100;
/** The first row moves by this many: most steps of scrolling render nothing. */
const STEP = 4;

/** The rows to render of a list that begins `offsetPx` above the upper edge of what is in sight. Pure. */
export function rangeIn(
  { count, rowHeightPx }: WindowSize,
  { offsetPx, heightPx }: { readonly offsetPx: number; readonly heightPx: number },
): Range {
  if (count <= SMALL) return { first: 0, end: count };
  const visible = Math.ceil(heightPx / rowHeightPx) + 2 * OVERSCAN + STEP;
  const above = Math.floor(Math.max(0, offsetPx) / rowHeightPx) - OVERSCAN;
  const first = Math.max(0, Math.min(Math.floor(above / STEP) * STEP, count - visible));
  return { first, end: Math.min(count, first + visible) };
}

/**
 * Renders only the rows near those in sight. All have one height. `list` is what holds the rows, inside an
 * element marked with `data-scrolls`.
 * @returns which rows to render, and the room that the others would take
 */
export function useWindow(list: RefObject<HTMLElement | null>, { count, rowHeightPx }: WindowSize) {
  const measure = useCallback(
    () => rangeIn({ count, rowHeightPx }, placeOf(list.current)),
    [list, count, rowHeightPx],
  );
  const [range, setRange] = useState<Range>(() => measure());
  useLayoutEffect(() => {
    const follow = () =>
      setRange((before) => {
        const next = measure();
        return before.first === next.first && before.end === next.end ? before : next;
      });
    follow();
    const scroller = scrollerOf(list.current);
    scroller?.addEventListener('scroll', follow, { passive: true });
    const sizes = new ResizeObserver(follow);
    if (scroller) sizes.observe(scroller);
    return () => {
      scroller?.removeEventListener('scroll', follow);
      sizes.disconnect();
    };
  }, [list, measure]);
  // The list may have become shorter since it was measured.
  const end = Math.min(range.end, count);
  const first = Math.min(range.first, end);
  return { first, end, beforePx: first * rowHeightPx, afterPx: (count - end) * rowHeightPx };
}

const scrollerOf = (list: HTMLElement | null) => list?.closest('[data-scrolls]') ?? null;

function placeOf(list: HTMLElement | null) {
  const scroller = scrollerOf(list);
  if (!list || !scroller) return { offsetPx: 0, heightPx: window.innerHeight };
  return {
    offsetPx: scroller.getBoundingClientRect().top - list.getBoundingClientRect().top,
    heightPx: scroller.clientHeight || window.innerHeight,
  };
}
