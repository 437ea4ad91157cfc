import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Health } from '../engines/health/health.ts';

export function createHealthOperations(health: Health) {
  return {
    'models.health': async ({ modelId }) => ({
      ...health.summary(),
      items: modelId === undefined ? health.list() : [health.get(modelId)],
      history: health
        .history()
        .filter((event) => modelId === undefined || event.modelId === modelId),
    }),
    'health.check': async ({ modelIds, depth }) => ({ queued: health.check(modelIds, depth) }),
    'health.stop': async ({ modelIds }) => ({ stopped: health.stopChecks(modelIds) }),
    'health.repair': ({ modelId, mode }) => health.repair(modelId, mode),
    'health.ignore': async ({ modelId, findingId, reason }) =>
      health.ignore(modelId, findingId, reason),
    'health.quarantine': ({ modelId }) =>
      health.quarantine(modelId, 'Taken out of use by a person.'),
    'health.release': ({ modelId, reason }) => health.release(modelId, reason),
  } satisfies Partial<OperationHandlers>;
}
