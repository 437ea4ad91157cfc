/** What a library takes of its budget. */
import type { Download } from '../../../src-shared/domain/download.ts';
import type { Libraries } from '../../library/libraries.ts';
import type { Library } from '../../library/library.ts';
import { isOfLibrary } from '../../library/parts-of-libraries.ts';

/** @returns bytes of its models and of what has come of its unfinished downloads */
export function createLibraryUse(libraries: Libraries, downloads: () => readonly Download[]) {
  return (library: Library): number => {
    const files = library.manifests
      .all()
      .filter(({ installedAt }) => installedAt)
      .flatMap((manifest) => manifest.files)
      .filter(({ excluded }) => !excluded);
    const coming = downloads().filter(
      ({ id, state }) => state.kind !== 'done' && isOfLibrary(libraries, library, id),
    );
    const installedBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return coming.reduce((sum, { receivedBytes }) => sum + receivedBytes, installedBytes);
  };
}
