import type { Stores } from './create-stores.ts';

/** Opens *Try it* with this model chosen. */
export function tryModel({ conversation, navigation }: Stores, modelId: string): void {
  conversation.getState().choose(modelId);
  navigation.getState().go('try');
}
