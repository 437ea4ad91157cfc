import { glanceAt, type LibraryReader, readManifest } from '../../src-main/library/glance.ts';

/** Reads a library in this thread: no worker has to be started. */
export const READER_IN_PLACE: LibraryReader = {
  manifests: async (files) => files.map(readManifest),
  glance: async (root, models) => glanceAt(root, models),
};
