/** What was removed can be taken back for a minute; then its files go to the trash, also after a restart. */
import { AppError, toAppError } from '../../../src-shared/errors.ts';
import type { Clock, Log } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { Libraries } from '../../library/libraries.ts';
import type { Library } from '../../library/library.ts';
import type { Discard, Removal } from '../../library/removed-models.ts';
import type { Removals } from '../../operations/ports.ts';
import type { Alerts } from '../../stores/alerts.ts';

interface RemovalsWiring {
  readonly libraries: Libraries;
  readonly catalog: Pick<Catalog, 'refresh'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly moveToTrash: Discard;
}

/** Long enough to see the mistake, short enough that nobody looks for it in the trash in vain. */
const UNDO_MS = 60_000;

export function createRemovals(wiring: RemovalsWiring) {
  const { libraries, catalog, clock, log, alerts } = wiring;
  /** By model id: what cancels its way to the trash. */
  const waiting = new Map<string, () => void>();
  let work: Promise<void> = Promise.resolve();

  const untilOf = ({ at }: Pick<Removal, 'at'>) => Date.parse(at) + UNDO_MS;

  function schedule(removal: Removal): void {
    const { id } = removal.manifest;
    if (waiting.has(id)) return;
    const inMs = Math.max(0, untilOf(removal) - clock.now());
    waiting.set(
      id,
      clock.after(Math.min(inMs, UNDO_MS), () => {
        waiting.delete(id);
        work = work.then(() => discard(removal));
      }),
    );
  }

  /** What the trash does not take stays in the library, and is told. */
  async function discard({ manifest: { id } }: Removal): Promise<void> {
    const library = await libraryWith(id);
    try {
      await library?.removed.discard(id, wiring.moveToTrash);
    } catch (thrown) {
      const error = toAppError(thrown);
      log.warn('removed model cannot go to the trash', { modelId: id, code: error.code });
      alerts.raise(error, { cause: `removal:${id}`, modelId: id });
      await catalog.refresh(id);
    }
  }

  async function libraryWith(id: string): Promise<Library | undefined> {
    for (const library of libraries.opened()) {
      const removals = await library.removed.list();
      if (removals.some(({ manifest }) => manifest.id === id)) return library;
    }
    return undefined;
  }

  const removals: Removals = {
    toTrash: async (library, manifest) => {
      const at = new Date(clock.now()).toISOString();
      // An earlier one of the same name would be written over.
      await settle(manifest.id);
      const freedBytes = await library.removed.putAside(manifest, at);
      schedule({ at, manifest, files: [] });
      return { freedBytes, undoUntil: new Date(untilOf({ at })).toISOString() };
    },
    restore: async (id) => {
      const library = await libraryWith(id);
      if (!library) throw new AppError('MODEL_UNKNOWN', { modelId: id });
      await library.removed.restore(id);
      waiting.get(id)?.();
      waiting.delete(id);
      await catalog.refresh(id);
    },
  };

  async function settle(id: string): Promise<void> {
    const before = waiting.get(id);
    before?.();
    waiting.delete(id);
    await work;
    if (before) await (await libraryWith(id))?.removed.discard(id, wiring.moveToTrash);
  }

  return {
    ...removals,
    /** Goes on with what was on its way to the trash in libraries that were opened. */
    resume: async (): Promise<void> => {
      for (const library of libraries.opened()) {
        for (const removal of await library.removed.list()) {
          const { id, trackedAt } = removal.manifest;
          // It ended before all of it was out of the library.
          const isInterrupted = library.manifests.get(id)?.trackedAt === trackedAt;
          if (isInterrupted) await library.removed.restore(id);
          else schedule(removal);
        }
      }
    },
    close: async (): Promise<void> => {
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await work;
    },
  };
}
