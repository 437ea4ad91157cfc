/** Where a file of the library may be read or written: never outside its root, not even by a link. */
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../src-shared/errors.ts';
import { errorCode, translateFileError } from './file-errors.ts';

/**
 * Absolute path of a relative one below a root, which itself may be a link, or not be there yet.
 * Links on the way are fine as long as they stay inside; a link that leads nowhere is refused, since
 * writing would follow it.
 * @param leadsTo where the last part may lead as a link: the file of another program, used in place
 * @throws AppError `FILE_NAME_UNSAFE`, `FILE_IN_THE_WAY` (a file where a folder is needed)
 */
export async function containedPath(
  root: string,
  relative: string,
  leadsTo?: string,
): Promise<string> {
  const target = path.resolve(root, relative);
  if (!isInside(path.resolve(root), target)) throw unsafe(relative);
  const realRoot = await realPathOf(root, relative);
  if (realRoot === null) return target;
  let current = path.resolve(root);
  for (const segment of path.relative(current, target).split(path.sep)) {
    current = path.join(current, segment);
    if (current === target && leadsTo !== undefined && (await isLinkTo(current, leadsTo))) break;
    const isHere = await staysInside(realRoot, current, relative);
    if (!isHere) break;
  }
  return target;
}

/** @returns `null` when nothing is there */
async function realPathOf(root: string, relative: string): Promise<string | null> {
  try {
    return await realpath(root);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw translateFileError(error, root, root);
    const isDanglingLink = await lstat(root).then(
      () => true,
      () => false,
    );
    if (isDanglingLink) throw unsafe(relative);
    return null;
  }
}

/** @returns `false` when there is nothing at the place, so nothing below it either */
async function staysInside(realRoot: string, place: string, relative: string): Promise<boolean> {
  try {
    if (!(await lstat(place)).isSymbolicLink()) return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    if (errorCode(error) === 'ENOTDIR') {
      throw new AppError('FILE_IN_THE_WAY', { path: path.dirname(place) }, { cause: error });
    }
    throw translateFileError(error, place);
  }
  const real = await realpath(place).catch(() => null);
  if (real === null || !isInside(realRoot, real)) throw unsafe(relative);
  return true;
}

async function isLinkTo(place: string, leadsTo: string): Promise<boolean> {
  const named = await readlink(place).catch(() => null);
  return named !== null && path.resolve(path.dirname(place), named) === path.resolve(leadsTo);
}

function isInside(root: string, target: string): boolean {
  const way = path.relative(root, target);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

const unsafe = (relative: string) => new AppError('FILE_NAME_UNSAFE', { path: relative });
