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
 *  health is told, all bytes are checked in time       loaded, mended
 *    ▼
 *  alternative
 * ```
 */
import { type AppError, toAppError } from '../../../src-shared/errors.ts';
import { categoryOf } from './categories.ts';
import type { Recovery } from './recovery.ts';

export interface LoadFlowPorts {
  readonly recovery: Pick<Recovery, 'recover'>;
  /** Tells whoever watches over the files that they could not be used. */
  readonly loadFailed: (modelId: string, error: AppError) => void;
}

export interface LoadRequest<T> {
  readonly modelId: string;
  readonly load: () => Promise<T>;
  readonly signal: AbortSignal;
}

export type Loaded<T> =
  | { readonly kind: 'loaded'; readonly value: T; readonly mended: boolean }
  | { readonly kind: 'alternative'; readonly error: AppError };

export function createLoadFlow({ recovery, loadFailed }: LoadFlowPorts) {
  /** Recoveries that run, by model: who comes meanwhile waits for the same. */
  const mending = new Map<string, Promise<boolean>>();

  async function mend<T>(
    { modelId, load, signal }: LoadRequest<T>,
    error: AppError,
  ): Promise<boolean> {
    const again = () => load().then(() => undefined);
    const run =
      mending.get(modelId)?.catch(() => false) ??
      recovery
        .recover({ error, modelId, signal, again })
        .then(({ helped }) => helped)
        .finally(() => mending.delete(modelId));
    mending.set(modelId, run);
    return run;
  }

  return async <T>(request: LoadRequest<T>): Promise<Loaded<T>> => {
    const { modelId, load, signal } = request;
    try {
      return { kind: 'loaded', value: await load(), mended: false };
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toAppError(thrown);
      if (categoryOf(error.code) === null) throw error;
      if (await mend(request, error)) return { kind: 'loaded', value: await load(), mended: true };
      loadFailed(modelId, error);
      return { kind: 'alternative', error };
    }
  };
}
