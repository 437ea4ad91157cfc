/** What the jobs of a loaded model share. */
import type { Delta } from '../../../engines/generation/ports.ts';
import type { Failure } from '../protocol.ts';

export interface JobRun {
  readonly signal: AbortSignal;
  readonly onDelta: (delta: Delta) => void;
}

/** What went wrong, as the main process is told. */
export class JobFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/** Tokens an answer may have. @throws JobFailure `overflow` */
export function roomFor(promptTokens: number, contextTokens: number): number {
  const room = contextTokens - promptTokens - 1;
  if (room > 0) return room;
  throw new JobFailure({ kind: 'overflow', tokens: promptTokens, limit: contextTokens });
}
