import type { Stores } from './create-stores.ts';
import type { Undo } from './notices-store.ts';
import { run } from './run.ts';

/** Takes back the removal of models; `undefined` when that is not possible. */
export function undoRemoval(
  stores: Stores,
  modelIds: readonly string[],
  until: string | null,
): Undo | undefined {
  if (until === null || modelIds.length === 0) return undefined;
  const restore = async () => {
    for (const id of modelIds) await run(stores, ['models.restore', { id }]);
    const { storage, system } = stores;
    void storage.getState().load();
    void system.getState().load();
  };
  return { until, onUndo: () => void restore() };
}
