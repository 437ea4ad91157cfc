/**
 * Models that move between libraries. A move is a download whose bytes come from the other library: queued,
 * resumed and proven like any other. The model stays in use where it is until all of it has arrived; what
 * is left to do then is done here, also after an end in the middle.
 */
import { rm } from 'node:fs/promises';
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError, toAppError } from '../../../src-shared/errors.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import type { Log } from '../../engines/ports.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { Libraries } from '../../library/libraries.ts';
import type { Library } from '../../library/library.ts';
import { downloadIdIn } from '../../library/parts-of-libraries.ts';
import { downloadIdOf } from '../../library/plan-manifest.ts';
import { planMove, settledMove } from '../../library/plan-move.ts';
import type { AuditLog } from '../../stores/audit-log.ts';
import type { SettingsStore } from '../../stores/settings.ts';
import type { EventBus } from '../../transports/events.ts';

interface MovesWiring {
  readonly libraries: Libraries;
  readonly engine: Pick<DownloadEngine, 'get' | 'enqueue'>;
  readonly catalog: Pick<Catalog, 'find' | 'refresh'>;
  readonly bus: EventBus;
  readonly audit: AuditLog;
  readonly log: Log;
  /** All models of a library have gone to another, which takes its place. */
  readonly onMoved: (from: Library, to: Library) => Promise<void>;
}

export type Moves = ReturnType<typeof createMoves>;

export function createMoves(wiring: MovesWiring) {
  const { libraries, engine, catalog, bus, log } = wiring;
  let work: Promise<void> = Promise.resolve();

  const isUnderWay = (modelId: string) => {
    const download = engine.get(modelId);
    return download !== undefined && download.state.kind !== 'done';
  };

  async function moveModel(modelId: string, folder: string): Promise<Download> {
    const manifest = catalog.find(modelId);
    const from = libraries.of(modelId);
    const to = libraries.at(folder);
    const refuse = (state: string) =>
      new AppError('ACTION_NOT_POSSIBLE', { action: 'move', state });
    if (from === to || to.manifests.get(modelId)?.installedAt) throw refuse('there already');
    if (isUnderWay(modelId)) throw refuse('being downloaded');
    const origin = { library: from.about.get().id, folder: from.folder };
    const planned = planMove(manifest, origin);
    await to.manifests.put(planned);
    const paths = planned.files.filter(({ excluded }) => !excluded).map(({ path }) => path);
    return engine.enqueue({ manifest: planned, paths, id: downloadIdIn(to, planned) });
  }

  /** Finishes what has arrived, forgets what was cancelled, and goes on with libraries that move. */
  async function settleAll(): Promise<void> {
    for (const library of libraries.opened()) {
      for (const manifest of library.manifests.all()) {
        if (manifest.movedFrom) await settle(library, manifest, manifest.movedFrom.library);
      }
    }
    for (const library of libraries.opened()) await goOn(library);
  }

  async function settle(to: Library, arrived: Manifest, fromId: string): Promise<void> {
    const { id } = arrived;
    if (isUnderWay(id)) return;
    if (!arrived.installedAt) return to.manifests.forget(id);
    const from = libraries.opened().find(({ about }) => about.get().id === fromId);
    if (!from || from === to) return;
    const source = from.manifests.get(id);
    if (source) {
      const seen = await to.presence(arrived);
      if (seen.some(({ state }) => state === 'missing' || state === 'damaged')) return;
      const { movedFrom } = arrived;
      const settled = settledMove(source, arrived);
      await to.manifests.change(id, () => ({ ...settled, ...(movedFrom && { movedFrom }) }));
      await from.parts.remove(downloadIdOf(source));
      await from.remove(source, (place) => rm(place, { force: true }));
      wiring.audit.record('moved', id, { from: from.folder, to: to.folder });
    }
    await to.manifests.change(id, ({ movedFrom: _, ...settled }) => settled);
    await catalog.refresh(id);
  }

  /** Sets out the next models of a library that moves; when none is left, the other one takes its place. */
  async function goOn(from: Library): Promise<void> {
    const { movesTo } = from.about.get();
    const to = libraries.opened().find(({ folder }) => folder === movesTo);
    if (!to) return;
    let staying = 0;
    for (const manifest of from.manifests.all()) {
      const { id } = manifest;
      if (isUnderWay(id)) continue;
      if (!manifest.installedAt) await handOver(from, to, manifest);
      else if (!(await setOut(id, to))) staying += 1;
    }
    if (from.manifests.all().length > staying) return;
    await from.about.change({ movesTo: null });
    await wiring.onMoved(from, to);
  }

  /** What is only listed has no bytes to carry. */
  async function handOver(from: Library, to: Library, manifest: Manifest): Promise<void> {
    if (!to.manifests.get(manifest.id)) await to.manifests.put(manifest);
    await from.parts.remove(downloadIdOf(manifest));
    await from.manifests.forget(manifest.id);
    await catalog.refresh(manifest.id);
  }

  async function setOut(modelId: string, to: Library): Promise<boolean> {
    try {
      await moveModel(modelId, to.folder);
      return true;
    } catch (error) {
      log.warn('model cannot be moved', { modelId, code: toAppError(error).code });
      return false;
    }
  }

  function settleSoon(): Promise<void> {
    work = work.then(settleAll).catch((error: unknown) => {
      log.error('move could not be finished', { error: String(error) });
    });
    return work;
  }

  const stop = bus.subscribe(({ type, data }) => {
    if (type !== 'download.state') return;
    if (data.download === null || data.download.state.kind === 'done') void settleSoon();
  });

  return {
    moveModel,
    /** To be called when libraries were opened, and when one is to move. */
    settle: settleSoon,
    close: async (): Promise<void> => {
      stop();
      await work;
    },
  };
}

interface MainMove {
  readonly settings: SettingsStore;
  readonly libraries: Pick<Libraries, 'states'>;
}

/** The library that took over is the main one if the other was; one in which nothing is left is forgotten. */
export function moveMain({ settings, libraries }: MainMove): MovesWiring['onMoved'] {
  return async (from, to) => {
    const { others } = settings.get().values.library;
    const isMain = libraries.states()[0]?.folder === from.folder;
    const isEmpty = from.manifests.all().length === 0;
    const rest = others.filter((folder) => folder !== from.folder && folder !== to.folder);
    settings.patch({
      library: {
        ...(isMain && { folder: to.folder }),
        others: [...(isEmpty ? [] : [from.folder]), ...(isMain ? [] : [to.folder]), ...rest],
      },
    });
  };
}
