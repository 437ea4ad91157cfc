/** Which files of a model are on disk, by name and size: the quick check. */
import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Availability, Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import type { SeenFile } from '../engines/health/ports.ts';
import { type Glance, type LibraryReader, NOTHING } from './glance.ts';
import { folderOfModel, linkTargetOf } from './model-folder.ts';
import { containedPath } from './names.ts';

export interface FilePresence {
  readonly path: string;
  readonly state: 'present' | 'missing' | 'damaged' | 'excluded';
  /** Bytes on the disk, right or wrong. */
  readonly foundBytes: number;
}

/** @param libraryFolder absolute */
export async function checkPresence(
  libraryFolder: string,
  manifest: Manifest,
): Promise<FilePresence[]> {
  const seen = await lookAtFiles(libraryFolder, manifest);
  return seen.map(({ file, state, foundBytes }) => ({
    path: file.path,
    state,
    foundBytes: foundBytes ?? 0,
  }));
}

/** As {@link checkPresence} of each, at a fraction of its cost. @param libraryFolder absolute */
export async function checkPresences(
  libraryFolder: string,
  manifests: readonly Manifest[],
  reader: Pick<LibraryReader, 'glance'>,
): Promise<FilePresence[][]> {
  const asked = manifests.map((manifest) => ({
    folder: folderOfModel(manifest),
    names: manifest.files.map(({ localPath }) => localPath),
  }));
  const glances = await reader.glance(libraryFolder, asked);
  return Promise.all(
    manifests.map((manifest, index) => {
      const glance = glances[index] ?? null;
      return glance ? seenAt(glance, manifest) : checkPresence(libraryFolder, manifest);
    }),
  );
}

const seenAt = (glance: NonNullable<Glance>, { files }: Manifest): FilePresence[] =>
  files.map((file, index) => {
    const sizeBytes = glance[index] ?? NOTHING;
    const found = sizeBytes === NOTHING ? null : { size: sizeBytes, isFile: () => true };
    return { path: file.path, state: stateOf(file, found), foundBytes: found?.size ?? 0 };
  });

/** @param libraryFolder absolute */
export async function lookAtFiles(libraryFolder: string, manifest: Manifest): Promise<SeenFile[]> {
  const folder = folderOfModel(manifest);
  const folders = new Map<string, Promise<boolean>>();
  /** A folder is followed to its end once, however many files are in it. */
  const isInside = (relative: string) => {
    const known = folders.get(relative) ?? leadsInside(libraryFolder, relative);
    folders.set(relative, known);
    return known;
  };
  return Promise.all(
    manifest.files.map(async (file) => {
      const relative = path.join(folder, file.localPath);
      const isThere = await isInside(path.dirname(relative));
      const leadsTo = linkTargetOf(manifest, file.path);
      const found = isThere ? await lookAt(libraryFolder, relative, leadsTo) : null;
      return {
        file,
        state: stateOf(file, found),
        place: path.join(libraryFolder, relative),
        foundBytes: found?.size ?? null,
        modifiedAt: found?.mtimeMs ?? null,
      };
    }),
  );
}

const leadsInside = (root: string, relative: string) =>
  containedPath(root, relative).then(
    () => true,
    () => false,
  );

/** @returns `null` for what is not there, or leads out of the library */
async function lookAt(
  root: string,
  relative: string,
  leadsTo: string | undefined,
): Promise<Stats | null> {
  const found = await lstat(path.join(root, relative)).catch(() => null);
  if (!found?.isSymbolicLink()) return found;
  const place = await containedPath(root, relative, leadsTo).catch(() => null);
  return place === null ? null : stat(place).catch(() => null);
}

function stateOf(
  { excluded, sizeBytes }: ManifestFile,
  found: Pick<Stats, 'size' | 'isFile'> | null,
): FilePresence['state'] {
  if (excluded) return 'excluded';
  if (!found?.isFile()) return 'missing';
  return found.size === sizeBytes ? 'present' : 'damaged';
}

/** What the files on disk amount to; of files not looked at nothing is believed. A model is available only once it was installed as a whole. */
export function availabilityOf(manifest: Manifest, files: readonly FilePresence[]): Availability {
  if (manifest.quarantine) return 'quarantined';
  const present = files.filter(({ state }) => state === 'present').length;
  if (manifest.installedAt && files.some(({ state }) => state === 'damaged')) return 'corrupted';
  const wanted = manifest.files.filter(({ excluded }) => !excluded).length;
  if (present === wanted && manifest.installedAt) return 'available';
  return present === 0 ? 'missing' : 'partial';
}
