import type { OperationHandlers, OperationRequest } from '../../src-shared/contract/operations.ts';
import type { FoundFile } from '../../src-shared/domain/inventory.ts';
import type { Manifest } from '../../src-shared/domain/model.ts';
import type { Cleanup, Storage, Volume } from '../../src-shared/domain/storage.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { Analytics } from '../engines/analytics/analytics.ts';
import { inodeOf } from '../engines/inventory/duplicates.ts';
import type { InventoryEngine } from '../engines/inventory/inventory.ts';
import type { Clock } from '../engines/ports.ts';
import { type ModelFacts, proposeCleanup } from '../engines/storage/propose.ts';
import type { Catalog } from '../library/catalog.ts';
import { diskUseOf } from '../library/disk-use.ts';
import type { LibraryHost } from '../library/library-host.ts';
import { type VolumeFacts, volumeOf } from '../platform/disk-space.ts';

interface StoragePorts {
  readonly host: LibraryHost;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly inventory: Pick<InventoryEngine, 'list'>;
  readonly keepFreeBytes: () => number;
  readonly remove: OperationHandlers['models.remove'];
  /** When models were used last, and how often lately. */
  readonly analytics: Pick<Analytics, 'recent'>;
}

export function createStorageOperations(ports: StoragePorts) {
  const { host, catalog, remove } = ports;
  const propose = async (targetBytes: number | null): Promise<Cleanup> => {
    const { folder } = host.current();
    const manifests = catalog.manifests();
    const { models } = await diskUseOf(folder, manifests);
    const recent = await ports.analytics.recent();
    const facts = manifests.flatMap((manifest): ModelFacts[] => {
      const use = models.find(({ modelId }) => modelId === manifest.id);
      return use && manifest.installedAt ? [factsOf(manifest, use, recent.get(manifest.id))] : [];
    });
    return proposeCleanup(facts, { now: ports.clock.now(), bytesPerSecond: null, targetBytes });
  };
  return {
    'storage.get': () => measure(ports),
    'models.keep': async ({ modelId, keep }) => {
      catalog.find(modelId);
      await host.current().manifests.change(modelId, (known) => ({ ...known, keep }));
      catalog.announce(modelId);
      return catalog.view(modelId);
    },
    'cleanup.propose': ({ targetBytes }) => propose(targetBytes ?? null),
    'cleanup.run': async ({ modelIds, dryRun, toTrash }) => {
      const { items: proposals } = await propose(null);
      const items = [];
      for (const modelId of modelIds) {
        const freedBytes = proposals.find((item) => item.modelId === modelId)?.freedBytes ?? 0;
        items.push(await removeOne({ catalog, remove }, { modelId, freedBytes, dryRun, toTrash }));
      }
      return { items, freedBytes: items.reduce((sum, item) => sum + item.freedBytes, 0) };
    },
  } satisfies Partial<OperationHandlers>;
}

type Removal = Omit<OperationRequest<'cleanup.run'>, 'modelIds'> & {
  readonly modelId: string;
  readonly freedBytes: number;
};

/** One that has to stay does not keep the next from going. */
async function removeOne(
  { catalog, remove }: Pick<StoragePorts, 'catalog' | 'remove'>,
  { modelId, freedBytes, dryRun, toTrash }: Removal,
) {
  try {
    if (catalog.find(modelId).keep) {
      throw new AppError('ACTION_NOT_POSSIBLE', { action: 'clean-up', state: 'to be kept' });
    }
    if (!dryRun) await remove({ id: modelId, toTrash });
    return { modelId, freedBytes, error: null };
  } catch (error) {
    return { modelId, freedBytes: 0, error: toErrorReport(error) };
  }
}

function factsOf(
  { id, name, keep, installedAt, trackedAt, origin, task, adopted }: Manifest,
  use: { readonly sizeBytes: number; readonly freedBytes: number },
  recent: { readonly lastUsedAt: number; readonly uses: number } | undefined,
): ModelFacts {
  return {
    ...use,
    // Clones share their blocks with the program's file.
    freedBytes: adopted?.way === 'cloned' ? 0 : use.freedBytes,
    modelId: id,
    name: origin.variant === undefined ? name : `${name} ${origin.variant}`,
    keep,
    cameAt: Date.parse(installedAt ?? trackedAt),
    lastUsedAt: recent?.lastUsedAt ?? null,
    uses: recent?.uses ?? null,
    canFetchAgain: origin.source !== 'local',
    task,
  };
}

/** Every disk that holds something of ours, or of other programs. */
async function measure({
  host,
  catalog,
  inventory,
  keepFreeBytes,
}: StoragePorts): Promise<Storage> {
  const { folder } = host.current();
  const use = await diskUseOf(folder, catalog.manifests());
  const own = await volumeOf(folder);
  const volumes = new Map<string, Volume>();
  const open = (facts: VolumeFacts, place: string): Volume => {
    const known = volumes.get(facts.id) ?? emptyVolume(facts);
    const volume = { ...known, folders: [...known.folders, place] };
    volumes.set(facts.id, volume);
    return volume;
  };
  const library = open(own, folder);
  const { modelBytes: models, partialBytes: partial, quarantineBytes: quarantine } = use;
  volumes.set(own.id, {
    ...library,
    holdsLibrary: true,
    parts: { ...library.parts, models, partial, quarantine },
  });
  const { places, items } = inventory.list();
  for (const place of places) {
    const facts = await volumeOf(place.folder).catch(() => null);
    if (!facts) continue;
    const volume = open(facts, place.folder);
    const files = items
      .filter((item) => item.folder === place.folder)
      .flatMap((item) => item.files)
      .filter(({ fileId }) => !use.inodes.has(inodeOf(fileId)));
    const programs = volume.parts.programs + bytesOf(files);
    volumes.set(facts.id, { ...volume, parts: { ...volume.parts, programs } });
  }
  return { volumes: [...volumes.values()].map(withRest), keepFreeBytes: keepFreeBytes() };
}

const emptyVolume = ({ id, totalBytes, freeBytes }: VolumeFacts): Volume => ({
  id,
  folders: [],
  holdsLibrary: false,
  totalBytes,
  parts: { models: 0, partial: 0, quarantine: 0, programs: 0, rest: 0, free: freeBytes },
});

/** Names of one file are one file. */
const bytesOf = (files: readonly FoundFile[]) =>
  [...new Map(files.map(({ fileId, sizeBytes }) => [fileId, sizeBytes])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );

function withRest(volume: Volume): Volume {
  const { models, partial, quarantine, programs, free } = volume.parts;
  const rest = Math.max(0, volume.totalBytes - models - partial - quarantine - programs - free);
  return { ...volume, parts: { ...volume.parts, rest } };
}
