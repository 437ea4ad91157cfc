import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationHandlers, OperationOutput } from '../../src-shared/contract/operations.ts';
import type { FoundModel } from '../../src-shared/domain/inventory.ts';
import type { Adoption, Manifest } from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import { AppError, toErrorReport } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';
import type { InventoryEngine } from '../engines/inventory/inventory.ts';
import type { Clock } from '../engines/ports.ts';
import { type AdoptPorts, adopt, assertOriginals, manifestOfFound } from '../library/adopt.ts';
import type { Catalog } from '../library/catalog.ts';
import type { Libraries } from '../library/libraries.ts';
import type { Library } from '../library/library.ts';
import type { Discover } from './discover.ts';
import { withOrigin } from './find-origin.ts';

export interface ImportPorts extends AdoptPorts {
  readonly inventory: InventoryEngine;
  readonly catalog: Catalog;
  readonly libraries: Libraries;
  readonly clock: Clock;
  readonly discover: Discover;
  /** What a file of this digest belongs to at its hub; `null` when nobody knows. */
  readonly identify: (sha256: string) => Promise<ModelReference | null>;
  readonly engine: Pick<DownloadEngine, 'get'>;
  /** Deletes a file for good. */
  readonly deleteForGood: (path: string) => Promise<void>;
  /** Aborted when everything ends. */
  readonly signal: AbortSignal;
}

type Adopted = OperationOutput<'import.adopt'>['items'][number];

export function createImportOperations(ports: ImportPorts) {
  const { inventory } = ports;
  return {
    'import.list': async () => inventory.list(),
    'import.scan': async ({ folders }) => {
      for (const folder of folders) await assertFolder(folder);
      if (folders.length > 0) {
        inventory.choose(folders.map((folder) => path.resolve(folder)));
        await inventory.stop();
      }
      return inventory.start();
    },
    'import.stop': async () => {
      await inventory.stop();
      return inventory.list().scan;
    },
    'import.forget': async ({ folder }) => {
      inventory.forget(path.resolve(folder));
      return inventory.list();
    },
    'import.adopt': async ({ ids }) => {
      const found = ids.map((id) => inventory.find(id));
      const items: Adopted[] = [];
      for (const { id } of found) items.push(await adoptOne(ports, id));
      return { items };
    },
    'import.undo': ({ modelId }) => letGo(ports, modelId),
  } satisfies Partial<OperationHandlers>;
}

async function assertFolder(folder: string): Promise<void> {
  const found = path.isAbsolute(folder) ? await stat(folder).catch(() => null) : null;
  if (found?.isDirectory()) return;
  throw new AppError('INPUT_INVALID', { problem: `folders: “${folder}” is not a folder here` });
}

/** One that cannot be adopted does not keep the next from being so. */
async function adoptOne(ports: ImportPorts, id: string): Promise<Adopted> {
  try {
    const { modelId, way } = await adoptFound(ports, id);
    return { id, modelId, way, error: null };
  } catch (error) {
    return { id, modelId: null, way: null, error: toErrorReport(error) };
  }
}

async function adoptFound(
  ports: ImportPorts,
  id: string,
): Promise<{ modelId: string; way: Adoption['way'] | null }> {
  const { inventory, catalog, libraries, clock, signal } = ports;
  const model = await withOrigin(
    { ...ports.discover, identify: ports.identify },
    await inventory.identified(id, signal),
  );
  const at = new Date(clock.now()).toISOString();
  const { id: modelId } = manifestOfFound(model, { others: [], at });
  const library = libraries.stateOf(modelId)
    ? libraries.of(modelId)
    : await nearest(libraries, model);
  const manifest = manifestOfFound(model, { others: library.manifests.all(), at });
  const known = library.manifests.get(manifest.id);
  if (known?.installedAt) return { modelId: known.id, way: known.adopted?.way ?? null };
  const download = ports.engine.get(manifest.id);
  if (download) {
    const { kind } = download.state;
    throw new AppError('ACTION_NOT_POSSIBLE', { action: 'use in place', state: kind });
  }
  // It was only listed, perhaps in another state than this.
  if (known) await library.manifests.put({ ...manifest, keep: known.keep });
  const { id: libraryId } = library.about.get();
  const adopted = await adopt(ports, { model, manifest, libraryId, at, signal });
  await library.manifests.change(manifest.id, (now) => ({ ...now, adopted }));
  await catalog.refresh(manifest.id);
  return { modelId: manifest.id, way: adopted.way };
}

/** On the same disk nothing has to be copied. */
async function nearest(libraries: Libraries, { files }: FoundModel): Promise<Library> {
  const main = libraries.current();
  const there = await stat(files[0]?.place ?? '').catch(() => null);
  for (const library of libraries.opened()) {
    const here = await stat(library.folder).catch(() => null);
    if (here && here.dev === there?.dev) return library;
  }
  return main;
}

/** Takes an adoption back. What the other program has stays as it is. */
async function letGo(
  { catalog, libraries, deleteForGood }: ImportPorts,
  modelId: string,
): Promise<{ modelId: string }> {
  const manifest: Manifest = catalog.find(modelId);
  if (!manifest.adopted) {
    throw new AppError('ACTION_NOT_POSSIBLE', { action: 'undo', state: 'its own copy' });
  }
  await assertOriginals(manifest);
  await libraries.of(modelId).remove(manifest, deleteForGood);
  await catalog.refresh(modelId);
  return { modelId };
}
