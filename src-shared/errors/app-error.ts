/** The failures there are, and how one is thrown. Apart from their schema, so that threads load little. */
import { GENERATION_ERRORS } from './generation-errors.ts';
import { LOCAL_ERRORS } from './local-errors.ts';
import { SOURCE_ERRORS } from './source-errors.ts';
import type { ErrorSpec } from './spec.ts';
import { TRANSFER_ERRORS } from './transfer-errors.ts';

export const ERRORS = {
  ...SOURCE_ERRORS,
  ...TRANSFER_ERRORS,
  ...LOCAL_ERRORS,
  ...GENERATION_ERRORS,
} as const satisfies Record<string, ErrorSpec<never>>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];
interface AppErrorOptions {
  readonly cause?: unknown;
  /** Earliest moment the other side allows another request, in ms from now (`Retry-After`). */
  readonly retryAfterMs?: number;
}

/** An expected failure: a code of {@link ERRORS} and its parameters. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: ErrorParams<C>;
  readonly retryAfterMs: number | undefined;

  constructor(code: C, params: ErrorParams<C>, options: AppErrorOptions = {}) {
    const { message } = ERRORS[code] as unknown as ErrorSpec<ErrorParams<C>>;
    super(message(params), options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.params = params;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Any thrown value as an {@link AppError}; what is unknown becomes `INTERNAL`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('INTERNAL', { problem }, { cause: thrown });
}
