import { useMemo, useRef } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import { RowCheck } from '../../components/row-check.tsx';
import { useNow } from '../../components/use-now.ts';
import { useWindow } from '../../components/use-window.ts';
import type { LibraryRow } from '../../format/library-row.ts';
import type { SortColumn } from '../../format/library-sort.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { openByModel } from '../../stores/downloads-store.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { ModelRow, ROW_HEIGHT_PX, type RowCommands } from './model-row.tsx';
import classes from './model-table.module.css';
import { SortHeader } from './sort-header.tsx';

interface ModelTableProps {
  readonly rows: readonly LibraryRow[];
  readonly selectedIds: ReadonlySet<string>;
  readonly selectedCount: number;
  readonly onSelect: RowCommands['onSelect'];
  readonly onSelectAll: (isSelected: boolean) => void;
}

/** All models of these rows; of many, only those near what is in sight are rendered. */
export function ModelTable(props: ModelTableProps) {
  const { rows, selectedIds, onSelect } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, beforePx, afterPx } = useWindow(body, {
    count: rows.length,
    rowHeightPx: ROW_HEIGHT_PX,
  });
  const downloads = useSlice('downloads', (state) => state.downloads);
  const byModel = useMemo(() => openByModel(loadedValue(downloads) ?? []), [downloads]);
  const now = useNow([...byModel.values()].some(needsNow));
  const nowOf = (download: Download | undefined) => (download ? nowFor(download, now) : 0);
  const { openModel, showHealth } = useStores().navigation.getState();
  return (
    <table aria-label="Models" aria-rowcount={rows.length + 1} className={classes.table}>
      <Head {...props} />
      <tbody ref={body} style={{ paddingTop: beforePx, paddingBottom: afterPx }}>
        {rows.slice(first, end).map(({ model, health, lastUsedAt }, index) => (
          <ModelRow
            key={model.id}
            rowIndex={first + index + 2}
            model={model}
            health={health}
            lastUsedAt={lastUsedAt}
            download={byModel.get(model.id)}
            now={nowOf(byModel.get(model.id))}
            isSelected={selectedIds.has(model.id)}
            onOpen={openModel}
            onHealth={showHealth}
            onSelect={onSelect}
          />
        ))}
      </tbody>
    </table>
  );
}

const COLUMNS: readonly (readonly [SortColumn, label: string, className?: string | undefined])[] = [
  ['name', 'Model'],
  ['status', 'Status'],
  ['size', 'Size'],
  ['health', 'Health', classes.healthColumn],
  ['used', 'Last used', classes.usedColumn],
  ['kept', 'Kept', classes.keptColumn],
];

function Head({ rows, selectedCount, onSelectAll }: ModelTableProps) {
  const stores = useStores();
  const sort = useSlice('navigation', (state) => state.librarySort);
  const areAll = selectedCount > 0 && selectedCount === rows.length;
  return (
    <thead>
      <tr aria-rowindex={1} className={`${classes.row} ${classes.header}`}>
        <th scope="col" className={classes.select}>
          <RowCheck
            label="Select all that are shown"
            checked={areAll}
            isPartly={selectedCount > 0 && !areAll}
            onChange={() => onSelectAll(!areAll)}
          />
        </th>
        {COLUMNS.map(([column, label, className]) => (
          <SortHeader
            key={column}
            label={label}
            column={column}
            sort={sort}
            onSort={stores.navigation.getState().sortLibrary}
            className={className}
          />
        ))}
        <th scope="col" className={classes.actions}>
          Actions
        </th>
      </tr>
    </thead>
  );
}
