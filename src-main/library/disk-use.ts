/** How much room a library takes, each file counted once however many names it has. */
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { inBatches } from './in-batches.ts';
import { folderOfModel } from './model-folder.ts';
import { walk } from './others/walk.ts';

export interface ModelUse {
  readonly modelId: string;
  readonly sizeBytes: number;
  /** What would become free without it: files that have names elsewhere stay. */
  readonly freedBytes: number;
}

export type DiskUse = Awaited<ReturnType<typeof diskUseOf>>;

/** @param folder of the library */
export async function diskUseOf(folder: string, manifests: readonly Manifest[]) {
  const inodes = new Map<string, number>();
  const models: ModelUse[] = [];
  const found = await mapSome(manifests, (manifest) => filesOf(folder, manifest));
  for (const [index, manifest] of manifests.entries()) {
    const files = found[index] ?? [];
    // Those are counted with the quarantine.
    if (!manifest.quarantine) for (const file of files) inodes.set(idOf(file), file.size);
    models.push(roomOf(manifest.id, files));
  }
  const never = new AbortController().signal;
  const own = path.join(folder, '.larder');
  return {
    models,
    /** Device and inode of every file of a model. */
    inodes: new Set(inodes.keys()) as ReadonlySet<string>,
    modelBytes: [...inodes.values()].reduce((sum, size) => sum + size, 0),
    partialBytes: await bytesBelow(path.join(own, 'downloads'), never),
    versionBytes: await bytesBelow(path.join(own, 'versions'), never),
    quarantineBytes:
      (await bytesBelow(path.join(own, 'quarantine'), never)) +
      (await bytesBelow(path.join(own, 'removed'), never)),
  };
}

/** Models looked at at the same time. */
const AT_ONCE = 32;

async function mapSome<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const some of inBatches(items, AT_ONCE))
    results.push(...(await Promise.all(some.map(work))));
  return results;
}

async function filesOf(folder: string, manifest: Manifest): Promise<Stats[]> {
  const places = manifest.files
    .filter(({ excluded }) => !excluded)
    .map(({ localPath }) => path.join(folder, folderOfModel(manifest), localPath));
  const found = await Promise.all(places.map((place) => lstat(place).catch(() => null)));
  return found.filter((stats) => stats?.isFile()) as Stats[];
}

function roomOf(modelId: string, files: readonly Stats[]): ModelUse {
  const names = new Map<string, { readonly found: Stats; readonly count: number }>();
  for (const found of files) {
    const known = names.get(idOf(found));
    names.set(idOf(found), { found, count: (known?.count ?? 0) + 1 });
  }
  const all = [...names.values()];
  const sum = (some: typeof all) => some.reduce((total, { found }) => total + found.size, 0);
  return {
    modelId,
    sizeBytes: sum(all),
    freedBytes: sum(all.filter(({ found, count }) => found.nlink <= count)),
  };
}

const idOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;
const BLOCK_BYTES = 512;

/** What is written of them: unfinished files have holes. */
async function bytesBelow(folder: string, signal: AbortSignal): Promise<number> {
  let sum = 0;
  for await (const { place } of walk(folder, signal)) {
    const found = await lstat(place).catch(() => null);
    // Windows counts no blocks.
    if (found) sum += Math.min(found.size, found.blocks ? found.blocks * BLOCK_BYTES : found.size);
  }
  return sum;
}
