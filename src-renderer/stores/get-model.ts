import { parseReference } from '../../src-shared/domain/reference.ts';
import type { Stores } from './create-stores.ts';
import { run } from './run.ts';
import { followSearch } from './search-route.ts';

/** Has a model fetched that was asked for and is not here; a name that is none of a model is searched for. */
export async function getModel(stores: Stores, asked: string): Promise<void> {
  if (!isReference(asked)) {
    stores.navigation.getState().setSearchText(asked);
    followSearch(stores, asked);
    return;
  }
  const answer = await run(stores, ['models.ensure', { modelId: asked }], { reference: asked });
  if (!answer.ok) return;
  const { id, name } = answer.value.model;
  stores.models.getState().put(id, answer.value.model);
  stores.notices.getState().note(`${name} is on its way`);
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
