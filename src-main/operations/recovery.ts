import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Recovery } from '../engines/recovery/recovery.ts';

export function createRecoveryOperations(recovery: Pick<Recovery, 'statistics'>) {
  return {
    'recovery.statistics': async () => recovery.statistics(),
  } satisfies Partial<OperationHandlers>;
}
