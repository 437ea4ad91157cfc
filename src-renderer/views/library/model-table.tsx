import { useCallback, useMemo } from 'react';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { useNow } from '../../components/use-now.ts';
import { needsAttention } from '../../format/health.ts';
import { needsNow, nowFor } from '../../format/model-status.ts';
import { openByModel } from '../../stores/downloads-store.ts';
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
  const byModel = useMemo(() => openByModel(loadedValue(downloads) ?? []), [downloads]);
  const troubles = useMemo(() => troublesIn(loadedValue(health)?.items ?? []), [health]);
  const now = useNow([...byModel.values()].some(needsNow));
  const nowOf = (download: Download | undefined) => (download ? nowFor(download, now) : 0);
  const open = useCallback(
    (modelId: string) => stores.navigation.getState().openModel(modelId),
    [stores],
  );
  const showHealth = useCallback(
    (modelId: string) => stores.navigation.getState().showHealth(modelId),
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
            verdict={troubles.get(model.id)?.verdict}
            trouble={troubles.get(model.id)?.sentence}
            onOpen={open}
            onHealth={showHealth}
          />
        ))}
      </tbody>
    </table>
  );
}

const troublesIn = (models: readonly ModelHealth[]): ReadonlyMap<string, ModelHealth> =>
  new Map(models.filter(needsAttention).map((model) => [model.modelId, model]));
