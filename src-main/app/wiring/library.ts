/** The library that is open, wherever the settings say it is. */
import { randomUUID } from 'node:crypto';
import type { Clock, Hasher, Log } from '../../engines/ports.ts';
import { openLibrary } from '../../library/library.ts';
import { createLibraryHost, type LibraryState } from '../../library/library-host.ts';
import { freeBytes } from '../../platform/disk-space.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { RegistryDocument } from '../../stores/library-documents.ts';

export interface LibraryWiring {
  readonly clock: Clock;
  readonly log: Log;
  readonly hasher: Hasher;
  readonly registry: RegistryDocument;
  readonly alerts: Alerts;
  readonly keepFreeBytes: () => number;
  readonly onLeave: () => Promise<void>;
  readonly onChange: (state: LibraryState) => Promise<void>;
}

export function createLibrary(wiring: LibraryWiring) {
  const { registry, alerts, hasher, keepFreeBytes } = wiring;
  const instance = randomUUID();
  return createLibraryHost({
    ...wiring,
    open: (folder) =>
      openLibrary({
        folder,
        instance,
        hasher,
        remembered: registry.manifestsOf(folder),
        onChange: (manifests) => registry.remember(folder, manifests),
        onDamage: (error) => alerts.raise(error, { cause: error.message }),
        freeBytes: async () => Math.max(0, (await freeBytes(folder)) - keepFreeBytes()),
      }),
  });
}
