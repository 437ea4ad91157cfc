import { useCallback, useMemo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { useNow } from '../../components/use-now.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { loadedValue } from '../../stores/loadable.ts';
import { useSlice, useStores } from '../../stores/stores-context.ts';
import { ModelRow } from './model-row.tsx';
import classes from './model-table.module.css';
import { SortHeader } from './sort-header.tsx';

export function ModelTable({ models }: { readonly models: readonly Model[] }) {
  const stores = useStores();
  const downloads = useSlice('downloads', (state) => state.downloads);
  const sort = useSlice('navigation', (state) => state.librarySort);
  const byModel = useMemo(() => openByModel(loadedValue(downloads) ?? []), [downloads]);
  const now = useNow([...byModel.values()].some(needsNow));
  const nowOf = (download: Download | undefined) => (download ? nowFor(download, now) : 0);
  const open = useCallback(
    (modelId: string) => stores.navigation.getState().openModel(modelId),
    [stores],
  );
  const { sortLibrary } = stores.navigation.getState();
  return (
    <table aria-label="Models" className={classes.table}>
      <thead>
        <tr className={`${classes.row} ${classes.header}`}>
          <SortHeader
            label="Model"
            active={sort === 'name'}
            order="ascending"
            onSort={() => sortLibrary('name')}
          />
          <th>Status</th>
          <SortHeader
            label="Size"
            active={sort === 'size'}
            order="descending"
            onSort={() => sortLibrary('size')}
          />
          <th className={classes.revision}>Revision</th>
          <th className={classes.actions}>Actions</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <ModelRow
            key={model.id}
            model={model}
            download={byModel.get(model.id)}
            now={nowOf(byModel.get(model.id))}
            onOpen={open}
          />
        ))}
      </tbody>
    </table>
  );
}

function openByModel(downloads: readonly Download[]): ReadonlyMap<string, Download> {
  const open = downloads.filter(({ state }) => state.kind !== 'done');
  return new Map(open.map((download) => [download.modelId, download]));
}
