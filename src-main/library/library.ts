/**
 * One library folder: who may use it, what is in it, and the only code that puts model files in their
 * place or takes them away. Layout: `<publisher>/<repository>/<file…>` with readable names, and
 * `.larder/` for what is Larder's own.
 */
import { access, constants, lstat, open, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import { abortable } from '../engines/abortable.ts';
import { isPublished, type Proven } from '../engines/download/fetch-file.ts';
import type { Digests, Hasher, PartStore } from '../engines/ports.ts';
import { openAbout } from './about-library.ts';
import { translateFileError } from './file-errors.ts';
import type { LibraryReader } from './glance.ts';
import { lockLibrary } from './lock.ts';
import { makeFolder, makeFolders } from './make-folder.ts';
import { openManifests } from './manifests.ts';
import { folderOfModel, linkTargetOf, quarantineFolderOf } from './model-folder.ts';
import { moveFiles, setFilesAside } from './move-model.ts';
import { containedPath } from './names.ts';
import { createPartStore } from './part-store.ts';
import { placeParts } from './place-parts.ts';
import { checkPresence, checkPresences, type FilePresence, lookAtFiles } from './presence.ts';
import { createRemovedModels, type Discard } from './removed-models.ts';

interface LibraryOptions {
  readonly folder: string;
  /** Names this running program in the lock. */
  readonly instance: string;
  readonly hasher: Hasher;
  readonly reader: LibraryReader;
  readonly remembered: () => Promise<readonly Manifest[]>;
  /** Whether a folder that is not there may be made; one that was there before is missing. Asked only then. */
  readonly mayMake: () => Promise<boolean>;
  readonly onChange: (manifests: readonly Manifest[]) => void;
  readonly onDamage: (error: AppError<'DOCUMENT_DAMAGED'>) => void;
  /** Bytes that downloads may still use in this folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

const NEVER = new AbortController().signal;

export type Library = Awaited<ReturnType<typeof openLibrary>>;

/** @throws AppError `LIBRARY_MISSING`, `LIBRARY_UNWRITABLE`, `LIBRARY_IN_USE` */
export async function openLibrary(options: LibraryOptions) {
  const { folder, hasher } = options;
  const own = path.join(folder, '.larder');
  const quarantineFolder = path.join(own, 'quarantine');
  await prepare(options, own);
  const lock = await lockLibrary(folder, path.join(own, 'lock'), options.instance);
  const opened = Promise.all([
    openManifests({ ...options, folder: path.join(own, 'manifests') }),
    openAbout(own),
  ]);
  const [manifests, about] = await opened.catch(async (error: unknown) => {
    await lock.release();
    throw translateFileError(error, own, folder);
  });
  const freeBytes = () => options.freeBytes(folder);
  const parts: PartStore = createPartStore({
    downloadsFolder: path.join(own, 'downloads'),
    quarantineFolder,
    freeBytes,
    hasher,
  });

  const modelFolder = (manifest: Manifest) => path.join(folder, folderOfModel(manifest));
  /** Checked against the library itself, so that a planted link cannot stand in for the model folder. */
  const placeOf = (manifest: Manifest, file: ManifestFile) =>
    containedPath(
      folder,
      path.join(folderOfModel(manifest), file.localPath),
      linkTargetOf(manifest, file.path),
    );

  /**
   * Throws when the folder is no longer there, as an unplugged drive must not look like deleted models,
   * or no longer ours.
   */
  async function assertThere(): Promise<void> {
    await access(own, constants.W_OK).catch((error: unknown) => {
      throw translateFileError(error, own, folder);
    });
    await lock.assertHeld();
  }

  async function digest(
    file: string,
    published: ManifestFile,
    signal: AbortSignal,
  ): Promise<Digests> {
    const run = hasher.follow(file, published.sha256 ? {} : { gitBlobBytes: published.sizeBytes });
    try {
      return await abortable(run.finish(published.sizeBytes), signal);
    } finally {
      run.cancel();
    }
  }

  async function proveInPlace(
    manifest: Manifest,
    file: ManifestFile,
    signal = NEVER,
  ): Promise<string | null> {
    // Most often nothing is there, and thousands of files are asked for.
    const isThere = await lstat(path.join(modelFolder(manifest), file.localPath)).catch(() => null);
    if (!isThere) return null;
    const target = await placeOf(manifest, file);
    const found = await stat(target).catch(() => null);
    if (!found?.isFile() || found.size !== file.sizeBytes) return null;
    const measured = await digest(target, file, signal);
    // Without a published digest nothing on the disk can be told from the file itself.
    if (!file.sha256 && !file.gitSha1) return null;
    return isPublished(file, measured) ? measured.sha256 : null;
  }

  const mayReplace = ({ id }: Manifest) => manifests.get(id)?.installedAt !== undefined;

  /**
   * As {@link proveInPlace}, before anything is fetched for that place.
   * @throws AppError `FILE_IN_THE_WAY` when another file is there that is not ours to replace
   */
  async function proveOrRefuse(
    manifest: Manifest,
    file: ManifestFile,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const proven = await proveInPlace(manifest, file, signal);
    const isTellable = Boolean(file.sha256 ?? file.gitSha1);
    if (proven !== null || mayReplace(manifest) || !isTellable) return proven;
    const target = path.join(modelFolder(manifest), file.localPath);
    const isTaken = await lstat(target).catch(() => null);
    if (isTaken) throw new AppError('FILE_IN_THE_WAY', { path: target });
    return null;
  }

  /**
   * Puts the proven parts of a download in their place and marks the model as installed. Idempotent.
   * @param unsafe why its files go to the quarantine instead
   */
  async function install(
    { id, manifest: planned }: { readonly id: string; readonly manifest: Manifest },
    proven: ReadonlyMap<string, Proven>,
    { now, unsafe }: { readonly now: number; readonly unsafe?: string | undefined },
  ): Promise<void> {
    await assertThere();
    const at = new Date(now).toISOString();
    const { quarantine: before, released } = manifests.get(planned.id) ?? planned;
    const quarantine = before ?? (unsafe && !released ? { at, reason: unsafe } : undefined);
    const manifest = { ...planned, ...(quarantine && { quarantine }) };
    const arrived = manifest.files.filter((file) => proven.has(file.path));
    const replaced = await placeParts(
      arrived.map((file) => ({
        relative: path.join(folderOfModel(manifest), file.localPath),
        part: parts.partPath(id, file.path),
        sizeBytes: file.sizeBytes,
        leadsTo: linkTargetOf(manifest, file.path),
        isProven: async () => (await proveInPlace(manifest, file)) !== null,
      })),
      {
        folder,
        quarantineFolder,
        mayReplace: mayReplace(manifest),
      },
    );
    const withProof = (file: ManifestFile): ManifestFile => {
      const { sha256: verifiedSha256, pieces } = proven.get(file.path) ?? {};
      if (!verifiedSha256) return file;
      return { ...file, verifiedSha256, provenAt: at, ...(pieces && { pieces }) };
    };
    if (!manifests.get(manifest.id)) await manifests.put(manifest);
    await manifests.change(manifest.id, (known) => ({
      ...known,
      files: known.files.map(withProof),
      installedAt: at,
      ...(quarantine && { quarantine }),
    }));
    // What was wrong is of no use once what is right has been proven.
    for (const file of replaced) await rm(file, { force: true });
  }

  /** Takes a model out of use, or (`null`) puts it back. Idempotent. */
  async function quarantine(
    manifest: Manifest,
    decision: { readonly at: string; readonly reason: string } | null,
    release?: { readonly at: string; readonly reason: string },
  ): Promise<void> {
    await assertThere();
    const { quarantine: _, ...plain } = manifest;
    const [from, to] = decision
      ? [plain.folder, quarantineFolderOf(plain)]
      : [quarantineFolderOf(plain), plain.folder];
    const { id } = manifest;
    if (decision) await manifests.change(id, (known) => ({ ...known, quarantine: decision }));
    await moveFiles({ root: folder, from, to, manifest, files: ownFiles(manifest) });
    if (decision) return;
    await manifests.change(id, ({ quarantine: _over, ...known }) => ({
      ...known,
      ...(release && { released: release }),
    }));
  }

  /** Moves files of a model to the quarantine. @returns their names there */
  async function setAside(manifest: Manifest, paths: readonly string[]): Promise<string[]> {
    await assertThere();
    const files = manifest.files.filter(({ path: name }) => paths.includes(name));
    const from = folderOfModel(manifest);
    return setFilesAside({ root: folder, from, manifest, files }, quarantineFolder);
  }

  /** Deletes what {@link setAside} moved. */
  async function discardAside(names: readonly string[]): Promise<void> {
    for (const name of names)
      await rm(path.join(quarantineFolder, path.basename(name)), { force: true });
  }

  /** Files of this model that no other model of the library uses. */
  function ownFiles(manifest: Manifest): ManifestFile[] {
    const others = manifests.all().filter(({ id }) => id !== manifest.id);
    const shared = new Set(
      others
        .filter((other) => other.folder === manifest.folder)
        .flatMap((other) => other.files.map(({ localPath }) => localPath)),
    );
    return manifest.files.filter(({ localPath }) => !shared.has(localPath));
  }

  async function remove(manifest: Manifest, discard: Discard): Promise<number> {
    await assertThere();
    let freedBytes = 0;
    for (const file of ownFiles(manifest)) {
      const target = await placeOf(manifest, file);
      const found = await lstat(target).catch(() => null);
      if (!found) continue;
      await discard(target);
      // The bytes of a file with further names stay.
      freedBytes += found.isFile() && found.nlink === 1 ? found.size : 0;
    }
    await manifests.remove(manifest.id);
    await removeEmptyFolders(folder, manifest);
    return freedBytes;
  }

  const removed = createRemovedModels({
    folder,
    manifests,
    tidy: (manifest) => removeEmptyFolders(folder, manifest),
  });

  /**
   * Takes a model out of the library, until it is restored or discarded for good.
   * @returns bytes that its files take
   */
  async function putAside(manifest: Manifest, at: string): Promise<number> {
    await assertThere();
    const files = ownFiles(manifest);
    const seen = await lookAtFiles(folder, { ...manifest, files });
    await removed.putAside(manifest, files, at);
    return seen.reduce((sum, { foundBytes }) => sum + (foundBytes ?? 0), 0);
  }

  async function put(manifest: Manifest): Promise<void> {
    await assertThere();
    await manifests.put(manifest);
  }

  /** Strikes a model off; its files stay where they are. */
  async function forget(id: string): Promise<void> {
    await assertThere();
    await manifests.remove(id);
  }

  async function change(id: string, next: (manifest: Manifest) => Manifest): Promise<void> {
    await assertThere();
    await manifests.change(id, next);
  }

  return {
    folder,
    about,
    parts,
    manifests: { all: manifests.all, get: manifests.get, put, change, forget },
    modelFolder,
    freeBytes,
    assertThere,
    placeOf,
    proveOrRefuse,
    install,
    quarantine,
    setAside,
    discardAside,
    remove,
    removed: { ...removed, putAside },
    presence: (manifest: Manifest): Promise<FilePresence[]> => checkPresence(folder, manifest),
    /** Of each of them, as many as there may be. */
    presences: (some: readonly Manifest[]) => checkPresences(folder, some, options.reader),
    look: (manifest: Manifest) => lookAtFiles(folder, manifest),
    close: () => lock.release(),
  };
}

/** A new library's folder is made. One that held models is not made again: its drive may be unplugged. */
async function prepare({ folder, mayMake }: LibraryOptions, own: string): Promise<void> {
  try {
    await stat(own).catch(async (error: unknown) => {
      if (!(await mayMake())) throw error;
      await makeFolders(folder);
    });
    await makeFolder(own);
    await makeFolder(path.join(own, 'downloads'));
    const probe = path.join(own, `probe-${process.pid}`);
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (error) {
    throw translateFileError(error, own, folder);
  }
}

/** Removes the model's folders and its publisher's when nothing is left in them. */
async function removeEmptyFolders(library: string, manifest: Manifest): Promise<void> {
  const folders = new Set<string>();
  for (const { localPath } of manifest.files) {
    let folder = path.dirname(path.join(library, folderOfModel(manifest), localPath));
    for (; folder.startsWith(`${library}${path.sep}`); folder = path.dirname(folder)) {
      folders.add(folder);
    }
  }
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await removeIfEmpty(folder);
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}
