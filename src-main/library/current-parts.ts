/** The part store of whichever library is open at the moment of each call. */
import type { PartStore } from '../engines/ports.ts';
import type { Library } from './library.ts';

/** @param current throws while no library is open */
export function currentParts(current: () => Pick<Library, 'parts'>): PartStore {
  return {
    open: async (downloadId, identity) => current().parts.open(downloadId, identity),
    peek: async (downloadId, identity) => current().parts.peek(downloadId, identity),
    list: async (downloadId) => current().parts.list(downloadId),
    partPath: (downloadId, filePath) => current().parts.partPath(downloadId, filePath),
    prepare: async (downloadId) => current().parts.prepare(downloadId),
    remove: async (downloadId) => current().parts.remove(downloadId),
  };
}
