/** What is done to several models at once. One that fails does not hold up the others. */
import type { Envelope } from '../../src-shared/contract/envelope.ts';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { Model } from '../../src-shared/domain/model.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';
import { queuedWords } from '../format/health.ts';
import { counted } from '../format/words.ts';
import type { Stores } from './create-stores.ts';
import { undoRemoval } from './restore-models.ts';
import { run } from './run.ts';

/** Where the files of a model go. */
export type Removal = 'trash' | 'delete';

export async function keepModels(
  stores: Stores,
  models: readonly Model[],
  keep: boolean,
): Promise<void> {
  const others = models.filter((model) => model.keep !== keep);
  const { done } = await eachOf(stores, others, {
    act: ({ id }) => stores.call('models.keep', { modelId: id, keep }),
    again: (failed) => void keepModels(stores, failed, keep),
  });
  if (done.length < others.length) return;
  stores.notices
    .getState()
    .note(`${counted(models.length, 'model')} ${keep ? 'kept' : 'no longer kept'}`);
}

/** As many as one request takes. */
const MOST_CHECKED = 10_000;

export async function checkModels(stores: Stores, models: readonly Model[]): Promise<void> {
  let queued = 0;
  for (let first = 0; first < models.length; first += MOST_CHECKED) {
    const modelIds = models.slice(first, first + MOST_CHECKED).map(({ id }) => id);
    const answer = await run(stores, ['health.check', { modelIds, depth: 'full' }]);
    if (!answer.ok) return;
    queued += answer.value.queued;
  }
  stores.notices.getState().note(queuedWords(queued));
}

/** Files that another program keeps as well are never moved to the trash: only their names here go. */
export async function removeModels(
  stores: Stores,
  models: readonly Model[],
  how: Removal,
): Promise<void> {
  const { done } = await eachOf(stores, models, {
    act: ({ id, adopted }) =>
      stores.call('models.remove', { id, toTrash: how === 'trash' && !adopted }),
    again: (failed) => void removeModels(stores, failed, how),
  });
  const freedBytes = done.reduce((sum, { answer }) => sum + answer.freedBytes, 0);
  const back = done.filter(({ answer }) => answer.undoUntil !== null);
  const ids = back.map(({ model }) => model.id);
  const undo = undoRemoval(stores, ids, back[0]?.answer.undoUntil ?? null);
  const words = removedWords(done.length, freedBytes, how);
  if (done.length > 0) stores.notices.getState().note(words, undo);
  void stores.system.getState().load();
}

function removedWords(count: number, freedBytes: number, how: Removal): string {
  const models = counted(count, 'model');
  if (freedBytes === 0) return `${models} removed`;
  const bytes = formatBytes(freedBytes);
  return how === 'trash'
    ? `${models} go to the trash (${bytes})`
    : `${models} deleted, ${bytes} freed`;
}

interface Deed<T> {
  readonly act: (model: Model) => Promise<Envelope<T>>;
  /** Does it again for those that failed. */
  readonly again: (failed: readonly Model[]) => void;
}

/** One after the other; the first failure is shown, and can be tried again together with the others. */
async function eachOf<T>(stores: Stores, models: readonly Model[], { act, again }: Deed<T>) {
  const done: { readonly model: Model; readonly answer: T }[] = [];
  const failures: { readonly model: Model; readonly error: ErrorReport }[] = [];
  for (const model of models) {
    const answer = await act(model);
    if (answer.ok) done.push({ model, answer: answer.value });
    else failures.push({ model, error: answer.error });
  }
  const [first] = failures;
  if (first) {
    const retry = () => again(failures.map(({ model }) => model));
    stores.notices.getState().problem({ error: first.error, modelId: first.model.id, retry });
  }
  return { done };
}
