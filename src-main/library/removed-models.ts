/**
 * Models on their way to the trash: their files lie in `.larder/removed/` for as long as the removal can be taken
 * back. A record says first what is about to happen, so that an end in the middle is told from a removal.
 */
import { lstat, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Manifest, type ManifestFile, manifestSchema } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import { writeFileAtomic } from '../stores/atomic-file.ts';
import { renamePatiently } from '../stores/rename-patiently.ts';
import { containedPath } from './contained-path.ts';
import { folderOfModel, linkTargetOf } from './model-folder.ts';
import { moveFiles } from './move-model.ts';
import { manifestFileName } from './names.ts';

/** Takes a file or folder away for good, or to the trash. */
export type Discard = (absolutePath: string) => Promise<void>;

const removalSchema = z.object({
  at: z.iso.datetime(),
  manifest: manifestSchema,
  /** Local paths of the files that went with it; others of the folder may be used by other models. */
  files: z.array(z.string()),
});
export type Removal = z.infer<typeof removalSchema>;

interface RemovedPorts {
  /** Of the library. */
  readonly folder: string;
  readonly manifests: {
    get(id: string): Manifest | undefined;
    put(manifest: Manifest): Promise<void>;
    remove(id: string): Promise<void>;
  };
  readonly tidy: (manifest: Manifest) => Promise<void>;
}

const REMOVED = path.join('.larder', 'removed');

export function createRemovedModels({ folder, manifests, tidy }: RemovedPorts) {
  const recordOf = (id: string) => path.join(folder, REMOVED, manifestFileName(id));
  const asideOf = (id: string) => path.join(REMOVED, path.parse(manifestFileName(id)).name);

  async function read(file: string): Promise<Removal | null> {
    try {
      return removalSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch {
      return null;
    }
  }

  async function list(): Promise<Removal[]> {
    const names = await readdir(path.join(folder, REMOVED)).catch(() => []);
    const records = names.filter((name) => name.endsWith('.json'));
    const removals = records.map((name) => read(path.join(folder, REMOVED, name)));
    return (await Promise.all(removals)).filter((removal) => removal !== null);
  }

  /** @throws AppError `MODEL_UNKNOWN` when it can no longer be taken back */
  async function find(id: string): Promise<Removal> {
    const removal = await read(recordOf(id));
    if (!removal) throw new AppError('MODEL_UNKNOWN', { modelId: id });
    return removal;
  }

  const filesOf = ({ manifest, files }: Removal) =>
    manifest.files.filter(({ localPath }) => files.includes(localPath));

  /** Takes a model out of the library. @param files those that no other model uses */
  async function putAside(manifest: Manifest, files: readonly ManifestFile[], at: string) {
    const { id } = manifest;
    const removal = { at, manifest, files: files.map(({ localPath }) => localPath) };
    await mkdir(path.join(folder, REMOVED), { recursive: true });
    await writeFileAtomic(recordOf(id), `${JSON.stringify(removal, null, 2)}\n`);
    const from = folderOfModel(manifest);
    const move = { root: folder, from, to: asideOf(id), manifest, files };
    await moveFiles(move).catch(async (error: unknown) => {
      await restore(id);
      throw error;
    });
    await manifests.remove(id);
    await tidy(manifest);
  }

  /** Puts it back as it was. Idempotent. @throws AppError `MODEL_UNKNOWN`, `FILE_IN_THE_WAY`, `ACTION_NOT_POSSIBLE` */
  async function restore(id: string): Promise<void> {
    const removal = await find(id);
    const { manifest, at } = removal;
    const known = manifests.get(id);
    if (known && known.trackedAt !== manifest.trackedAt) {
      throw new AppError('ACTION_NOT_POSSIBLE', { action: 'undo', state: 'in the library again' });
    }
    const to = folderOfModel(manifest);
    const files = filesOf(removal);
    await moveFiles({ root: folder, from: asideOf(id), to, manifest, files });
    if (!known) await manifests.put(manifest);
    await forget(id, at);
  }

  /**
   * Ends the time in which it could be taken back: its files go from where they were, unless something else is
   * there now. What cannot go comes back into the library.
   */
  async function discard(id: string, discardFile: Discard): Promise<void> {
    const removal = await find(id);
    const from = asideOf(id);
    try {
      for (const { localPath, path: name } of filesOf(removal)) {
        const leadsTo = linkTargetOf(removal.manifest, name);
        const aside = await containedPath(folder, path.join(from, localPath), leadsTo);
        if (!(await isThere(aside))) continue;
        await discardFile(await toItsPlace(removal.manifest, { aside, localPath }));
      }
    } catch (error) {
      await restore(id);
      throw error;
    }
    await forget(id, removal.at);
    await tidy(removal.manifest);
  }

  /** The trash remembers where a file was. */
  async function toItsPlace(
    manifest: Manifest,
    { aside, localPath }: { readonly aside: string; readonly localPath: string },
  ): Promise<string> {
    const place = await containedPath(folder, path.join(folderOfModel(manifest), localPath));
    if (manifests.get(manifest.id) || (await isThere(place))) return aside;
    await mkdir(path.dirname(place), { recursive: true });
    await renamePatiently(aside, place);
    return place;
  }

  async function forget(id: string, at: string): Promise<void> {
    const removal = await read(recordOf(id));
    if (removal?.at === at) await rm(recordOf(id), { force: true });
    await removeFolders(path.join(folder, asideOf(id)));
  }

  return { list, putAside, restore, discard };
}

const isThere = (place: string) =>
  lstat(place).then(
    () => true,
    () => false,
  );

/** Those that are empty, the deepest first. */
async function removeFolders(place: string): Promise<void> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
  for (const entry of entries)
    if (entry.isDirectory()) await removeFolders(path.join(place, entry.name));
  await rmdir(place).catch(() => undefined);
}
