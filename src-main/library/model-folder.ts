import path from 'node:path';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { manifestFileName } from './names.ts';

/** Folder of a model's files below the library folder: its own, or its place in the quarantine. */
export function folderOfModel(manifest: Pick<Manifest, 'id' | 'folder' | 'quarantine'>): string {
  return manifest.quarantine ? quarantineFolderOf(manifest) : manifest.folder;
}

/** Where a file leads that is a link to that of another program; `undefined` for files of our own. */
export const linkTargetOf = ({ adopted }: Pick<Manifest, 'adopted'>, filePath: string) =>
  adopted?.way === 'symlinked' ? adopted.places[filePath] : undefined;

export function quarantineFolderOf({ id }: Pick<Manifest, 'id'>): string {
  return path.join('.larder', 'quarantine', path.parse(manifestFileName(id)).name);
}
