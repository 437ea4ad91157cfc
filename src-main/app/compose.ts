/**
 * The composition root: every engine and adapter is made here and joined by hand. Nothing in this file
 * needs Electron; what only the desktop can do comes in, so that the tests run this very program.
 */
import { rm } from 'node:fs/promises';
import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import { createAnalytics } from '../engines/analytics/analytics.ts';
import { createCatalog } from '../library/catalog.ts';
import { findStores } from '../library/reuse/known-stores.ts';
import { createDiscover } from '../operations/discover.ts';
import { createSystemClock } from '../platform/clock.ts';
import { createConditions } from '../platform/conditions.ts';
import { freeBytes } from '../platform/disk-space.ts';
import { detectHardwareOnce } from '../platform/hardware.ts';
import { localTimeOf } from '../platform/local-time.ts';
import { createDispatch } from '../transports/dispatch.ts';
import { createEventBus } from '../transports/events.ts';
import { openStores } from './open-stores.ts';
import { defaultLibrary, logFolderOf, type Surroundings } from './surroundings.ts';
import { createAnswering } from './wiring/answering.ts';
import { createDownloads } from './wiring/downloads.ts';
import { createHandlers } from './wiring/handlers.ts';
import { createHealthCare } from './wiring/health.ts';
import { createOthers } from './wiring/inventory.ts';
import { createLibrarySet, followLibraries } from './wiring/library.ts';
import { createLibraryUse } from './wiring/library-use.ts';
import { createLocalApi } from './wiring/local-api.ts';
import { followDownloads } from './wiring/model-status.ts';
import { createMoves, moveMain } from './wiring/moves.ts';
import { createNetwork } from './wiring/network.ts';
import { placesOf, type Screen } from './wiring/places.ts';
import { prioritizeUnasked } from './wiring/prioritize-unasked.ts';
import { createRemovals } from './wiring/removals.ts';
import { MENDED_BY_TOKEN, retryFailed } from './wiring/retry-when-mended.ts';
import { followRules } from './wiring/rules.ts';
import { followSettings } from './wiring/settings-changes.ts';
import { createReading, watchSignals } from './wiring/signals.ts';

export type Larder = Awaited<ReturnType<typeof compose>>;

