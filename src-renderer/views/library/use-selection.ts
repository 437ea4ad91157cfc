import { useCallback, useMemo, useRef, useState } from 'react';
import type { LibraryRow } from '../../format/library-row.ts';
import { NOTHING_SELECTED, withAll, withToggled } from '../../format/selection.ts';

/** Which of the rows that are shown are selected; what the filter hides does not count as selected. */
export function useSelection(shown: readonly LibraryRow[]) {
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const order = useMemo(() => shown.map(({ model }) => model.id), [shown]);
  const latest = useRef(order);
  latest.current = order;
  // The same function for all rows and for good, so that rows are not rendered again for it.
  const toggle = useCallback(
    (id: string, isRange: boolean) =>
      setSelection((before) => withToggled(before, { id, isRange, order: latest.current })),
    [],
  );
  const selected = useMemo(
    () => shown.filter(({ model }) => selection.ids.has(model.id)),
    [shown, selection],
  );
  return {
    ids: selection.ids,
    selected,
    toggle,
    selectAll: (isSelected: boolean) =>
      setSelection((before) => withAll(before, latest.current, isSelected)),
    clear: () => setSelection(NOTHING_SELECTED),
  };
}
