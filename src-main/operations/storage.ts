import type { OperationHandlers, OperationRequest } from '../../src-shared/contract/operations.ts';
import type { CleanupRule } from '../../src-shared/domain/cleanup-rule.ts';
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
import { type DiskUse, diskUseOf } from '../library/disk-use.ts';
import type { Libraries } from '../library/libraries.ts';
import { type VolumeFacts, volumeOf } from '../platform/disk-space.ts';

interface StoragePorts {
  readonly libraries: Libraries;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly inventory: Pick<InventoryEngine, 'list'>;
  readonly keepFreeBytes: () => number;
  /** As measured lately; `null` when nothing was. */
  readonly bytesPerSecond: () => number | null;
  readonly rules: () => readonly CleanupRule[];
  readonly remove: OperationHandlers['models.remove'];
  /** When models were used last, and how often lately. */
  readonly analytics: Pick<Analytics, 'recent'>;
}

export function createStorageOperations(ports: StoragePorts) {
  const { libraries, catalog, remove } = ports;
  const propose = async (targetBytes: number | null): Promise<Cleanup> => {
    const uses = await Promise.all(
      libraries.opened().map(({ folder, manifests }) => diskUseOf(folder, manifests.all())),
    );
    const models = new Map(uses.flatMap((use) => use.models.map((one) => [one.modelId, one])));
    const manifests = catalog.manifests();
    const recent = await ports.analytics.recent();
    const facts = manifests.flatMap((manifest): ModelFacts[] => {
      const use = models.get(manifest.id);
      return use && manifest.installedAt ? [factsOf(manifest, use, recent.get(manifest.id))] : [];
    });
    return proposeCleanup(facts, {
      now: ports.clock.now(),
      bytesPerSecond: ports.bytesPerSecond(),
      targetBytes,
      rules: ports.rules(),
    });
  };
  return {
    'storage.get': () => measure(ports),
    'models.keep': async ({ modelId, keep }) => {
      catalog.find(modelId);
      await libraries.of(modelId).manifests.change(modelId, (known) => ({ ...known, keep }));
      catalog.announce(modelId);
      return catalog.view(modelId);
    },
    'models.tag': async ({ modelId, tags }) => {
      catalog.find(modelId);
      const own = [...new Set(tags)];
      await libraries.of(modelId).manifests.change(modelId, (known) => ({ ...known, tags: own }));
      catalog.announce(modelId);
      return catalog.view(modelId);
    },
    'cleanup.propose': ({ targetBytes }) => propose(targetBytes ?? null),
    'cleanup.run': async ({ modelIds, dryRun, toTrash }) => {
      const { items: proposals } = await propose(null);
      const items = [];
      let undoUntil: string | null = null;
      for (const modelId of modelIds) {
        const freedBytes = proposals.find((item) => item.modelId === modelId)?.freedBytes ?? 0;
        const removal = { modelId, freedBytes, dryRun, toTrash };
        const { until, ...item } = await removeOne({ catalog, remove }, removal);
        // The first to go is the first that cannot be taken back.
        undoUntil ??= until;
        items.push(item);
      }
      return { items, undoUntil, freedBytes: sumOf(items) };
    },
  } satisfies Partial<OperationHandlers>;
}

const sumOf = (items: readonly { readonly freedBytes: number }[]) =>
  items.reduce((sum, { freedBytes }) => sum + freedBytes, 0);

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
    const done = dryRun ? null : await remove({ id: modelId, toTrash });
    return { modelId, freedBytes, error: null, until: done?.undoUntil ?? null };
  } catch (error) {
    return { modelId, freedBytes: 0, error: toErrorReport(error), until: null };
  }
}

function factsOf(
  { id, name, keep, installedAt, trackedAt, origin, task, tags = [], adopted, gated }: Manifest,
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
    isGated: gated ?? false,
    task,
    tags,
  };
}

/** Every disk that holds something of ours, or of other programs. */
async function measure({ libraries, inventory, keepFreeBytes }: StoragePorts): Promise<Storage> {
  libraries.current();
  const inodes = new Set<string>();
  const volumes = new Map<string, Volume>();
  const open = (facts: VolumeFacts, place: string): Volume => {
    const known = volumes.get(facts.id) ?? emptyVolume(facts);
    const volume = { ...known, folders: [...known.folders, place] };
    volumes.set(facts.id, volume);
    return volume;
  };
  for (const { folder, manifests } of libraries.opened()) {
    const use = await diskUseOf(folder, manifests.all());
    for (const inode of use.inodes) inodes.add(inode);
    const volume = open(await volumeOf(folder), folder);
    volumes.set(volume.id, withLibrary(volume, use));
  }
  const { places, items } = inventory.list();
  for (const place of places) {
    const facts = await volumeOf(place.folder).catch(() => null);
    if (!facts) continue;
    const volume = open(facts, place.folder);
    const files = items
      .filter((item) => item.folder === place.folder)
      .flatMap((item) => item.files)
      .filter(({ fileId }) => !inodes.has(inodeOf(fileId)));
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
  parts: {
    ...{ models: 0, partial: 0, versions: 0, quarantine: 0, programs: 0, rest: 0 },
    free: freeBytes,
  },
});

function withLibrary(volume: Volume, use: DiskUse): Volume {
  const { parts } = volume;
  return {
    ...volume,
    holdsLibrary: true,
    parts: {
      ...parts,
      models: parts.models + use.modelBytes,
      partial: parts.partial + use.partialBytes,
      versions: parts.versions + use.versionBytes,
      quarantine: parts.quarantine + use.quarantineBytes,
    },
  };
}

/** Names of one file are one file. */
const bytesOf = (files: readonly FoundFile[]) =>
  [...new Map(files.map(({ fileId, sizeBytes }) => [fileId, sizeBytes])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );

function withRest(volume: Volume): Volume {
  const { rest: _, ...known } = volume.parts;
  const knownBytes = Object.values(known).reduce((sum, bytes) => sum + bytes, 0);
  const rest = Math.max(0, volume.totalBytes - knownBytes);
  return { ...volume, parts: { ...volume.parts, rest } };
}
