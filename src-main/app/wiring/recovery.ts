/** What can be tried by itself on this computer, and what others try by themselves, counted in one place. */
import type { OperationHandlers } from '../../../src-shared/contract/operations.ts';
import type { ErrorCode } from '../../../src-shared/errors.ts';
import { pause } from '../../engines/abortable.ts';
import type { Health } from '../../engines/health/health.ts';
import type { Clock, Log, Publish } from '../../engines/ports.ts';
import { categoryOf } from '../../engines/recovery/categories.ts';
import { createLoadFlow } from '../../engines/recovery/load-flow.ts';
import {
  type Action,
  createRecovery,
  type RecoveryPorts,
} from '../../engines/recovery/recovery.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { EventBus } from '../../transports/events.ts';
import type { Relief } from './generation.ts';

export interface RecoveryWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly publish: Publish;
  readonly store: RecoveryPorts['store'];
  readonly settings: SettingsStore;
  readonly catalog: Pick<Catalog, 'view'>;
  readonly health: Pick<Health, 'checked' | 'get' | 'loadFailed' | 'repair'>;
  readonly ensure: OperationHandlers['models.ensure'];
  /** What the runtime inside Larder can do about memory. */
  readonly relief: () => Relief;
}

const BREATH_MS = 500;
/** All bytes of what is smaller are read at once; of larger models the headers, and the bytes in time. */
const READ_AT_ONCE_BYTES = 10 ** 9;
/** Whoever asked waits meanwhile; what takes longer goes on without them. */
const MENDING_MS = 60_000;

export type Recovering = ReturnType<typeof createRecovering>;

export function createRecovering(wiring: RecoveryWiring) {
  const { clock, catalog, health, relief } = wiring;
  const recovery = createRecovery({
    ...wiring,
    nameOf: (modelId) => nameOf(wiring, modelId),
    actions: {
      again: async ({ signal }) => {
        await pause(clock, BREATH_MS, signal);
        return true;
      },
      mend: mending(wiring),
      'fetch-files': fetching(wiring),
      'free-memory': async ({ modelId }) => relief().unloadOthers(modelId),
      'smaller-context': async ({ modelId }) => modelId !== null && relief().halveContext(modelId),
      processor: async ({ modelId }) => modelId !== null && relief().avoidGraphics(modelId),
    },
  });
  const stop = observe(wiring, recovery);
  return {
    statistics: recovery.statistics,
    loadOrMend: createLoadFlow({
      recovery,
      loadFailed: (modelId, { message }) => {
        health.loadFailed(modelId, `${nameOf({ catalog }, modelId)} could not be used: ${message}`);
      },
    }),
    close: stop,
  };
}

function nameOf({ catalog }: Pick<RecoveryWiring, 'catalog'>, modelId: string): string {
  try {
    return catalog.view(modelId).name;
  } catch {
    return modelId;
  }
}

const isOfLibrary = ({ catalog }: RecoveryWiring, modelId: string): boolean => {
  try {
    return catalog.view(modelId).id === modelId;
  } catch {
    return false;
  }
};

/** Checks, and waits for what the check sets going where damage may be mended unasked. */
function mending(wiring: RecoveryWiring): Action {
  const { catalog, health, settings, ensure } = wiring;
  return async ({ modelId }) => {
    if (modelId === null || !isOfLibrary(wiring, modelId)) return false;
    const isSmall = catalog.view(modelId).sizeBytes <= READ_AT_ONCE_BYTES;
    await health.checked(modelId, isSmall ? 'full' : 'structure');
    const { verdict } = health.get(modelId);
    const isWrong = verdict === 'damaged' || verdict === 'incomplete';
    if (!isWrong && catalog.view(modelId).availability === 'available') return false;
    if (settings.get().values.health.automation !== 'mend') return false;
    const { model } = await ensure({ modelId, maxWaitMs: MENDING_MS });
    return model.availability === 'available';
  };
}

/** Fetches whole files that are known to be wrong. */
function fetching(wiring: RecoveryWiring): Action {
  const { health, settings, ensure } = wiring;
  return async ({ modelId }) => {
    if (modelId === null || !isOfLibrary(wiring, modelId)) return false;
    if (settings.get().values.health.automation !== 'mend') return false;
    if (!health.get(modelId).can.repair) return false;
    await health.repair(modelId, 'files');
    const { model } = await ensure({ modelId, maxWaitMs: MENDING_MS });
    return model.availability === 'available';
  };
}

/** Downloads that go on after a while, and damage that health mends: tried elsewhere, counted here. */
function observe(
  { bus }: RecoveryWiring,
  { note }: Pick<ReturnType<typeof createRecovery>, 'note'>,
) {
  const failed = new Map<string, ErrorCode>();
  const damaged = new Set<string>();

  function downloadChanged(modelId: string, state: { kind: string; error?: { code: ErrorCode } }) {
    const before = failed.get(modelId);
    if (state.kind === 'done' || state.kind === 'failed') {
      const category = before && categoryOf(before);
      const helped = state.kind === 'done';
      if (before && category) note({ category, code: before, strategy: 'later', modelId, helped });
      failed.delete(modelId);
    }
    if (state.kind === 'failed' && state.error) failed.set(modelId, state.error.code);
  }

  return bus.subscribe((event) => {
    if (event.type === 'download.state') {
      const { modelId, download } = event.data;
      if (download) downloadChanged(modelId, download.state);
      else failed.delete(modelId);
    }
    if (event.type !== 'health.report' || event.data.modelId === null) return;
    const { modelId, health } = event.data;
    if (health?.verdict === 'damaged') damaged.add(modelId);
    else if (health?.verdict === 'healthy' && damaged.delete(modelId)) {
      note({
        category: 'integrity',
        code: 'MODEL_DAMAGED',
        strategy: 'mend',
        modelId,
        helped: true,
      });
    } else if (health === null) damaged.delete(modelId);
  });
}
