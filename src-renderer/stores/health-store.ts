import { createStore } from 'zustand/vanilla';
import type { OperationOutput } from '../../src-shared/contract/operations.ts';
import type { HealthSummary, ModelHealth } from '../../src-shared/domain/health.ts';
import type { Client } from '../bridge/client.ts';
import { withHealth, worstFirst } from '../format/health.ts';
import { coalesced } from './coalesced.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export type HealthReport = OperationOutput<'models.health'>;

export interface HealthState {
  /** Worst first. */
  readonly health: Loadable<HealthReport>;
  /** The whole report takes long with many models: asked for often, it is asked for once more. */
  readonly load: () => Promise<void>;
  /** Puts models in by their ids, or takes them out with `null`. */
  readonly put: (changes: ReadonlyMap<string, ModelHealth | null>, summary: HealthSummary) => void;
}

export function createHealthStore(call: Client) {
  return createStore<HealthState>()((set, get) => ({
    health: LOADING,
    load: coalesced(async () => {
      if (get().health.status === 'failed') set({ health: LOADING });
      const answer = await call('models.health', {});
      const sorted = answer.ok
        ? { ok: true as const, value: { ...answer.value, items: sort(answer.value.items) } }
        : answer;
      set({ health: reloaded(get().health, sorted) });
    }),
    put: (changes, summary) =>
      set(({ health }) => {
        if (health.status !== 'ready') return {};
        const { items, history } = health.value;
        const next = [...withHealth(items, changes)];
        return { health: { status: 'ready', value: { ...summary, items: next, history } } };
      }),
  }));
}

const sort = (items: readonly ModelHealth[]) => [...worstFirst(items)];
