/** The fallback engine with what it asks: the library, runtimes, health, uses, hardware and settings. */

import type { ModelStatus } from '../../../src-shared/domain/model.ts';
import type { Analytics } from '../../engines/analytics/analytics.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Catalogue } from '../../engines/fallback/catalogue.ts';
import { createFallback, type Fallback } from '../../engines/fallback/fallback.ts';
import type { FallbackPorts, Measured, OfferedModel } from '../../engines/fallback/ports.ts';
import type { Clock, Hardware, Log } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { HealthDocument } from '../../stores/health-document.ts';
import type { QueueDocument } from '../../stores/queue-document.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { EventBus } from '../../transports/events.ts';

/** What can run models here, and what their names mean. */
export interface Runners {
  readonly canRun: (model: ModelStatus) => boolean;
  readonly offered: () => readonly OfferedModel[];
  /** The model that a name means; the text itself where it means none. */
  readonly resolve: (name: string) => string;
  /** Servers came or went, or offer other models. @returns ends it */
  readonly onChange: (listener: () => void) => () => void;
}

export interface FallbackWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly catalog: Catalog;
  readonly catalogue: Catalogue;
  readonly engine: Pick<DownloadEngine, 'get'>;
  readonly analytics: Pick<Analytics, 'usage'>;
  readonly health: Pick<HealthDocument, 'get'>;
  readonly queue: Pick<QueueDocument, 'speed'>;
  readonly settings: SettingsStore;
  readonly standIns: FallbackPorts['store'];
  readonly hardware: () => Promise<Hardware>;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly runners: Runners;
}

/** Uses of models change figures slowly, and come by the thousand. */
const MEASURE_EVERY_MS = 60_000;

export function createStandIns(wiring: FallbackWiring): Fallback {
  const { catalog, settings, runners } = wiring;
  const values = () => settings.get().values;
  const measured = createMeasured(wiring);
  const fallback = createFallback({
    ...wiring,
    publish: wiring.bus.publish,
    looked: catalog.looked,
    models: catalog.list,
    canRun: runners.canRun,
    offered: runners.offered,
    resolve: runners.resolve,
    etaMs: (modelId) => etaOf(wiring, modelId),
    measured: measured.get,
    settings: () => values().fallback,
    store: wiring.standIns,
    onChange: (listener) => {
      const ends = [
        runners.onChange(() => listener('runtimes')),
        measured.onChange(() => listener('measured')),
        wiring.bus.subscribe(({ type }) => {
          if (type === 'model.status' || type === 'library.state') listener('models');
        }),
        settings.onChange((changed) => {
          if (changed.some((key) => /^(fallback|generation)\./.test(key))) listener('settings');
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  });
  return {
    ...fallback,
    close: async () => {
      measured.close();
      await fallback.close();
    },
  };
}

/** What a download tells; before it can, what is missing at the speed of the last ones. */
function etaOf({ engine, catalog, queue }: FallbackWiring, modelId: string): number | null {
  const download = engine.get(modelId);
  const isComing = download && download.state.kind !== 'done';
  if (isComing && download.hold) return null;
  if (isComing && download.etaMs !== null) return download.etaMs;
  const bytesPerSecond = queue.speed.get();
  if (!bytesPerSecond) return null;
  const { missingBytes } = catalog.view(modelId).integrity;
  return (missingBytes / bytesPerSecond) * 1_000;
}

/** How models did here in the last 30 days: looked at again at most once a minute after a use. */
function createMeasured({ analytics, health, clock, bus, log }: FallbackWiring) {
  const listeners = new Set<() => void>();
  let known: Promise<ReadonlyMap<string, Measured>> | undefined;
  let cancel: (() => void) | undefined;

  async function look(): Promise<ReadonlyMap<string, Measured>> {
    const rates = ratesOf(health.get().speed);
    const { items } = await analytics.usage();
    const used = items.map(({ modelId, uses, successRate, lastUsedAt }): [string, Measured] => {
      const successes = Math.round(uses * successRate);
      const failures = uses - successes;
      const rate = rates.get(modelId) ?? null;
      return [modelId, { rate, successes, failures, lastUsedAt: Date.parse(lastUsedAt) }];
    });
    const unused = [...rates].map(([modelId, rate]): [string, Measured] => [
      modelId,
      { rate, successes: 0, failures: 0, lastUsedAt: null },
    ]);
    return new Map([...unused, ...used]);
  }

  const stop = bus.subscribe(({ type }) => {
    if (type !== 'analytics.updated') return;
    cancel ??= clock.after(MEASURE_EVERY_MS, () => {
      cancel = undefined;
      known = undefined;
      for (const listener of listeners) listener();
    });
  });

  return {
    /** Without figures a decision is made all the same. */
    get: () => {
      known ??= look().catch((error: unknown) => {
        known = undefined;
        log.warn('what is known of uses is not at hand', { problem: String(error) });
        return new Map();
      });
      return known;
    },
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      stop();
      cancel?.();
    },
  };
}

/** The median of what each did while all was well, in the configuration used last. */
function ratesOf(speed: ReturnType<HealthDocument['get']>['speed']): ReadonlyMap<string, number> {
  return new Map(
    speed.flatMap(({ modelId, samples }): [string, number][] => {
      const rates = samples.filter(({ isSlow }) => !isSlow).map(({ rate }) => rate);
      const middle = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)];
      return middle === undefined ? [] : [[modelId, middle]];
    }),
  );
}
