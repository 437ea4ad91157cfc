/** What is told of each library. */
import type { LibraryInfo } from '../../src-shared/domain/library.ts';
import { toErrorReport } from '../../src-shared/errors.ts';
import { freeBytes } from '../platform/disk-space.ts';
import type { Libraries, LibraryState } from './libraries.ts';
import type { Library } from './library.ts';

/** What the models of a library and its unfinished downloads take. */
type UsedBytes = (library: Library) => number;

/** The main one first. */
export function describeLibraries(
  libraries: Pick<Libraries, 'states'>,
  usedBytes: UsedBytes,
): Promise<LibraryInfo[]> {
  return Promise.all(
    libraries.states().map((state, index) => infoOf(state, index === 0, usedBytes)),
  );
}

async function infoOf(
  state: LibraryState,
  isMain: boolean,
  usedBytes: UsedBytes,
): Promise<LibraryInfo> {
  const { folder } = state;
  if (state.kind === 'closed') {
    const { error, remembered } = state;
    const known = [...remembered.values()].filter(({ installedAt }) => installedAt);
    return {
      ...{ folder, isMain, id: state.id, budgetBytes: null, freeBytes: null, movesTo: null },
      state: error.code === 'LIBRARY_MISSING' ? 'offline' : 'unusable',
      error: toErrorReport(error),
      modelCount: known.length,
      usedBytes: known.flatMap(({ files }) => files).reduce((sum, file) => sum + file.sizeBytes, 0),
    };
  }
  const { library } = state;
  const { id, budgetBytes, movesTo } = library.about.get();
  const free = await freeBytes(folder).catch(() => null);
  const modelCount = library.manifests.all().filter(({ installedAt }) => installedAt).length;
  return {
    ...{ folder, isMain, id, budgetBytes, movesTo, modelCount, freeBytes: free },
    state: 'open',
    error: null,
    usedBytes: usedBytes(library),
  };
}
