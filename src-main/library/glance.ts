/**
 * How a library is looked at when all of it is: synchronously, which takes a fraction of the time, in a thread where
 * nobody waits meanwhile. What is not plain is left to those who ask properly.
 */
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { type Manifest, manifestSchema } from '../../src-shared/domain/model.ts';

/** Files of one model. */
export interface Glanced {
  /** Below the library. */
  readonly folder: string;
  /** Below that folder. */
  readonly names: readonly string[];
}

/** Bytes of each file, {@link NOTHING} for none; `null` when it takes a closer look to tell. */
export type Glance = readonly number[] | null;

export const NOTHING = -1;

/** Does both for many at a time, without keeping the main thread busy. */
export interface LibraryReader {
  /** @returns `null` for each file that is no intact manifest */
  manifests(files: readonly string[]): Promise<(Manifest | null)[]>;
  glance(root: string, models: readonly Glanced[]): Promise<readonly Glance[]>;
}

export function readManifest(file: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Never throws. @param root absolute */
export function glanceAt(root: string, models: readonly Glanced[]): Glance[] {
  const folders = new Map<string, boolean>([[path.resolve(root), true]]);
  /** Whether it is there without a link on the way. @throws Unclear */
  function isFolder(folder: string): boolean {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const isThere = isFolder(path.dirname(folder)) && look(folder, isPlainFolder) !== null;
    folders.set(folder, isThere);
    return isThere;
  }
  return models.map(({ folder, names }) => {
    try {
      return names.map((name) => {
        const place = path.resolve(root, folder, name);
        if (!place.startsWith(`${path.resolve(root)}${path.sep}`)) throw new Unclear();
        if (!isFolder(path.dirname(place))) return NOTHING;
        return look(place, isPlainFile)?.size ?? NOTHING;
      });
    } catch {
      return null;
    }
  });
}

class Unclear extends Error {}

const isPlainFolder = (found: Stats) => found.isDirectory();
const isPlainFile = (found: Stats) => found.isFile();

/** @returns `null` for nothing @throws Unclear, or what the system says */
function look(place: string, isPlain: (found: Stats) => boolean): Stats | null {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found) return null;
  if (!isPlain(found)) throw new Unclear();
  return found;
}
