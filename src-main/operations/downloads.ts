import type { DownloadAction } from '../../src-shared/contract/downloads.ts';
import type { OperationHandlers, OperationRequest } from '../../src-shared/contract/operations.ts';
import {
  canCancel,
  canPause,
  canResume,
  canRetry,
  type Download,
} from '../../src-shared/domain/download.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';

type Request = OperationRequest<'downloads.manage'>;

interface DownloadOperationPorts {
  readonly engine: DownloadEngine;
  /** Queues what a tracked model lacks. */
  readonly startDownload: (modelId: string) => Promise<Download | undefined>;
}

/** For which downloads an action without a model id is meant. */
const APPLIES: Partial<Record<DownloadAction, (download: Download) => boolean>> = {
  pause: ({ state }) => canPause(state),
  resume: ({ state }) => canResume(state),
  retry: ({ state }) => canRetry(state),
  cancel: ({ state }) => canCancel(state),
  dismiss: ({ state }) => state.kind === 'done',
};

export function createDownloadOperations({ engine, startDownload }: DownloadOperationPorts) {
  const gone = async (work: Promise<void>): Promise<Download[]> => {
    await work;
    return [];
  };

  async function act(modelId: string, request: Request): Promise<Download[]> {
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
      case 'cancel':
        return gone(engine.cancel(modelId, request.deletePartial));
      case 'dismiss':
        return gone(engine.dismiss(modelId));
    }
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
  } satisfies Partial<OperationHandlers>;
}
