/** The libraries that are open, wherever the settings say they are. */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Clock, Hasher, Log, Publish } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';
import { describeLibraries } from '../../library/describe-libraries.ts';
import { createLibraries, type Libraries } from '../../library/libraries.ts';
import { type Library, openLibrary } from '../../library/library.ts';
import { freeBytes } from '../../platform/disk-space.ts';
import { createLibraryReader } from '../../platform/library-reader.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { RegistryDocument } from '../../stores/registry-document.ts';
import type { EventBus } from '../../transports/events.ts';
import { disksOf } from './library-disks.ts';
import { watchSpace } from './low-space.ts';
import type { Moves } from './moves.ts';
import { MENDED_BY_LIBRARY, retryFailed } from './retry-when-mended.ts';

export interface LibrariesWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly hasher: Hasher;
  readonly registry: RegistryDocument;
  readonly alerts: Alerts;
  readonly keepFreeBytes: () => number;
  /** The main one first. */
  readonly folders: () => readonly string[];
  readonly onLeave: () => Promise<void>;
  readonly onChange: () => Promise<void>;
}

export function createLibrarySet(wiring: LibrariesWiring) {
  const { registry, alerts, hasher, keepFreeBytes, folders } = wiring;
  const instance = randomUUID();
  const reader = createLibraryReader();
  const libraries = createLibraries({
    ...wiring,
    remembered: registry.manifestsOf,
    idOf: registry.idOf,
    open: async (folder) => {
      const remembered = () => registry.manifestsOf(folder);
      const isMain = folders()[0] === folder;
      const library = await openLibrary({
        folder,
        instance,
        hasher,
        reader,
        remembered,
        // A main library that held nothing is as good as a new one; of all others the drive may be unplugged.
        mayMake: async () =>
          isMain ? (await remembered()).length === 0 : !(await registry.isKnown(folder)),
        onChange: (manifests) => registry.remember(folder, manifests),
        onDamage: (error) => alerts.raise(error, { cause: error.message }),
        freeBytes: async () => Math.max(0, (await freeBytes(folder)) - keepFreeBytes()),
      });
      registry.identify(folder, library.about.get().id);
      return library;
    },
  });
  const close = () => libraries.close().then(reader.close);
  return { ...libraries, close };
}

/** How long after a change of models their sums are told. */
const TELL_MS = 500;

interface FollowingWiring {
  readonly bus: EventBus;
  readonly libraries: Libraries;
  readonly alerts: Alerts;
  readonly catalog: Pick<Catalog, 'refreshAll'>;
  readonly engine: DownloadEngine;
  readonly reschedule: () => void;
  readonly care: { start(): Promise<void>; stop(): Promise<void> };
  readonly others: { readonly inventory: { start(): unknown } };
  readonly moves: Pick<Moves, 'settle'>;
  readonly removals: { resume(): Promise<void> };
  readonly usedBytes: (library: Library) => number;
  /** What is to be done when a library opens, and now and then. */
  readonly daily: () => void;
  readonly warnBelowBytes: () => number;
  readonly clock: Clock;
  readonly publish: Publish;
}

/** What happens when libraries open, close or come back: downloads run while there is one to put them in. */
export function followLibraries(wiring: FollowingWiring) {
  const { libraries, catalog, engine, care } = wiring;
  let stopWatching = () => {};
  let cancelTell: (() => void) | undefined;
  // Models came, went or moved.
  const stopHearing = wiring.bus.subscribe(({ type }) => {
    if (type !== 'model.status') return;
    cancelTell ??= wiring.clock.after(TELL_MS, () => {
      cancelTell = undefined;
      void tellOfLibraries(wiring);
    });
  });
  return {
    changed: async (): Promise<void> => {
      tellOfClosed(wiring);
      await catalog.refreshAll();
      // Who waited for this look is answered before anything else begins.
      await nextTurn();
      await tellOfLibraries(wiring);
      if (libraries.opened().length === 0) return;
      await engine.start();
      wiring.reschedule();
      await retryFailed(engine, MENDED_BY_LIBRARY);
      await care.stop();
      void care.start();
      wiring.others.inventory.start();
      wiring.daily();
      void wiring.moves.settle();
      await wiring.removals.resume();
      stopWatching();
      stopWatching = watchSpace({ ...wiring, disks: () => disksOf(libraries) });
    },
    close: () => {
      stopWatching();
      stopHearing();
      cancelTell?.();
    },
  };
}

/** That the drive of a further library is away is no trouble; its models say so. */
function tellOfClosed({ libraries, alerts }: Pick<FollowingWiring, 'libraries' | 'alerts'>): void {
  const [main, ...others] = libraries.states();
  if (main?.kind === 'closed') alerts.raise(main.error, { cause: 'library' });
  else alerts.settle('library');
  for (const state of others) {
    const cause = `library ${state.folder}`;
    const isTrouble = state.kind === 'closed' && state.error.code !== 'LIBRARY_MISSING';
    if (isTrouble) alerts.raise(state.error, { cause });
    else alerts.settle(cause);
  }
}

export async function tellOfLibraries({
  libraries,
  usedBytes,
  publish,
}: Pick<FollowingWiring, 'libraries' | 'usedBytes' | 'publish'>): Promise<void> {
  publish('library.state', { items: await describeLibraries(libraries, usedBytes) });
}
