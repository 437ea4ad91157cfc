/** Downloads that nobody asked for just now wait behind those that somebody did. */
import type { Analytics } from '../../engines/analytics/analytics.ts';
import { priorityUnasked } from '../../engines/availability/priority.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Clock } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';

interface PriorityWiring {
  readonly catalog: Pick<Catalog, 'find'>;
  readonly engine: Pick<DownloadEngine, 'get' | 'prioritize'>;
  readonly analytics: Pick<Analytics, 'recent'>;
  readonly clock: Clock;
}

export async function prioritizeUnasked(
  { catalog, engine, analytics, clock }: PriorityWiring,
  modelId: string,
): Promise<void> {
  const recent = await analytics.recent();
  const lastUsedAt = recent.get(modelId)?.lastUsedAt ?? null;
  const { keep } = catalog.find(modelId);
  const priority = priorityUnasked({ keep, lastUsedAt }, clock.now());
  if (engine.get(modelId)?.can.prioritize) await engine.prioritize(modelId, { priority });
}
