/**
 * Takes the files of a model out of use, and back. Each file is moved by one rename on the same volume; the
 * manifest says first where they belong, so that an end in the middle is gone on with by moving the rest.
 */
import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import { renamePatiently } from '../stores/rename-patiently.ts';
import { containedPath } from './contained-path.ts';
import { translateFileError } from './file-errors.ts';
import { linkTargetOf } from './model-folder.ts';
import { quarantineName } from './part-data.ts';

interface Move {
  /** The library folder. */
  readonly root: string;
  /** Folders below it. */
  readonly from: string;
  readonly to: string;
  readonly manifest: Pick<Manifest, 'adopted'>;
  readonly files: readonly ManifestFile[];
}

/** Idempotent. @throws AppError `FILE_IN_THE_WAY` before anything is moved */
export async function moveFiles({ root, from, to, manifest, files }: Move): Promise<void> {
  const moves: [source: string, target: string][] = [];
  for (const { localPath, path: name } of files) {
    const leadsTo = linkTargetOf(manifest, name);
    const source = await containedPath(root, path.join(from, localPath), leadsTo);
    const target = await containedPath(root, path.join(to, localPath));
    if ((await lstat(source).catch(() => null)) === null) continue;
    if (await lstat(target).catch(() => null))
      throw new AppError('FILE_IN_THE_WAY', { path: target });
    moves.push([source, target]);
  }
  for (const [source, target] of moves) {
    await mkdir(path.dirname(target), { recursive: true });
    await renamePatiently(source, target).catch((error: unknown) => {
      throw translateFileError(error, source, root);
    });
  }
}

/** Moves single files to the quarantine under names of their own. @returns those names */
export async function setFilesAside(
  { root, from, manifest, files }: Omit<Move, 'to'>,
  quarantineFolder: string,
): Promise<string[]> {
  const aside: string[] = [];
  await mkdir(quarantineFolder, { recursive: true });
  for (const { localPath, path: filePath } of files) {
    const leadsTo = linkTargetOf(manifest, filePath);
    const source = await containedPath(root, path.join(from, localPath), leadsTo);
    if ((await lstat(source).catch(() => null)) === null) continue;
    const name = quarantineName(localPath, 'file');
    await renamePatiently(source, path.join(quarantineFolder, name)).catch((error: unknown) => {
      throw translateFileError(error, source, root);
    });
    aside.push(name);
  }
  return aside;
}
