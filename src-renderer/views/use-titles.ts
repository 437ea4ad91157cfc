import { OTHER_MODELS } from '../../src-shared/domain/usage.ts';
import { titleOfModel } from '../format/titles.ts';
import { loadedValue } from '../stores/loadable.ts';
import { useSlice } from '../stores/stores-context.ts';

/** Names of models; of those that are not in the library, their ids. */
export function useTitles(): (modelId: string) => string {
  const models = useSlice('models', (state) => loadedValue(state.models)) ?? [];
  return (modelId) => {
    if (modelId === OTHER_MODELS) return 'Other models';
    const model = models.find(({ id }) => id === modelId);
    return model ? titleOfModel(model) : modelId;
  };
}
