import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Fallback } from '../engines/fallback/fallback.ts';

interface FallbackOperationPorts {
  readonly fallback: Fallback;
  /** Resolves once it is known which files are here. */
  readonly looked: () => Promise<void>;
}

export function createFallbackOperations({ fallback, looked }: FallbackOperationPorts) {
  return {
    'fallback.suggest': async (request) => {
      await looked();
      return fallback.suggest(request);
    },
    'fallback.questions': async () => ({ items: [...fallback.questions()] }),
    'fallback.answer': async ({ id, choice }) => {
      fallback.answer(id, choice);
      return {};
    },
  } satisfies Partial<OperationHandlers>;
}
