/**
 * From a model that does not load to one that does, or to the next best.
 *
 * ```
 *  load ──▶ loaded
 *    │ fails
 *    ▼
 *  is it a matter of the request, or of its end? ──yes──▶ thrown as it is
 *    │ no
 *    ▼
 *  recovery: once more · check and mend · free memory · smaller context · processor … each followed by a load
 *    │ none helps                                        │ one helps
 *    ▼                                                   ▼
 *  health is told, where its files may be the reason   loaded, mended
 *    ▼
 *  alternative
 * ```
 */

import type { RecoveryCategory } from '../../../src-shared/domain/recovery.ts';
import { type AppError, toAppError } from '../../../src-shared/errors.ts';
import { abortable } from '../abortable.ts';
import { categoryOf } from './categories.ts';
import type { Recovery } from './recovery.ts';

export interface LoadFlowPorts {
  readonly recovery: Pick<Recovery, 'recover'>;
  /** Tells whoever watches over the files that they could not be used. */
  readonly loadFailed: (modelId: string, error: AppError) => void;
}

export interface LoadRequest<T> {
  readonly modelId: string;
  readonly load: (signal: AbortSignal) => Promise<T>;
  readonly signal: AbortSignal;
}

export type Loaded<T> =
  | { readonly kind: 'loaded'; readonly value: T; readonly mended: boolean }
  | { readonly kind: 'alternative'; readonly error: AppError };

/** Where a look at every byte may find out why. */
const MAY_BE_DAMAGED: ReadonlySet<RecoveryCategory | null> = new Set([
  'runtime',
  'integrity',
  'compatibility',
]);

/** A recovery that runs: who comes meanwhile waits for the same, and it ends when nobody does any more. */
interface Mending {
  readonly helped: Promise<boolean>;
  readonly given: AbortController;
  waiting: number;
}

export function createLoadFlow({ recovery, loadFailed }: LoadFlowPorts) {
  const mendings = new Map<string, Mending>();

  function start(modelId: string, error: AppError, load: LoadRequest<unknown>['load']): Mending {
    const given = new AbortController();
    const { signal } = given;
    const again = () => load(signal).then(() => undefined);
    const helped = recovery
      .recover({ error, modelId, signal, again })
      .then((result) => result.helped)
      .finally(() => mendings.get(modelId) === mending && mendings.delete(modelId));
    // Nobody may be left to hear of it.
    helped.catch(() => {});
    const mending: Mending = { helped, given, waiting: 0 };
    mendings.set(modelId, mending);
    return mending;
  }

  async function mend(
    { modelId, load, signal }: LoadRequest<unknown>,
    error: AppError,
  ): Promise<boolean> {
    const mending = mendings.get(modelId) ?? start(modelId, error, load);
    mending.waiting += 1;
    try {
      return await abortable(mending.helped, signal);
    } finally {
      mending.waiting -= 1;
      if (mending.waiting === 0 && signal.aborted) {
        mendings.delete(modelId);
        mending.given.abort(signal.reason);
      }
    }
  }

  return async <T>(request: LoadRequest<T>): Promise<Loaded<T>> => {
    const { modelId, load, signal } = request;
    try {
      return { kind: 'loaded', value: await load(signal), mended: false };
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown);
      const category = categoryOf(error.code);
      if (category === null) throw error;
      if (await mend(request, error))
        return { kind: 'loaded', value: await load(signal), mended: true };
      if (MAY_BE_DAMAGED.has(category)) loadFailed(modelId, error);
      return { kind: 'alternative', error };
    }
  };
}