/** Makes everything; {@link Larder.start} sets it going. */
export async function compose(surroundings: Surroundings) {
  const { environment, log, userDataFolder, version, desktop } = surroundings;
  const clock = surroundings.clock ?? createSystemClock();
  const bus = createEventBus({ clock, log });
  const { publish } = bus;
  const documents = await openStores(surroundings, clock, publish);
  const { alerts, audit, settings, secrets, queue, registry } = documents;
  const values = () => settings.get().values;
  const libraryFolder = () => values().library.folder || defaultLibrary(surroundings);
  const folders = () => [libraryFolder(), ...values().library.others];
  const keepFreeBytes = () => values().downloads.keepFreeBytes;

  const userAgent = `larder/${version}`;
  const network = createNetwork({
    ...surroundings,
    userAgent,
    settings: () => values().hub,
    token: secrets.get,
  });
  const { source } = network;
  const { hasher, ownReads } = createReading(clock);
  const freeDiskBytes = () => freeBytes(libraryFolder()).catch(() => null);
  const hardware = detectHardwareOnce();

  const basics = { clock, log, bus, publish, alerts, audit, hasher, registry, keepFreeBytes };
  const onLeave = () => care.stop().then(engine.stop);
  const onChange = () => following.changed();
  const libraries = createLibrarySet({ ...basics, folders, onLeave, onChange });

  const conditions = createConditions(surroundings.machine.sensors, clock);
  const stores = await findStores(environment, surroundings.homeFolder, process.platform);
  const screen: Screen = (job, proven) => care.screen(job, proven);
  const others = createOthers({
    ...{ ...basics, surroundings, conditions, store: documents.inventory },
    manifests: () => catalog.manifests(),
    engine: () => engine,
  });
  const usedBytes = createLibraryUse(libraries, () => engine.list());
  const wired = { libraries, usedBytes, hasher, stores, screen, now: clock.now };
  const places = placesOf({ ...wired, placesOf: others.inventory.placesOf });
  const downloads = createDownloads({
    ...basics,
    ...network,
    ...places,
    userAgent,
    queue,
    conditions,
    keepAwake: (on) => surroundings.machine.keepAwake(on && values().downloads.keepAwake),
    settings: () => values().downloads,
  });
  const { engine } = downloads;
  engine.restore();
  const flaws = (modelId: string) => care.health.flaws(modelId);
  const catalog = createCatalog({ ...basics, libraries, download: engine.get, flaws });
  const care = createHealthCare({
    ...basics,
    ...{ libraries, catalog, engine, conditions, ownReads },
    document: documents.health,
    settings: () => values().health,
    prioritizeUnasked: (modelId) =>
      prioritizeUnasked({ catalog, engine, analytics, clock }, modelId),
    idleMs: surroundings.machine.idleMs,
  });

  const onMoved = moveMain({ settings, libraries });
  const moves = createMoves({ ...basics, libraries, engine, catalog, onMoved });
  const { moveToTrash } = desktop;
  const removals = createRemovals({ ...basics, libraries, catalog, moveToTrash });
  const following = followLibraries({
    ...{ ...basics, ...downloads, libraries, catalog, care, others, moves, removals, usedBytes },
    daily: () => void Promise.all([analytics.prune(), rules.look()]),
    warnBelowBytes: () => values().storage.warnBelowBytes,
  });

  const disk = { hardware, freeDiskBytes, keepFreeBytes };
  const discover = createDiscover({ ...disk, source, clock, isInLibrary: catalog.isHereOrComing });
  const onToken = () => {
    discover.forget();
    return retryFailed(engine, MENDED_BY_TOKEN);
  };
  const analytics = createAnalytics({
    ...{ clock, store: documents.usage, toLocal: localTimeOf },
    keepMonths: () => values().analytics.keepMonths,
  });
  const signs = { analytics, catalog, environment, libraries, ownReads, settings, userAgent };
  const signals = watchSignals({ ...basics, ...others, ...signs });
  const answering = createAnswering({
    ...{
      ...basics,
      ...documents,
      ...disk,
      ...network,
      ...surroundings,
      analytics,
      catalog,
      engine,
    },
    ...{ libraries, userAgent, health: care.health, healthRecord: documents.health },
    ensure: (request) => handlers['models.ensure'](request),
    apiUrl: () => api.url(),
  });
  const handlers: OperationHandlers = createHandlers({
    ...{ ...basics, ...documents, ...disk, ...places, ...others },
    ...{ analytics, catalog, desktop, discover, engine, libraries, libraryFolder },
    ...{ moves, removals, usedBytes, onToken, source },
    health: care.health,
    isOn: () => values().analytics.record,
    bytesPerSecond: queue.speed.get,
    identify: async (sha256: string) => (await source.identify?.(sha256)) ?? null,
    rules: () => values().storage.rules,
    deleteForGood: (file: string) => rm(file, { force: true }),
    ...answering,
    about: { ...surroundings, logFolder: logFolderOf(userDataFolder) },
    apiUrl: () => api.url(),
    apiToken: () => api.token(),
    checks: [
      ['downloads', async () => engine.assertStarted()],
      ['stores', documents.flush],
    ],
  });
  const dispatch = createDispatch(handlers, log);
  const rules = followRules({
    ...{ ...basics, handlers, settings: () => values().storage },
    isReady: () => libraries.opened().length > 0,
  });
  const { gateway } = answering;
  const api = createLocalApi({ ...basics, dispatch, gateway, settings, userDataFolder, version });

  followDownloads({ bus, catalog });
  followSettings({ settings, libraries, reschedule: downloads.reschedule, discover, rules });

  return {
    dispatch,
    bus,
    clock,
    settings,
    alerts,
    downloads: engine.list,
    /** Sets everything going. Never rejects: what cannot start becomes an alert. */
    start: async (): Promise<void> => {
      await Promise.all([api.start(), libraries.follow()]);
      signals.start();
      answering.start();
    },
    /** Ends everything, with its state on disk. */
    stop: async (): Promise<void> => {
      await api.stop();
      await answering.close();
      await libraries.close();
      const followers = [moves, removals, care, others, signals, conditions, following, rules];
      await Promise.all(followers.map((one) => one.close()));
      await Promise.all([downloads.close(), hasher.close()]);
      await Promise.allSettled([documents.flush(), log.flush()]);
    },
  };
}
