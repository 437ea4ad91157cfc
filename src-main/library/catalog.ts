/** All tracked models with their status: manifests, what is on disk, and what is being downloaded. */
import path from 'node:path';
import type { Download } from '../../src-shared/domain/download.ts';
import type { Manifest, ModelStatus } from '../../src-shared/domain/model.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Clock, Publish } from '../engines/ports.ts';
import type { LibraryHost } from './library-host.ts';
import { folderOfModel } from './model-folder.ts';
import { modelView } from './model-view.ts';
import type { FilePresence } from './presence.ts';

/** What checks found that name and size do not tell. */
export interface Flaws {
  /** Files whose bytes are wrong. */
  readonly damaged: ReadonlySet<string>;
  /** Why the model cannot be used although its files are right. */
  readonly unfit: string | undefined;
}

interface CatalogPorts {
  readonly host: LibraryHost;
  /** What the registry remembers of a library that cannot be opened. */
  readonly remembered: () => readonly Manifest[];
  readonly download: (modelId: string) => Download | undefined;
  readonly flaws: (modelId: string) => Flaws;
  readonly publish: Publish;
  readonly clock: Clock;
}

export type Catalog = ReturnType<typeof createCatalog>;

export function createCatalog(ports: CatalogPorts) {
  const { host, remembered, download, publish, clock } = ports;
  const presence = new Map<string, readonly FilePresence[]>();

  function presenceOf(manifest: Manifest): readonly FilePresence[] {
    const damaged = ports.flaws(manifest.id).damaged;
    return (presence.get(manifest.id) ?? []).map((file) =>
      file.state === 'present' && damaged.has(file.path) ? { ...file, state: 'damaged' } : file,
    );
  }

  function manifests(): readonly Manifest[] {
    const state = host.state();
    return state?.kind === 'open' ? state.library.manifests.all() : remembered();
  }

  function find(id: string): Manifest {
    const manifest = manifests().find((candidate) => candidate.id === id);
    if (!manifest) throw new AppError('MODEL_UNKNOWN', { modelId: id });
    return manifest;
  }

  function view(manifest: Manifest): ModelStatus {
    const state = host.state();
    const folder = state?.kind === 'open' ? state.library.folder : (state?.folder ?? '');
    return modelView({
      manifest,
      folder: path.join(folder, folderOfModel(manifest)),
      presence: state?.kind === 'open' ? presenceOf(manifest) : [],
      download: download(manifest.id),
      flaw: ports.flaws(manifest.id).unfit,
      libraryError: state?.kind === 'closed' ? toErrorReport(state.error) : undefined,
      now: clock.now(),
    });
  }

  /** Looks at the disk again. */
  async function refresh(manifest: Manifest): Promise<void> {
    const state = host.state();
    if (state?.kind === 'open') presence.set(manifest.id, await state.library.presence(manifest));
    else presence.delete(manifest.id);
  }

  /** Tells everyone how a model stands now; `null` once it is gone. */
  function announce(modelId: string): void {
    const manifest = manifests().find(({ id }) => id === modelId);
    publish('model.status', { modelId, model: manifest ? view(manifest) : null });
  }

  return {
    list: (): ModelStatus[] => manifests().map(view),
    manifests,
    find,
    /** Looks at one model's files again. @returns what is there of it, and whether it is right */
    look: async (manifest: Manifest): Promise<readonly FilePresence[]> => {
      await refresh(manifest);
      return presenceOf(manifest);
    },
    view: (id: string): ModelStatus => view(find(id)),
    announce,
    /** Not so for what is only listed, with nothing under way. */
    isHereOrComing: (modelId: string): boolean => {
      const manifest = manifests().find(({ id }) => id === modelId);
      return (
        manifest !== undefined && (Boolean(manifest.installedAt) || Boolean(download(modelId)))
      );
    },
    /** Looks at one model's files again and announces it. */
    refresh: async (modelId: string): Promise<void> => {
      const manifest = manifests().find(({ id }) => id === modelId);
      if (manifest) await refresh(manifest);
      else presence.delete(modelId);
      announce(modelId);
    },
    /** Looks at all of them again; until it has, it believes nothing of what was seen before. */
    refreshAll: async (): Promise<void> => {
      presence.clear();
      for (const manifest of manifests()) {
        await refresh(manifest);
        announce(manifest.id);
      }
    },
  };
}
