/** Which files of a model are on disk, by name and size: the quick check. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Availability, Manifest } from '../../src-shared/domain/model.ts';
import { folderOfModel } from './model-folder.ts';
import { containedPath } from './names.ts';

export interface FilePresence {
  readonly path: string;
  readonly state: 'present' | 'missing' | 'damaged' | 'excluded';
}

/** @param libraryFolder absolute */
export async function checkPresence(
  libraryFolder: string,
  manifest: Manifest,
): Promise<FilePresence[]> {
  const folder = folderOfModel(manifest);
  return Promise.all(
    manifest.files.map(async (file) => ({
      path: file.path,
      state: file.excluded
        ? 'excluded'
        : await stateOf(libraryFolder, path.join(folder, file.localPath), file.sizeBytes),
    })),
  );
}

async function stateOf(
  libraryFolder: string,
  relative: string,
  sizeBytes: number,
): Promise<FilePresence['state']> {
  const target = await containedPath(libraryFolder, relative).catch(() => null);
  const found = target === null ? null : await stat(target).catch(() => null);
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
