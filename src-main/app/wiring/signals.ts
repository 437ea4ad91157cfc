/** Signs of use that other programs leave, joined to the statistics. Nothing is asked of anyone but by this computer. */
import path from 'node:path';
import type { FoundModel } from '../../../src-shared/domain/inventory.ts';
import type { UsageEvent } from '../../../src-shared/domain/usage.ts';
import type { Analytics } from '../../engines/analytics/analytics.ts';
import { createComfyUiSignal } from '../../engines/analytics/comfyui-signal.ts';
import { createFileTimesSignal } from '../../engines/analytics/file-times-signal.ts';
import type { KnownModels } from '../../engines/analytics/match-models.ts';
import { createOllamaSignal } from '../../engines/analytics/ollama-signal.ts';
import { createSignals } from '../../engines/analytics/signals.ts';
import type { InventoryEngine } from '../../engines/inventory/inventory.ts';
import type { Clock, Log } from '../../engines/ports.ts';
import { manifestOfFound } from '../../library/adopt.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { Libraries } from '../../library/libraries.ts';
import { keepsAccessTimes, readingsOf } from '../../platform/access-times.ts';
import { createHasher } from '../../platform/hasher.ts';
import { createHttpClient } from '../../platform/http.ts';
import {
  comfyUiAddress,
  comfyUiHistory,
  loadedInOllama,
  ollamaAddress,
} from '../../platform/neighbours.ts';
import { createOwnReads, notedHasher, type OwnReads } from '../../platform/own-reads.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { EventBus } from '../../transports/events.ts';

interface SignalsWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly analytics: Analytics;
  readonly catalog: Pick<Catalog, 'manifests'>;
  readonly inventory: Pick<InventoryEngine, 'list'>;
  readonly libraries: Pick<Libraries, 'opened'>;
  readonly ownReads: OwnReads;
  readonly settings: SettingsStore;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
}

/** Reads files and remembers that it did. */
export function createReading(clock: Clock) {
  const ownReads = createOwnReads(clock);
  return { ownReads, hasher: notedHasher(createHasher(), ownReads) };
}

export function watchSignals(wiring: SignalsWiring) {
  const { clock, log, bus, analytics, settings, environment } = wiring;
  const http = createHttpClient({ userAgent: wiring.userAgent });
  const ollama = ollamaAddress(environment);
  const comfyUi = comfyUiAddress(environment);
  const wanted = () => settings.get().values.analytics;
  const isOn = (name: 'fromOllama' | 'fromComfyui' | 'fromFileTimes') => () =>
    wanted().record && wanted()[name];
  const known = () => knownModels(wiring);
  const lastUses = new Map<string, number>();
  const stopHearing = bus.subscribe(({ type, data }) => {
    if (type === 'analytics.updated') lastUses.set(data.modelId, Date.parse(data.lastUsedAt));
  });

  const signals = createSignals({
    clock,
    log,
    signals: [
      createOllamaSignal({
        ...{ clock, known, isOn: isOn('fromOllama') },
        loaded: async () => (ollama === null ? null : loadedInOllama(http, ollama)),
      }),
      createComfyUiSignal({
        ...{ clock, known, isOn: isOn('fromComfyui') },
        history: async (most) => (comfyUi === null ? null : comfyUiHistory(http, comfyUi, most)),
      }),
      createFileTimesSignal({
        ...{ clock, isOn: isOn('fromFileTimes'), wasOurs: wiring.ownReads.wasOurs },
        lastUse: (modelId) => lastUses.get(modelId),
        readings: createReadings(wiring),
      }),
    ],
    record: (event: UsageEvent) => {
      analytics.record(event);
      bus.publish('analytics.updated', { modelId: event.modelId, lastUsedAt: event.startedAt });
    },
  });
  const stopFollowing = settings.onChange((changed) => {
    if (changed.some((key) => key.startsWith('analytics.'))) void signals.changed();
  });
  return {
    start: signals.start,
    close: async (): Promise<void> => {
      stopFollowing();
      stopHearing();
      await signals.close();
    },
  };
}

function knownModels({ catalog, inventory }: SignalsWiring): KnownModels {
  const manifests = catalog.manifests();
  const found = inventory.list().items.flatMap((model) => {
    const modelId = inLibrary(model, manifests) ?? idOnceAdopted(model);
    return modelId === null ? [] : [{ ...model, modelId }];
  });
  return { manifests, found };
}

/** The one that shares its files, else one with the same weights. */
function inLibrary({ files, sameAs }: FoundModel, manifests: KnownModels['manifests']) {
  const places = new Set(files.map(({ place }) => place));
  const adopted = manifests.find((manifest) =>
    Object.values(manifest.adopted?.places ?? {}).some((place) => places.has(place)),
  );
  return adopted?.id ?? sameAs[0];
}

/** So that its uses are its own still when it is taken into the library. */
function idOnceAdopted(model: FoundModel): string | null {
  try {
    return manifestOfFound(model, { others: [], at: '' }).id;
  } catch {
    return null;
  }
}

/** The files of the libraries that are open, where their volumes tell when they were read. */
function createReadings({ libraries }: SignalsWiring) {
  const keeps = new Map<string, Promise<boolean>>();
  return async () => {
    const readings = libraries.opened().map(async ({ folder, manifests }) => {
      const isKept = keeps.get(folder) ?? keepsAccessTimes(path.join(folder, '.larder'));
      keeps.set(folder, isKept);
      return (await isKept) ? readingsOf(folder, manifests.all()) : [];
    });
    return (await Promise.all(readings)).flat();
  };
}
