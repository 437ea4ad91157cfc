/**
 * Makes sure that a model can be used: it is, or it is fetched, or the answer says what stands in the way. However many
 * ask for one model, it is looked for and fetched once.
 */
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Model } from '../../../src-shared/domain/model.ts';
import { toAppError } from '../../../src-shared/errors.ts';
import { pause } from '../abortable.ts';
import type { Clock } from '../ports.ts';

export interface EnsurePorts {
  readonly clock: Clock;
  /** Looks at the disk. @throws AppError `MODEL_UNKNOWN` */
  readonly look: (modelId: string) => Promise<Model>;
  /** Tracks a reference at its hub without fetching anything. @returns its model id */
  readonly track: (ref: string) => Promise<string>;
  /** Queues what the model lacks; what is queued already goes on. */
  readonly fetch: (modelId: string) => Promise<unknown>;
  readonly download: (modelId: string) => Download | undefined;
  readonly prioritize: (modelId: string, priority: number) => Promise<unknown>;
  /** Calls back after every change of a model or its download; the returned function ends it. */
  readonly onChange: (listener: (modelId: string) => void) => () => void;
}

export interface EnsureRequest {
  /** Model id, or a reference that is not tracked yet. */
  readonly modelId: string;
  /** How long to wait for it; 0 only sets it going. */
  readonly maxWaitMs: number;
  /** Raises its download to this, never lowers it. */
  readonly priority?: number | undefined;
  readonly signal: AbortSignal;
}

export interface Ensured {
  readonly model: Model;
  /** Until it is there, as far as the download can tell. */
  readonly etaMs: number | null;
  readonly waitedMs: number;
}

export function createEnsure(ports: EnsurePorts) {
  const { clock } = ports;
  /** By what was asked for. */
  const starting = new Map<string, Promise<string>>();

  /** @returns the model's id once what it lacks is queued */
  function start(asked: string): Promise<string> {
    const begun = starting.get(asked) ?? begin(asked).finally(() => starting.delete(asked));
    starting.set(asked, begun);
    return begun;
  }

  async function begin(asked: string): Promise<string> {
    const known = await ports.look(asked).catch((error: unknown) => {
      if (toAppError(error).code === 'MODEL_UNKNOWN') return null;
      throw error;
    });
    const modelId = known?.id ?? (await ports.track(asked));
    const model = known ?? (await ports.look(modelId));
    if (canBeFetched(model, ports.download(modelId))) await ports.fetch(modelId);
    return modelId;
  }

  async function raise(modelId: string, priority: number | undefined): Promise<void> {
    const download = ports.download(modelId);
    if (priority === undefined || !download?.can.prioritize) return;
    if (download.priority < priority) await ports.prioritize(modelId, priority);
  }

  /** Resolves once nothing more can be expected by waiting, or the time is over. @throws the reason of the signal */
  async function settled(modelId: string, maxWaitMs: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const check = () => {
      if (!isComing(ports.download(modelId))) over.abort();
    };
    const stop = ports.onChange((changed) => changed === modelId && check());
    check();
    try {
      await pause(clock, maxWaitMs, AbortSignal.any([signal, over.signal]));
    } catch {
      signal.throwIfAborted();
    } finally {
      stop();
    }
  }

  return async ({
    modelId: asked,
    maxWaitMs,
    priority,
    signal,
  }: EnsureRequest): Promise<Ensured> => {
    const begunAt = clock.now();
    const modelId = await start(asked);
    await raise(modelId, priority);
    if (maxWaitMs > 0) await settled(modelId, maxWaitMs, signal);
    const model = await ports.look(modelId);
    const isThere = model.availability === 'available';
    const etaMs = isThere ? 0 : (ports.download(modelId)?.etaMs ?? null);
    return { model, etaMs, waitedMs: clock.now() - begunAt };
  };
}

/** What a person has paused, or what has failed, waits for a person. */
function canBeFetched({ availability }: Model, download: Download | undefined): boolean {
  if (availability === 'available' || availability === 'quarantined') return false;
  return download === undefined || download.state.kind === 'done';
}

const COMING: ReadonlySet<Download['state']['kind']> = new Set(['queued', 'running']);
const isComing = (download: Download | undefined) =>
  download !== undefined && COMING.has(download.state.kind);
