/**
 * Every failure a person or a program can meet: its code, what kind it is, whether trying again can
 * help, one sentence, and what can be done. Errors travel as data ({@link ErrorReport}), so a button
 * or another program can act on them.
 */
import { z } from 'zod';
import { ERRORS, type ErrorCode, toAppError } from './errors/app-error.ts';
import { ACTION_LABELS, type ActionKind } from './errors/spec.ts';

export {
  AppError,
  ERRORS,
  type ErrorCode,
  type ErrorParams,
  toAppError,
} from './errors/app-error.ts';
export { ACTION_LABELS, type ActionKind, type ErrorCategory } from './errors/spec.ts';

const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
const ACTION_KINDS = Object.keys(ACTION_LABELS) as [ActionKind, ...ActionKind[]];

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
