import { useMemo } from 'react';
import { type LibraryRow, rowsOf } from '../../format/library-row.ts';
import { sortRows } from '../../format/library-sort.ts';
import { matchesFilter, parseModelFilter } from '../../format/model-filter.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice } from '../../stores/stores-context.ts';

export interface Library {
  /** All models, by name. */
  readonly rows: readonly LibraryRow[];
  /** Those that the filter finds, sorted. */
  readonly shown: readonly LibraryRow[];
  readonly isFiltered: boolean;
  /** What is wrong with the filter, in sentences. */
  readonly problems: readonly string[];
}

/** The models with their health and last use, filtered and sorted. */
export function useLibrary(): Library {
  const models = useSlice('models', (state) => loadedValue(state.models));
  const health = useSlice('health', (state) => loadedValue(state.health)?.items);
  const lastUses = useSlice('usage', (state) => state.lastUses);
  const text = useSlice('navigation', (state) => state.libraryFilter);
  const sort = useSlice('navigation', (state) => state.librarySort);
  const filter = useMemo(() => parseModelFilter(text), [text]);
  const rows = useMemo(
    () => rowsOf(models ?? [], { health: health ?? [], lastUses: loadedValue(lastUses) }),
    [models, health, lastUses],
  );
  const shown = useMemo(() => {
    const now = Date.now();
    return sortRows(
      rows.filter((row) => matchesFilter(filter, row, now)),
      sort,
    );
  }, [rows, filter, sort]);
  const asksForUses = filter.terms.some(({ criterion }) => criterion.kind === 'unused');
  const problems =
    asksForUses && lastUses.status === 'failed'
      ? [...filter.problems, `When models were used is not known: ${lastUses.error.detail}`]
      : filter.problems;
  return { rows, shown, isFiltered: filter.terms.length > 0, problems };
}
