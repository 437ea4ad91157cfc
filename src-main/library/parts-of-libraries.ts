/** The part stores of all libraries as one: each download says in its id which library it comes to. */
import type { Manifest } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { PartStore } from '../engines/ports.ts';
import type { Libraries } from './libraries.ts';
import type { Library } from './library.ts';
import { downloadIdOf } from './plan-manifest.ts';

type Holder = Pick<Libraries, 'current' | 'opened'>;

/** @returns the id of the download that brings a model into this library */
export const downloadIdIn = ({ about }: Pick<Library, 'about'>, manifest: Manifest) =>
  idIn(about.get().id, downloadIdOf(manifest));

/** @param name of the folder of parts */
export const idIn = (libraryId: string, name: string) => `${libraryId}~${name}`;

/**
 * The library of a download, and the name of its folder of parts there. An id that names no library means the
 * main one.
 * @throws AppError `LIBRARY_MISSING` and others while that library is not open
 */
export function partsOf(libraries: Holder, downloadId: string) {
  const end = downloadId.indexOf('~');
  if (end < 0) return { library: libraries.current(), name: downloadId };
  const id = downloadId.slice(0, end);
  const library = libraries.opened().find(({ about }) => about.get().id === id);
  if (!library) throw new AppError('LIBRARY_MISSING', { folder: `of the download (${id})` });
  return { library, name: downloadId.slice(end + 1) };
}

/** Whether a download comes to this library. */
export const isOfLibrary = (libraries: Holder, { about, folder }: Library, downloadId: string) =>
  downloadId.includes('~')
    ? downloadId.startsWith(`${about.get().id}~`)
    : libraries.opened()[0]?.folder === folder;

export function partsOfLibraries(libraries: Holder): PartStore {
  const at = (downloadId: string) => {
    const { library, name } = partsOf(libraries, downloadId);
    return { parts: library.parts, name };
  };
  return {
    open: async (downloadId, identity) => {
      const { parts, name } = at(downloadId);
      return parts.open(name, identity);
    },
    peek: async (downloadId, identity) => {
      const { parts, name } = at(downloadId);
      return parts.peek(name, identity);
    },
    list: async (downloadId) => {
      const { parts, name } = at(downloadId);
      return parts.list(name);
    },
    partPath: (downloadId, filePath) => {
      const { parts, name } = at(downloadId);
      return parts.partPath(name, filePath);
    },
    prepare: async (downloadId) => {
      const { parts, name } = at(downloadId);
      return parts.prepare(name);
    },
    remove: async (downloadId) => {
      const { parts, name } = at(downloadId);
      return parts.remove(name);
    },
  };
}
