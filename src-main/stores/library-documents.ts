/** The download queue and the registry of the library, as documents in the user-data folder. */
import { z } from 'zod';
import { type Manifest, manifestSchema } from '../../src-shared/domain/model.ts';
import { type StoredDownload, storedDownloadSchema } from '../engines/download/job.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;
/** The manifests themselves are written at once; this is their copy, and as large as all of them. */
const REGISTRY_WRITE_MS = 5_000;

type Reported = Pick<Alerts, 'raise' | 'settle'>;

export interface QueueDocument {
  load(): readonly StoredDownload[];
  /** Resolves when it is on disk, or known not to get there (an alert says so). */
  save(downloads: readonly StoredDownload[]): Promise<void>;
  /** Connections that proved best, by host. */
  readonly counts: {
    get(): ReadonlyMap<string, number>;
    set(host: string, count: number): void;
  };
  /** Bytes per second of the last downloads; `null` when none was measured. */
  readonly speed: {
    get(): number | null;
    set(bytesPerSecond: number): void;
  };
  flush(): Promise<void>;
}

/** Hosts whose best number of connections is remembered; the oldest go first. */
const MOST_HOSTS = 100;

const queueSchema = z.object({
  items: z.array(storedDownloadSchema),
  connections: z.record(z.string(), z.number().int().positive()).default({}),
  bytesPerSecond: z.number().nonnegative().nullable().default(null),
});

/** `downloads.json`: the queue in its order, and what was learned of hosts. */
export async function openQueueDocument(path: string, alerts: Reported): Promise<QueueDocument> {
  const document = await openDocument<z.output<typeof queueSchema>>({
    path,
    schema: queueSchema,
    version: VERSION,
    defaults: { items: [], connections: {}, bytesPerSecond: null },
    ...reportTo(alerts, 'downloads.json'),
  });
  return {
    load: () => document.data.items,
    save: (downloads) => {
      document.update((known) => ({ ...known, items: [...downloads] }));
      return document.flush().catch(() => undefined);
    },
    counts: {
      get: () => new Map(Object.entries(document.data.connections)),
      set: (host, count) =>
        document.update(({ connections: { [host]: _, ...others }, ...rest }) => {
          const known = Object.entries(others).slice(1 - MOST_HOSTS);
          return { ...rest, connections: { ...Object.fromEntries(known), [host]: count } };
        }),
    },
    speed: {
      get: () => document.data.bytesPerSecond,
      set: (bytesPerSecond) => document.update((known) => ({ ...known, bytesPerSecond })),
    },
    flush: document.flush,
  };
}

export interface RegistryDocument {
  /** What was last known of the library in this folder. */
  manifestsOf(folder: string): readonly Manifest[];
  /** Whether a library was ever open in this folder. */
  isKnown(folder: string): boolean;
  /** Id of the library that was last open in this folder. */
  idOf(folder: string): string | null;
  identify(folder: string, id: string): void;
  remember(folder: string, manifests: readonly Manifest[]): void;
  flush(): Promise<void>;
}

const registrySchema = z.object({
  libraries: z.record(z.string(), z.array(manifestSchema)),
  /** Library ids by folder. */
  ids: z.record(z.string(), z.string()).default({}),
});

/** `library.json`: a copy of the manifests, for when the library itself cannot be read. */
export async function openRegistryDocument(
  path: string,
  alerts: Reported,
): Promise<RegistryDocument> {
  const document = await openDocument<z.output<typeof registrySchema>>({
    path,
    schema: registrySchema,
    version: VERSION,
    defaults: { libraries: {}, ids: {} },
    delayMs: REGISTRY_WRITE_MS,
    ...reportTo(alerts, 'library.json'),
  });
  return {
    manifestsOf: (folder) => document.data.libraries[folder] ?? [],
    isKnown: (folder) => folder in document.data.libraries,
    remember: (folder, manifests) =>
      document.update(({ libraries, ids }) => ({
        libraries: { ...libraries, [folder]: [...manifests] },
        ids,
      })),
    idOf: (folder) => document.data.ids[folder] ?? null,
    identify: (folder, id) => {
      if (document.data.ids[folder] === id) return;
      document.update(({ libraries, ids }) => ({ libraries, ids: { ...ids, [folder]: id } }));
    },
    flush: document.flush,
  };
}

function reportTo(alerts: Reported, name: string) {
  return {
    onDamage: (damage: Parameters<typeof damageAlert>[0]) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error: Parameters<Alerts['raise']>[0]) =>
      alerts.raise(error, { cause: `writing ${name}` }),
  };
}
