/** Failures as `application/problem+json`. @see RFC 9457 */
import { z } from 'zod';
import { ERRORS, type ErrorReport, errorReportSchema } from '../../../src-shared/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const problemSchema = z.object({
  type: z.string().meta({ description: 'A URI that names the kind of problem.' }),
  title: errorReportSchema.shape.title,
  status: z.int().min(400).max(599),
  detail: errorReportSchema.shape.detail,
  code: errorReportSchema.shape.code,
  retryable: errorReportSchema.shape.retryable,
  actions: errorReportSchema.shape.actions,
});
export type Problem = z.infer<typeof problemSchema>;

/** @param status when HTTP has a more precise one than the code, such as 413 */
export function toProblem(report: ErrorReport, status?: number): Problem {
  const { code, title, detail, retryable, actions } = report;
  return {
    type: `urn:larder:error:${code}`,
    title,
    status: status ?? ERRORS[code].status,
    detail,
    code,
    retryable,
    actions,
  };
}
