/**
 * Every failure a person or a program can meet: its code, what kind it is, whether trying again can
 * help, one sentence, and what can be done. Errors travel as data ({@link ErrorReport}), so a button
 * or another program can act on them.
 */
import { z } from 'zod';
import { LOCAL_ERRORS } from './errors/local-errors.ts';
import { SOURCE_ERRORS } from './errors/source-errors.ts';
import { ACTION_LABELS, type ActionKind, type ErrorSpec } from './errors/spec.ts';
import { TRANSFER_ERRORS } from './errors/transfer-errors.ts';

export { ACTION_LABELS, type ActionKind } from './errors/spec.ts';

const ACTION_KINDS = Object.keys(ACTION_LABELS) as [ActionKind, ...ActionKind[]];

export const ERRORS = {
  ...SOURCE_ERRORS,
  ...TRANSFER_ERRORS,
  ...LOCAL_ERRORS,
} as const satisfies Record<string, ErrorSpec<never>>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];
const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const actionSchema = z.object({
  kind: z.enum(ACTION_KINDS),
  label: z.string(),
});
export type Action = z.infer<typeof actionSchema>;

/** A failure as data: what API clients, the window and stored documents see. */
export const errorReportSchema = z.object({
  code: z.enum(ERROR_CODES),
  category: z.string(),
  title: z.string().meta({ description: 'A few words.' }),
  detail: z.string().meta({ description: 'One sentence for a person.' }),
  retryable: z.boolean(),
  actions: z.array(actionSchema),
});
export type ErrorReport = z.infer<typeof errorReportSchema>;

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

export function toErrorReport(thrown: unknown): ErrorReport {
  const error = toAppError(thrown);
  const { category, title, retry, actions } = ERRORS[error.code];
  return {
    code: error.code,
    category,
    title,
    detail: error.message,
    retryable: retry !== 'never',
    actions: actions.map((kind) => ({ kind, label: ACTION_LABELS[kind] })),
  };
}
