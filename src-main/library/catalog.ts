/** All tracked models with their status: manifests, what is on disk, and what is being downloaded. */
import type { Download } from '../../src-shared/domain/download.ts';
import type { Manifest, ModelStatus } from '../../src-shared/domain/model.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Clock, Publish } from '../engines/ports.ts';
import { inBatches } from './in-batches.ts';
import type { Libraries, LibraryState } from './libraries.ts';
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
  readonly libraries: Pick<Libraries, 'manifests' | 'manifest' | 'stateOf'>;
  readonly download: (modelId: string) => Download | undefined;
  readonly flaws: (modelId: string) => Flaws;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Models looked at at a time, before anything else may have its turn. */
const AT_ONCE = 256;

interface CachedView {
  readonly manifest: Manifest;
  readonly seen: readonly FilePresence[] | undefined;
  readonly state: LibraryState | undefined;
  readonly view: ModelStatus;
}

export type Catalog = ReturnType<typeof createCatalog>;

export function createCatalog(ports: CatalogPorts) {
  const { libraries, download, publish, clock } = ports;
  const { manifests } = libraries;
  const presence = new Map<string, readonly FilePresence[]>();

  function presenceOf(manifest: Manifest): readonly FilePresence[] {
    const damaged = ports.flaws(manifest.id).damaged;
    return (presence.get(manifest.id) ?? []).map((file) =>
      file.state === 'present' && damaged.has(file.path) ? { ...file, state: 'damaged' } : file,
    );
  }

  function find(id: string): Manifest {
    const manifest = libraries.manifest(id);
    if (!manifest) throw new AppError('MODEL_UNKNOWN', { modelId: id });
    return manifest;
  }

  const views = new Map<string, CachedView>();

  /** The same object as long as nothing changed: most of thousands of models are what they were. */
  function view(manifest: Manifest): ModelStatus {
    const { id } = manifest;
    const state = libraries.stateOf(id);
    const seen = presence.get(id);
    const flaw = ports.flaws(id);
    const known = views.get(id);
    const isPlain = !download(id) && flaw.damaged.size === 0 && flaw.unfit === undefined;
    if (isPlain && known?.manifest === manifest && known.seen === seen && known.state === state) {
      return known.view;
    }
    const fresh = modelView({
      manifest,
      library: state?.folder ?? '',
      presence: state?.kind === 'open' ? presenceOf(manifest) : lastKnown(manifest),
      download: download(id),
      flaw: flaw.unfit,
      libraryError: state?.kind === 'closed' ? toErrorReport(state.error) : undefined,
      now: clock.now(),
    });
    if (isPlain) views.set(id, { manifest, seen, state, view: fresh });
    else views.delete(id);
    return fresh;
  }

  /** Looks at the disk again. */
  async function refresh(manifest: Manifest): Promise<void> {
    const state: LibraryState | undefined = libraries.stateOf(manifest.id);
    if (state?.kind === 'open') presence.set(manifest.id, await state.library.presence(manifest));
    else presence.delete(manifest.id);
  }

  /** As {@link refresh} of each. */
  async function refreshSome(some: readonly Manifest[]): Promise<void> {
    for (const state of new Set(some.map(({ id }) => libraries.stateOf(id)))) {
      if (state?.kind !== 'open') continue;
      const group = some.filter(({ id }) => libraries.stateOf(id) === state);
      const seen = await state.library.presences(group);
      for (const [index, { id }] of group.entries()) presence.set(id, seen[index] ?? []);
    }
  }

  /** Models that everyone has been told of. */
  const told = new Map<string, ModelStatus>();
  const firstLook = createLatch(clock);

  /** Tells everyone how a model stands now; `null` once it is gone. */
  function announce(modelId: string): void {
    const manifest = libraries.manifest(modelId);
    const model = manifest ? view(manifest) : null;
    if (model) told.set(modelId, model);
    else {
      told.delete(modelId);
      views.delete(modelId);
    }
    publish('model.status', { modelId, model });
  }

  return {
    list: (): ModelStatus[] => {
      const all = manifests().map(view);
      for (const one of all) told.set(one.id, one);
      return all;
    },
    /**
     * Resolves once all files were looked at for the first time, or after some seconds: until then every model
     * seems to be missing.
     */
    looked: (): Promise<void> => firstLook.promise,
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
      const manifest = libraries.manifest(modelId);
      return (
        manifest !== undefined && (Boolean(manifest.installedAt) || Boolean(download(modelId)))
      );
    },
    /** Looks at one model's files again and announces it. */
    refresh: async (modelId: string): Promise<void> => {
      const manifest = libraries.manifest(modelId);
      if (manifest) await refresh(manifest);
      else presence.delete(modelId);
      announce(modelId);
    },
    /** Looks at all of them again; until it has, it believes nothing of what was seen before. */
    refreshAll: async (): Promise<void> => {
      presence.clear();
      const batches = inBatches(manifests(), AT_ONCE);
      let looking = refreshSome(batches[0] ?? []);
      for (const [index, some] of batches.entries()) {
        await looking;
        // The disk is asked for the next ones while these are described.
        looking = refreshSome(batches[index + 1] ?? []);
        for (const manifest of some) {
          const known = told.get(manifest.id);
          const fresh = view(manifest);
          // At the start whoever asks waits for this look, and is told then.
          const isNews = firstLook.isOpen() || known !== undefined;
          if (isNews && known !== fresh) announce(manifest.id);
        }
      }
      for (const modelId of [...told.keys()]) if (!libraries.manifest(modelId)) announce(modelId);
      firstLook.open();
    },
  };
}

/** Of a model whose drive is away. */
const lastKnown = ({ installedAt, files }: Manifest): FilePresence[] =>
  files.map(({ path, sizeBytes, excluded }) => {
    const isThere = installedAt !== undefined && !excluded;
    const state = isThere ? 'present' : excluded ? 'excluded' : 'missing';
    return { path, state, foundBytes: isThere ? sizeBytes : 0 };
  });

const PATIENCE_MS = 5_000;

function createLatch(clock: Clock) {
  let isOpen = false;
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true;
      resolve();
    };
  });
  const cancel = clock.after(PATIENCE_MS, () => open());
  return {
    promise,
    isOpen: () => isOpen,
    open: () => {
      cancel();
      open();
    },
  };
}
