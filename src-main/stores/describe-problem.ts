import type { z } from 'zod';

/** The first thing wrong with an input, as `path: problem`, without the value itself. */
export function describeProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const problem = (issue?.message ?? 'invalid').replace(/\.$/, '');
  return path === '' ? problem : `${path}: ${problem}`;
}
