/** Where downloads find and put their bytes: the library that is open, and the stores of other tools. */
import type { DownloadPorts } from '../../engines/download/engine.ts';
import type { Hasher } from '../../engines/ports.ts';
import { currentParts } from '../../library/current-parts.ts';
import type { Library } from '../../library/library.ts';
import type { Store } from '../../library/reuse/known-stores.ts';
import { createReuse } from '../../library/reuse/reuse.ts';

/** Why a model that has just come is not to be used; `undefined` when nothing speaks against it. */
export type Screen = (
  ...fetched: Parameters<DownloadPorts['install']>
) => Promise<string | undefined>;

export interface PlacesWiring {
  readonly screen: Screen;
  /** Throws while no library is open. */
  readonly library: () => Library;
  readonly libraryFolder: () => string;
  readonly hasher: Hasher;
  readonly stores: readonly Store[];
  /** Files of other programs that are said to hold these bytes. */
  readonly placesOf: (sha256: string) => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function placesOf(wiring: PlacesWiring) {
  const { library, libraryFolder, hasher, stores, placesOf, screen, now } = wiring;
  const freeBytes = () => library().freeBytes();
  const manifests = () => library().manifests.all();
  return {
    parts: currentParts(library),
    reuse: createReuse({ stores, placesOf, manifests, libraryFolder, freeBytes, hasher }),
    proveInPlace: async (...[manifest, file, signal]: Parameters<DownloadPorts['proveInPlace']>) =>
      library().proveOrRefuse(manifest, file, signal),
    install: async (...[job, proven]: Parameters<DownloadPorts['install']>) =>
      library().install(job, proven, { now: now(), unsafe: await screen(job, proven) }),
    freeBytes: async () => freeBytes(),
    libraryFolder,
  };
}
