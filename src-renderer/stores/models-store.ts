import { createStore } from 'zustand/vanilla';
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import type { Model } from '../../src-shared/domain/model.ts';
import type { Client } from '../bridge/client.ts';
import { LOADING, type Loadable, reloaded } from './loadable.ts';

export interface ModelsState {
  /** Sorted by name. Of most the files are not known: see `loadFiles`. */
  readonly models: Loadable<readonly Model[]>;
  readonly load: () => Promise<void>;
  /** Asks for the files of a model. */
  readonly loadFiles: (modelId: string) => Promise<void>;
  /** Puts one model in, or takes it out with `null`. */
  readonly put: (modelId: string, model: Model | null) => void;
}

export function createModelsStore(call: Client) {
  return createStore<ModelsState>()((set, get) => ({
    models: LOADING,
    load: async () => {
      if (get().models.status === 'failed') set({ models: LOADING });
      const answer = await call('models.list', { files: false });
      set({ models: reloaded(get().models, sortedItems(answer)) });
    },
    loadFiles: async (modelId) => {
      const answer = await call('models.status', { id: modelId });
      const [model] = answer.ok ? answer.value.items : [];
      if (model) get().put(modelId, model);
    },
    put: (modelId, model) =>
      set(({ models }) => {
        if (models.status !== 'ready') return {};
        return { models: { status: 'ready', value: withModel(models.value, modelId, model) } };
      }),
  }));
}

function withModel(models: readonly Model[], modelId: string, model: Model | null) {
  const index = models.findIndex(({ id }) => id === modelId);
  const known = models[index];
  if (known && model && known.name === model.name) return models.with(index, model);
  const others = models.filter(({ id }) => id !== modelId);
  return model ? sortedByName([...others, model]) : others;
}

function sortedItems(answer: Envelope<{ items: readonly Model[] }>): Envelope<readonly Model[]> {
  return answer.ok ? { ok: true, value: sortedByName(answer.value.items) } : answer;
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function sortedByName(models: readonly Model[]): readonly Model[] {
  return models.toSorted((a, b) => COLLATOR.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
