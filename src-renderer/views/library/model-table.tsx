import { useCallback, useMemo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { ModelHealth, Verdict } from '../../../src-shared/domain/health.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { useNow } from '../../components/use-now.ts';
import { isBadged } from '../../format/health.ts';
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
  const health = useSlice('health', (state) => state.health);
  const verdicts = useMemo(() => verdictsOf(loadedValue(health)?.items ?? []), [health]);
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
            verdict={verdicts.get(model.id)}
            onOpen={open}
          />
        ))}
      </tbody>
    </table>
  );
}

/** Those that are worth a badge. */
function verdictsOf(items: readonly ModelHealth[]): ReadonlyMap<string, Verdict> {
  const troubled = items.filter(({ verdict }) => isBadged(verdict));
  return new Map(troubled.map(({ modelId, verdict }) => [modelId, verdict]));
}

function openByModel(downloads: readonly Download[]): ReadonlyMap<string, Download> {
  const open = downloads.filter(({ state }) => state.kind !== 'done');
  return new Map(open.map((download) => [download.modelId, download]));
}
