import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { createEnsure } from '../engines/availability/ensure.ts';
import type { Clock } from '../engines/ports.ts';
import type { Catalog } from '../library/catalog.ts';
import type { EventBus } from '../transports/events.ts';

interface AvailabilityPorts {
  readonly catalog: Catalog;
  readonly engine: {
    get(modelId: string): Download | undefined;
    prioritize(modelId: string, change: { priority: number }): Promise<Download>;
  };
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly track: OperationHandlers['models.track'];
  /** Queues what a tracked model lacks. */
  readonly startDownload: (modelId: string) => Promise<unknown>;
  /** Aborted when everything ends. */
  readonly signal: AbortSignal;
}

export function createAvailabilityOperations(ports: AvailabilityPorts) {
  const { catalog, engine, clock, bus, track, signal } = ports;
  const ensure = createEnsure({
    clock,
    look: async (modelId) => {
      catalog.find(modelId);
      await catalog.refresh(modelId);
      return catalog.view(modelId);
    },
    track: async (ref) => (await track({ ref, keep: false, download: false })).id,
    fetch: ports.startDownload,
    download: engine.get,
    prioritize: (modelId, priority) => engine.prioritize(modelId, { priority }),
    onChange: (listener) =>
      bus.subscribe(({ data }) => 'modelId' in data && data.modelId && listener(data.modelId)),
  });
  return {
    'models.ensure': (request) => ensure({ ...request, signal }),
  } satisfies Partial<OperationHandlers>;
}
