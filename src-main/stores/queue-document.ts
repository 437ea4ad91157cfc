/** The download queue, as a document in the user-data folder. */
import { z } from 'zod';
import { type StoredDownload, storedDownloadSchema } from '../engines/download/job.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;

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
export async function openQueueDocument(
  path: string,
  alerts: Pick<Alerts, 'raise'>,
): Promise<QueueDocument> {
  const document = await openDocument<z.output<typeof queueSchema>>({
    path,
    schema: queueSchema,
    version: VERSION,
    defaults: { items: [], connections: {}, bytesPerSecond: null },
    onDamage: (damage) => alerts.raise(...damageAlert(damage)),
    onWriteFailed: (error) => alerts.raise(error, { cause: 'writing downloads.json' }),
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
