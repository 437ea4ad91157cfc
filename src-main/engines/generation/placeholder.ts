/** Says that the model is missing, where a program takes an answer better than an error. Off unless switched on. */
import { AppError } from '../../../src-shared/errors.ts';
import type { RunnableModel, Runtime } from './ports.ts';

export const PLACEHOLDER_MODEL = 'larder:placeholder';

export function createPlaceholder(): Runtime & { modelFor(requestedId: string): RunnableModel } {
  const refuse = () => {
    throw new AppError('MODEL_CANNOT', { model: 'The placeholder', task: 'embedding' });
  };
  return {
    id: 'placeholder',
    modelFor: (requestedId) => ({
      kind: 'served',
      id: PLACEHOLDER_MODEL,
      runtimeId: 'placeholder',
      name: requestedId,
    }),
    info: () => ({
      id: 'placeholder',
      kind: 'openai',
      name: 'Placeholder',
      url: null,
      state: 'ready',
      detail: null,
      models: [],
      loaded: [],
    }),
    canRun: () => ({ runs: false, because: 'it is no model' }),
    load: async () => ({ loadMs: 0, settings: '' }),
    generate: async (model, _job, { onDelta }) => {
      const name = model.kind === 'served' ? model.name : model.id;
      const words =
        `[This is not an answer. ${name} is not on this computer yet, and nothing here can stand in for it. Open Larder to fetch it.]`.split(
          /(?<= )/,
        );
      for (const content of words) onDelta({ content });
      return { finishReason: 'stop', promptTokens: 0, tokens: words.length };
    },
    embed: async () => refuse(),
    unload: async () => false,
    close: async () => {},
  };
}
