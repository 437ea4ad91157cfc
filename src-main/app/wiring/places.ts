/** Where downloads find and put their bytes: the libraries that are open, and the stores of other tools. */
import type { DownloadPorts } from '../../engines/download/engine.ts';
import type { Hasher, RoomLimit, WantedFile } from '../../engines/ports.ts';
import type { Libraries } from '../../library/libraries.ts';
import type { Library } from '../../library/library.ts';
import { partsOf, partsOfLibraries } from '../../library/parts-of-libraries.ts';
import type { Store } from '../../library/reuse/known-stores.ts';
import { createReuse } from '../../library/reuse/reuse.ts';
import { volumeOf } from '../../platform/disk-space.ts';

/** Why a model that has just come is not to be used; `undefined` when nothing speaks against it. */
export type Screen = (
  ...fetched: Parameters<DownloadPorts['install']>
) => Promise<string | undefined>;

export interface PlacesWiring {
  readonly screen: Screen;
  readonly libraries: Libraries;
  readonly hasher: Hasher;
  readonly stores: readonly Store[];
  /** Files of other programs that are said to hold these bytes. */
  readonly placesOf: (sha256: string) => readonly string[];
  /** What the models of a library and its unfinished downloads take, in bytes. */
  readonly usedBytes: (library: Library) => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function placesOf(wiring: PlacesWiring) {
  const { libraries, hasher, stores, placesOf, usedBytes, screen, now } = wiring;
  const libraryOf = (downloadId: string) => partsOf(libraries, downloadId).library;

  /** What moves comes from its library, not from the net. */
  function targetOf({ downloadId, manifest: { movedFrom } }: WantedFile): Library {
    if (movedFrom) libraries.withId(movedFrom.library, movedFrom.folder);
    return libraryOf(downloadId);
  }

  async function room(downloadId: string): Promise<RoomLimit[]> {
    const library = libraryOf(downloadId);
    const { folder, about } = library;
    const { id } = await volumeOf(folder);
    const disk = { kind: 'disk', name: `disk ${id}`, freeBytes: await library.freeBytes(), folder };
    const { budgetBytes } = about.get();
    if (budgetBytes === null) return [disk as RoomLimit];
    const freeBytes = Math.max(0, budgetBytes - usedBytes(library));
    return [disk as RoomLimit, { kind: 'budget', name: `budget ${folder}`, freeBytes, folder }];
  }

  return {
    parts: partsOfLibraries(libraries),
    reuse: createReuse({
      stores,
      placesOf,
      libraries: () =>
        libraries.opened().map(({ folder, manifests }) => ({ folder, manifests: manifests.all() })),
      targetOf,
      hasher,
    }),
    proveInPlace: async (...[job, file, signal]: Parameters<DownloadPorts['proveInPlace']>) =>
      libraryOf(job.id).proveOrRefuse(job.manifest, file, signal),
    install: async (...[job, proven]: Parameters<DownloadPorts['install']>) => {
      const { library, name } = partsOf(libraries, job.id);
      const unsafe = await screen(job, proven);
      await library.install({ ...job, id: name }, proven, { now: now(), unsafe });
    },
    room,
  };
}
