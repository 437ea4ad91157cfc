/**
 * The manifests of a library, `<library>/.larder/manifests/<model id>.json`. They are the truth; the
 * registry in the user-data folder is a copy that heals a damaged one.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import { setAside, writeFileAtomic } from '../stores/atomic-file.ts';
import type { LibraryReader } from './glance.ts';
import { manifestFileName } from './names.ts';

interface ManifestFolder {
  all(): Manifest[];
  get(id: string): Manifest | undefined;
  put(manifest: Manifest): Promise<void>;
  /**
   * Changes one as it is when its turn comes, so that changes made at the same time all count. Nothing happens when
   * it is not there.
   */
  change(id: string, change: (manifest: Manifest) => Manifest): Promise<void>;
  remove(id: string): Promise<void>;
}

interface ManifestFolderOptions {
  readonly folder: string;
  readonly reader: Pick<LibraryReader, 'manifests'>;
  /** What the registry remembers of this library. */
  readonly remembered: () => Promise<readonly Manifest[]>;
  /** Called after each change with all manifests. */
  readonly onChange: (manifests: readonly Manifest[]) => void;
  readonly onDamage: (error: AppError<'DOCUMENT_DAMAGED'>) => void;
}

/** Reads all manifests; a damaged one is set aside and, when the registry remembers it, restored. */
export async function openManifests(options: ManifestFolderOptions): Promise<ManifestFolder> {
  await mkdir(options.folder, { recursive: true });
  const manifests = new Map<string, Manifest>();
  const names = (await readdir(options.folder)).filter((name) => name.endsWith('.json'));
  const files = names.map((name) => path.join(options.folder, name));
  for (const [index, manifest] of (await options.reader.manifests(files)).entries()) {
    if (manifest) manifests.set(manifest.id, manifest);
    else await heal(options, names[index] ?? '', manifests);
  }
  const changed = () => options.onChange([...manifests.values()]);
  changed();

  /** Changes are made one after the other; one that fails does not keep the next from being made. */
  let changes: Promise<unknown> = Promise.resolve();
  function next(change: () => Promise<void>): Promise<void> {
    const made = changes.then(change).then(changed);
    changes = made.catch(() => undefined);
    return made;
  }

  async function keep(manifest: Manifest): Promise<void> {
    await write(options.folder, manifest);
    manifests.set(manifest.id, manifest);
  }

  return {
    all: () => [...manifests.values()],
    get: (id) => manifests.get(id),
    put: (manifest) => next(() => keep(manifest)),
    change: (id, change) =>
      next(async () => {
        const known = manifests.get(id);
        if (known) await keep(change(known));
      }),
    remove: (id) =>
      next(async () => {
        await rm(path.join(options.folder, manifestFileName(id)), { force: true });
        manifests.delete(id);
      }),
  };
}

function write(folder: string, manifest: Manifest): Promise<void> {
  const file = path.join(folder, manifestFileName(manifest.id));
  return writeFileAtomic(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function heal(options: ManifestFolderOptions, name: string, into: Map<string, Manifest>) {
  const keptAs = path.basename(await setAside(path.join(options.folder, name), Date.now()));
  const copy = (await options.remembered()).find(({ id }) => manifestFileName(id) === name);
  if (copy) {
    await write(options.folder, copy);
    into.set(copy.id, copy);
  }
  options.onDamage(new AppError('DOCUMENT_DAMAGED', { name, keptAs, recovered: Boolean(copy) }));
}
