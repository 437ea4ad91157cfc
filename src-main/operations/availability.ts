import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import { type CleanupRule, ruleFor } from '../../src-shared/domain/cleanup-rule.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type { ModelHealth } from '../../src-shared/domain/health.ts';
import type { ModelStatus } from '../../src-shared/domain/model.ts';
import type { Lifecycle, ModelReport } from '../../src-shared/domain/model-report.ts';
import type { Analytics } from '../engines/analytics/analytics.ts';
import { createEnsure } from '../engines/availability/ensure.ts';
import type { Health } from '../engines/health/health.ts';
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
  readonly health: Pick<Health, 'list'>;
  readonly analytics: Pick<Analytics, 'recent'>;
  readonly rules: () => readonly CleanupRule[];
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
  /** The same objects as long as nothing changed, so that they are checked once on their way out. */
  const reports = new WeakMap<ModelStatus, CachedReport>();

  /** All of one model, or of each. */
  async function report(statuses: readonly ModelStatus[]): Promise<ModelReport[]> {
    const recent = await ports.analytics.recent();
    const known = new Map(ports.health.list().map((health) => [health.modelId, health]));
    return statuses.map((status) => {
      const use = recent.get(status.id);
      const health = known.get(status.id);
      const lifecycle = lifecycleOf(status, use?.lastUsedAt ?? null, ports);
      const key = `${use?.lastUsedAt} ${use?.uses} ${lifecycle}`;
      const before = reports.get(status);
      if (before && before.health === health && before.key === key) return before.report;
      const lastUsedAt = use ? new Date(use.lastUsedAt).toISOString() : null;
      const usage = { lastUsedAt, uses: use?.uses ?? 0 };
      const report = { ...status, lifecycle, health: healthIn(health), usage };
      reports.set(status, { health, key, report });
      return report;
    });
  }

  return {
    'models.status': async ({ id }) => {
      if (id === undefined) {
        await catalog.looked();
        return { items: await report(catalog.list()) };
      }
      catalog.find(id);
      await catalog.refresh(id);
      return { items: await report([catalog.view(id)]) };
    },
    'models.ensure': (request) => ensure({ ...request, signal }),
  } satisfies Partial<OperationHandlers>;
}

function lifecycleOf(
  { keep, installedAt, trackedAt, sizeBytes, task, tags }: ModelStatus,
  lastUsedAt: number | null,
  { rules, clock }: Pick<AvailabilityPorts, 'rules' | 'clock'>,
): Lifecycle {
  if (keep) return 'kept';
  if (installedAt === undefined) return 'tracked';
  const touchedAt = lastUsedAt ?? Date.parse(installedAt ?? trackedAt);
  const facts = { keep, sizeBytes, task, tags, touchedAt };
  return ruleFor(facts, rules(), clock.now()) ? 'candidate' : 'present';
}

interface CachedReport {
  readonly health: ModelHealth | undefined;
  readonly key: string;
  readonly report: ModelReport;
}

function healthIn(health: ModelHealth | undefined): ModelReport['health'] {
  if (!health) return null;
  const { verdict, healthScore, lastProvenAt, nextDueAt } = health;
  return { verdict, healthScore, lastProvenAt, nextDueAt };
}
