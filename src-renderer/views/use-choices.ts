import { useCallback } from 'react';
import { type ChoiceGroup, modelChoices } from '../format/model-choices.ts';
import { loadedValue } from '../stores/loadable.ts';
import { useSlice } from '../stores/stores-context.ts';

/** What a model picker offers, given texts that may be references. */
export function useChoices(): (asked: readonly string[]) => readonly ChoiceGroup[] {
  const models = useSlice('models', (state) => loadedValue(state.models));
  const aliases = useSlice(
    'settings',
    (state) => loadedValue(state.settings)?.values.generation.aliases,
  );
  const runtimes = useSlice('runtimes', (state) => loadedValue(state.runtimes)?.items);
  return useCallback(
    (asked) =>
      modelChoices(
        { models: models ?? [], aliases: aliases ?? [], runtimes: runtimes ?? [] },
        asked,
      ),
    [models, aliases, runtimes],
  );
}
