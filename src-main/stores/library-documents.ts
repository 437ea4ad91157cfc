/** The download queue and the registry of the library, as documents in the user-data folder. */
import { z } from 'zod';
import { type Manifest, manifestSchema } from '../../src-shared/domain/model.ts';
import { type StoredDownload, storedDownloadSchema } from '../engines/download/job.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { openDocument } from './document.ts';

const VERSION = 1;

type Reported = Pick<Alerts, 'raise' | 'settle'>;

export interface QueueDocument {
  load(): readonly StoredDownload[];
  /** Resolves when it is on disk, or known not to get there (an alert says so). */
  save(downloads: readonly StoredDownload[]): Promise<void>;
  flush(): Promise<void>;
}

/** `downloads.json`: the queue in its order. */
export async function openQueueDocument(path: string, alerts: Reported): Promise<QueueDocument> {
  const document = await openDocument<{ items: StoredDownload[] }>({
    path,
    schema: z.object({ items: z.array(storedDownloadSchema) }),
    version: VERSION,
    defaults: { items: [] },
    ...reportTo(alerts, 'downloads.json'),
  });
  return {
    load: () => document.data.items,
    save: (downloads) => {
      document.update(() => ({ items: [...downloads] }));
      return document.flush().catch(() => undefined);
    },
    flush: document.flush,
  };
}

export interface RegistryDocument {
  /** What was last known of the library in this folder. */
  manifestsOf(folder: string): readonly Manifest[];
  remember(folder: string, manifests: readonly Manifest[]): void;
  flush(): Promise<void>;
}

/** `library.json`: a copy of the manifests, for when the library itself cannot be read. */
export async function openRegistryDocument(
  path: string,
  alerts: Reported,
): Promise<RegistryDocument> {
  const document = await openDocument<{ libraries: Record<string, Manifest[]> }>({
    path,
    schema: z.object({ libraries: z.record(z.string(), z.array(manifestSchema)) }),
    version: VERSION,
    defaults: { libraries: {} },
    ...reportTo(alerts, 'library.json'),
  });
  return {
    manifestsOf: (folder) => document.data.libraries[folder] ?? [],
    remember: (folder, manifests) =>
      document.update(({ libraries }) => ({
        libraries: { ...libraries, [folder]: [...manifests] },
      })),
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
