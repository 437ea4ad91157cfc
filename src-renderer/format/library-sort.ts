/** The order of the library. Pure. */
import type { Model } from '../../src-shared/domain/model.ts';
import { VERDICT_ORDER } from './health.ts';
import type { LibraryRow } from './library-row.ts';

export type SortColumn = 'name' | 'status' | 'size' | 'health' | 'used' | 'kept';
export type SortOrder = 'ascending' | 'descending';

export interface LibrarySort {
  readonly by: SortColumn;
  readonly order: SortOrder;
}

/** The order that a column has when it is first chosen: what people look for is on top. */
const FIRST: Readonly<Record<SortColumn, SortOrder>> = {
  name: 'ascending',
  status: 'ascending',
  size: 'descending',
  health: 'ascending',
  used: 'descending',
  kept: 'descending',
};

/** Chosen again, a column turns round. */
export function nextSort(before: LibrarySort, by: SortColumn): LibrarySort {
  if (before.by !== by) return { by, order: FIRST[by] };
  return { by, order: before.order === 'ascending' ? 'descending' : 'ascending' };
}

/** Ascending, what comes first by this column. */
const RANKS: Readonly<Record<Exclude<SortColumn, 'name'>, (row: LibraryRow) => number>> = {
  status: ({ model }) => rankOfStatus(model),
  size: ({ model }) => model.sizeBytes,
  health: ({ health }) =>
    health
      ? VERDICT_ORDER.indexOf(health.verdict) * 1_000 + health.healthScore
      : Number.POSITIVE_INFINITY,
  used: ({ lastUsedAt }) => (lastUsedAt ? Date.parse(lastUsedAt) : 0),
  kept: ({ model }) => Number(model.keep),
};

/** @param rows by name; those that are alike stay so */
export function sortRows(
  rows: readonly LibraryRow[],
  { by, order }: LibrarySort,
): readonly LibraryRow[] {
  if (by === 'name') return order === 'ascending' ? rows : rows.toReversed();
  const rank = RANKS[by];
  const sign = order === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, rank: rank(row) }))
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank < b.rank ? -sign : sign))
    .map(({ row }) => row);
}

/** Problems first, then what goes on, then what is not all there, then what is ready. */
function rankOfStatus({ availability, activity, error }: Model): number {
  if (error || availability === 'corrupted' || availability === 'quarantined') return 0;
  if (activity === 'failed') return 0;
  if (activity === 'waiting-retry') return 1;
  if (activity === 'paused' || activity === 'queued') return 3;
  if (activity !== 'idle') return 2;
  return availability === 'partial' ? 4 : availability === 'missing' ? 5 : 6;
}
