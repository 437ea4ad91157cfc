import { describe, expect, it } from 'vitest';
import type { LibraryRow } from '../../../src-renderer/format/library-row.ts';
import { nextSort, type SortColumn, sortRows } from '../../../src-renderer/format/library-sort.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { aHealth, aModel } from './support/builders.ts';

const aRow = (name: string, model: Partial<Model>, row: Partial<LibraryRow> = {}): LibraryRow => ({
  model: aModel({ id: `hf:a/${name}`, name, keep: false, ...model }),
  health: undefined,
  lastUsedAt: null,
  ...row,
});

const ROWS = [
  aRow('a', { sizeBytes: 1, keep: true }, { health: aHealth({ healthScore: 80 }) }),
  aRow('b', { sizeBytes: 3, availability: 'corrupted' }, { lastUsedAt: '2026-01-02T00:00:00Z' }),
  aRow('c', { sizeBytes: 3, availability: 'missing' }, { lastUsedAt: '2026-01-05T00:00:00Z' }),
  aRow('d', { sizeBytes: 2 }, { health: aHealth({ verdict: 'damaged', healthScore: 90 }) }),
  aRow('e', { sizeBytes: 4, activity: 'downloading' }, { health: aHealth() }),
];

const order = (by: SortColumn, direction: 'ascending' | 'descending') =>
  sortRows(ROWS, { by, order: direction })
    .map(({ model }) => model.name)
    .join('');

describe('the library is sorted', () => {
  it.each<[SortColumn, ascending: string, descending: string]>([
    ['name', 'abcde', 'edcba'],
    ['status', 'becad', 'adceb'],
    ['size', 'adbce', 'ebcda'],
    ['health', 'daebc', 'bcead'],
    ['used', 'adebc', 'cbade'],
    ['kept', 'bcdea', 'abcde'],
  ])('by %s', (by, ascending, descending) => {
    expect(order(by, 'ascending')).toBe(ascending);
    expect(order(by, 'descending')).toBe(descending);
  });

  it('by another column with what people look for on top, by the same the other way round', () => {
    const bySize = nextSort({ by: 'name', order: 'ascending' }, 'size');
    expect(bySize).toEqual({ by: 'size', order: 'descending' });
    expect(nextSort(bySize, 'size')).toEqual({ by: 'size', order: 'ascending' });
    expect(nextSort(bySize, 'health')).toEqual({ by: 'health', order: 'ascending' });
  });
});
