/** Everything between a request and its answer: what stands in, what is mended, what runs it. */
import type { Libraries } from '../../library/libraries.ts';
import type { HealthDocument } from '../../stores/health-document.ts';
import { createStandIns, type FallbackWiring } from './fallback.ts';
import { createAsking, type GenerationWiring } from './generation.ts';
import { createRecovering, type RecoveryWiring } from './recovery.ts';

type AnsweringWiring = Omit<FallbackWiring, 'runners' | 'health'> &
  Omit<RecoveryWiring, 'relief' | 'store'> &
  Omit<
    GenerationWiring,
    'fallback' | 'loadOrMend' | 'manifestOf' | 'download' | 'runtimesChanged'
  > & {
    readonly libraries: Pick<Libraries, 'manifest'>;
    readonly healthRecord: HealthDocument;
    readonly recovery: RecoveryWiring['store'];
  };

export function createAnswering(wiring: AnsweringWiring) {
  const listeners = new Set<() => void>();
  const fallback = createStandIns({
    ...wiring,
    health: wiring.healthRecord,
    runners: {
      canRun: (model) => asking.canRun(model),
      offered: () => asking.offered(),
      resolve: (name) => asking.resolve(name),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  const recovering = createRecovering({
    ...wiring,
    store: wiring.recovery,
    relief: () => asking.relief,
  });
  const asking = createAsking({
    ...wiring,
    fallback,
    loadOrMend: recovering.loadOrMend,
    runtimesChanged: () => {
      for (const listener of listeners) listener();
    },
    manifestOf: wiring.libraries.manifest,
    download: wiring.engine.get,
  });
  return {
    ...asking,
    fallback,
    recovering,
    close: async (): Promise<void> => {
      await asking.close();
      recovering.close();
      await fallback.close();
    },
  };
}
