/** Downloads that failed for want of something go on by themselves once it is there. */
import type { ErrorCode } from '../../../src-shared/errors.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Clock } from '../../engines/ports.ts';
import type { EventBus } from '../../transports/events.ts';

/** What a new access token may mend. */
export const MENDED_BY_TOKEN: readonly ErrorCode[] = [
  'ACCESS_GATED',
  'TOKEN_INVALID',
  'REPOSITORY_HIDDEN',
  'SERVER_REFUSED',
];

/** What a library that is back may mend. */
export const MENDED_BY_LIBRARY: readonly ErrorCode[] = ['LIBRARY_MISSING', 'LIBRARY_UNWRITABLE'];

/** What passes by itself, most often, if it is given time. */
const MENDED_BY_TIME: readonly ErrorCode[] = [
  'NETWORK_OFFLINE',
  'NETWORK_SIGN_IN',
  'SERVER_FAILED',
  'RATE_LIMITED',
  'TRANSFER_CUT',
  'TRANSFER_STALLED',
];
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 30 * 60_000;

/** Tries again what time may mend: after half a minute, then after waits that double, up to half an hour. */
export function retryInTime({ bus, engine, clock }: RetryInTimePorts): () => void {
  const attempts = new Map<string, number>();
  const waits = new Map<string, () => void>();

  function forget(modelId: string): void {
    waits.get(modelId)?.();
    waits.delete(modelId);
  }

  function wait(modelId: string): void {
    if (waits.has(modelId)) return;
    const before = attempts.get(modelId) ?? 0;
    attempts.set(modelId, before + 1);
    const cancel = clock.after(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** before), () => {
      waits.delete(modelId);
      if (engine.get(modelId)?.state.kind === 'failed') void engine.retry(modelId);
    });
    waits.set(modelId, cancel);
  }

  const stop = bus.subscribe(({ type, data }) => {
    if (type === 'download.progress') attempts.delete(data.download.modelId);
    if (type !== 'download.state') return;
    const { modelId, download } = data;
    const { state } = download ?? {};
    if (state?.kind === 'failed' && MENDED_BY_TIME.includes(state.error.code)) wait(modelId);
    else forget(modelId);
  });
  return () => {
    stop();
    for (const modelId of waits.keys()) forget(modelId);
  };
}

interface RetryInTimePorts {
  readonly bus: EventBus;
  readonly engine: Pick<DownloadEngine, 'get' | 'retry'>;
  readonly clock: Clock;
}

export async function retryFailed(
  engine: Pick<DownloadEngine, 'list' | 'retry'>,
  mended: readonly ErrorCode[],
): Promise<void> {
  for (const { modelId, state } of engine.list()) {
    if (state.kind === 'failed' && mended.includes(state.error.code)) await engine.retry(modelId);
  }
}
