import type { ErrorReport } from '../../src-shared/errors.ts';

/** A failure together with what it happened to: enough for its buttons to act. */
export interface ErrorContext {
  readonly error: ErrorReport;
  readonly modelId?: string | undefined;
  /** The reference that was asked for, as typed. */
  readonly reference?: string | undefined;
  /** Does again what failed. Without it, a download of `modelId` is retried. */
  readonly retry?: (() => void) | undefined;
}
