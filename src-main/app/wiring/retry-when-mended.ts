/** Downloads that failed for want of something go on by themselves once it is there. */
import type { ErrorCode } from '../../../src-shared/errors.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';

/** What a new access token may mend. */
export const MENDED_BY_TOKEN: readonly ErrorCode[] = [
  'ACCESS_GATED',
  'TOKEN_INVALID',
  'REPOSITORY_HIDDEN',
];

/** What a library that is back may mend. */
export const MENDED_BY_LIBRARY: readonly ErrorCode[] = ['LIBRARY_MISSING', 'LIBRARY_UNWRITABLE'];

export async function retryFailed(
  engine: Pick<DownloadEngine, 'list' | 'retry'>,
  mended: readonly ErrorCode[],
): Promise<void> {
  for (const { modelId, state } of engine.list()) {
    if (state.kind === 'failed' && mended.includes(state.error.code)) await engine.retry(modelId);
  }
}
