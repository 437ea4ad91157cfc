import type { DownloadAction } from '../../src-shared/contract/downloads.ts';
import type { OperationHandlers, OperationRequest } from '../../src-shared/contract/operations.ts';
import {
  canCancel,
  canPause,
  canResume,
  canRetry,
  type Download,
  type DownloadPreview,
} from '../../src-shared/domain/download.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';

type Request = OperationRequest<'downloads.manage'>;

interface DownloadOperationPorts {
  readonly engine: DownloadEngine;
  /** Queues what a tracked model lacks. */
  readonly startDownload: (modelId: string) => Promise<Download | undefined>;
  readonly chooseFiles: (
    modelId: string,
    choice: { paths: readonly string[]; excluded: boolean },
  ) => Promise<Download | undefined>;
  readonly preview: (ref: string) => Promise<DownloadPreview>;
  /** @throws AppError `MODEL_UNKNOWN` */
  readonly findModel: (modelId: string) => unknown;
}

/** For which downloads an action without a model id is meant. */
const APPLIES: Partial<Record<DownloadAction, (download: Download) => boolean>> = {
  pause: ({ state }) => canPause(state),
  resume: ({ state }) => canResume(state),
  retry: ({ state }) => canRetry(state),
  cancel: ({ state }) => canCancel(state),
  dismiss: ({ state }) => state.kind === 'done',
};

export function createDownloadOperations(ports: DownloadOperationPorts) {
  const { engine, startDownload, chooseFiles } = ports;
  /** A download as it was last, before it left the queue. */
  const leaving = async (modelId: string, work: Promise<void>): Promise<Download[]> => {
    const last = engine.get(modelId);
    await work;
    return last ? [last] : [];
  };

  async function act(modelId: string, request: Request): Promise<Download[]> {
    if (!engine.get(modelId)) ports.findModel(modelId);
    switch (request.action) {
      case 'start':
        return start(modelId);
      case 'pause':
        return [await engine.pause(modelId)];
      case 'resume':
        return [await engine.resume(modelId)];
      case 'retry':
        return [await engine.retry(modelId)];
      case 'prioritize':
        return [await engine.prioritize(modelId, request)];
      case 'next':
        return [await engine.next(modelId)];
      case 'limit':
        return [await engine.limit(modelId, needed(request, 'bytesPerSecond'))];
      case 'start-at':
        return [await engine.startAt(modelId, utcOf(needed(request, 'at')))];
      case 'exclude':
      case 'include':
        return choose(modelId, request);
      case 'cancel':
        return leaving(modelId, engine.cancel(modelId, request.deletePartial));
      case 'dismiss':
        return leaving(modelId, engine.dismiss(modelId));
    }
  }

  async function choose(modelId: string, request: Request): Promise<Download[]> {
    const paths = needed(request, 'paths');
    const changed = await chooseFiles(modelId, { paths, excluded: request.action === 'exclude' });
    return changed ? [changed] : [];
  }

  /** Start means: whatever it takes for this model's bytes to move. */
  async function start(modelId: string): Promise<Download[]> {
    const state = engine.get(modelId)?.state;
    if (state && canResume(state)) return [await engine.resume(modelId)];
    if (state && canRetry(state)) return [await engine.retry(modelId)];
    const started = await startDownload(modelId);
    return started ? [started] : [];
  }

  async function actOnAll(request: Request): Promise<Download[]> {
    const applies = APPLIES[request.action];
    if (!applies) {
      throw new AppError('INPUT_INVALID', { problem: `modelId: “${request.action}” needs one` });
    }
    // At the same time, so that one that is paused does not let the next one start.
    const affected = engine.list().filter(applies);
    return (await Promise.all(affected.map(({ modelId }) => act(modelId, request)))).flat();
  }

  return {
    'downloads.list': async () => ({ items: engine.list() }),
    'downloads.manage': async (request) => ({
      items: await (request.modelId ? act(request.modelId, request) : actOnAll(request)),
    }),
    'downloads.preview': ({ ref }) => ports.preview(ref),
  } satisfies Partial<OperationHandlers>;
}

const utcOf = (at: string | null) => (at === null ? null : new Date(at).toISOString());

/** A field without which an action means nothing. @throws AppError `INPUT_INVALID` */
function needed<K extends keyof Request>(request: Request, field: K) {
  const value = request[field];
  if (value !== undefined) return value as Exclude<Request[K], undefined>;
  throw new AppError('INPUT_INVALID', { problem: `${field}: “${request.action}” needs it` });
}
