/** Which files of a model are on disk, by name and size: the quick check. */
import { stat } from 'node:fs/promises';
import type { Availability, Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import { containedPath } from './names.ts';

export interface FilePresence {
  readonly path: string;
  readonly state: 'present' | 'missing' | 'damaged';
}

/** @param modelFolder absolute path of the model's folder */
export async function checkPresence(
  modelFolder: string,
  files: readonly ManifestFile[],
): Promise<FilePresence[]> {
  return Promise.all(files.map((file) => checkFile(modelFolder, file)));
}

async function checkFile(modelFolder: string, file: ManifestFile): Promise<FilePresence> {
  const { path } = file;
  const target = await containedPath(modelFolder, file.localPath).catch(() => null);
  const found = target === null ? null : await stat(target).catch(() => null);
  if (!found?.isFile()) return { path, state: 'missing' };
  return { path, state: found.size === file.sizeBytes ? 'present' : 'damaged' };
}

/** What the files on disk amount to. A model is available only once it was installed as a whole. */
export function availabilityOf(manifest: Manifest, files: readonly FilePresence[]): Availability {
  const present = files.filter(({ state }) => state === 'present').length;
  if (manifest.installedAt && files.some(({ state }) => state === 'damaged')) return 'corrupted';
  if (present === files.length && manifest.installedAt) return 'available';
  return present === 0 ? 'missing' : 'partial';
}
