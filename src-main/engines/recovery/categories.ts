/** What kind of failure an error is, as far as anything can be done about it. Told by its code, never by its words. Pure. */
import type { RecoveryCategory } from '../../../src-shared/domain/recovery.ts';
import { ERRORS, type ErrorCategory, type ErrorCode } from '../../../src-shared/errors.ts';

const CATEGORIES: Readonly<Record<ErrorCategory, RecoveryCategory | null>> = {
  network: 'network',
  authentication: 'authentication',
  space: 'space',
  integrity: 'integrity',
  compatibility: 'compatibility',
  memory: 'memory',
  runtime: 'runtime',
  permission: 'permission',
  configuration: 'configuration',
  source: 'source',
  // The caller's own mistake, and ours: the same again.
  input: null,
  internal: null,
};

/** `null` where trying anything is no use. */
export function categoryOf(code: ErrorCode): RecoveryCategory | null {
  return CATEGORIES[ERRORS[code].category];
}
