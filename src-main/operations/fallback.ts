import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Fallback } from '../engines/fallback/fallback.ts';

export function createFallbackOperations(fallback: Fallback) {
  return {
    'fallback.suggest': (request) => fallback.suggest(request),
    'fallback.questions': async () => ({ items: [...fallback.questions()] }),
    'fallback.answer': async ({ id, choice }) => {
      fallback.answer(id, choice);
      return {};
    },
  } satisfies Partial<OperationHandlers>;
}
