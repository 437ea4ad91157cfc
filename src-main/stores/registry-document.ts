/**
 * `library.json` in the user-data folder: a copy of the manifests, for when a library itself cannot be read. It is as
 * large as all of them and seldom needed, so it is read when it is asked for, or written, and never before.
 */
import { z } from 'zod';
import { type Manifest, manifestSchema } from '../../src-shared/domain/model.ts';
import { type Alerts, damageAlert } from './alerts.ts';
import { type Document, openDocument } from './document.ts';

const VERSION = 1;
/** The manifests themselves are written at once. */
const WRITE_MS = 5_000;

/** All questions reject with AppError `DATA_FILE_UNUSABLE` when the file cannot be used; an alert says so as well. */
export interface RegistryDocument {
  /** What was last known of the library in this folder. */
  manifestsOf(folder: string): Promise<readonly Manifest[]>;
  /** Whether a library was ever open in this folder. */
  isKnown(folder: string): Promise<boolean>;
  /** Id of the library that was last open in this folder. */
  idOf(folder: string): Promise<string | null>;
  identify(folder: string, id: string): void;
  remember(folder: string, manifests: readonly Manifest[]): void;
  flush(): Promise<void>;
}

const registrySchema = z.object({
  /** Manifests by folder; those of one are checked when they are asked for. */
  libraries: z.record(z.string(), z.array(z.unknown())),
  /** Library ids by folder. */
  ids: z.record(z.string(), z.string()).default({}),
});
type Registry = z.output<typeof registrySchema>;

/** What has changed since it was last written. */
interface News {
  readonly libraries: Readonly<Record<string, Manifest[]>>;
  readonly ids: Readonly<Record<string, string>>;
}
const NO_NEWS: News = { libraries: {}, ids: {} };

export function createRegistryDocument(
  path: string,
  alerts: Pick<Alerts, 'raise'>,
): RegistryDocument {
  const onWriteFailed = (error: Parameters<Alerts['raise']>[0]) =>
    alerts.raise(error, { cause: 'writing library.json' });
  let opening: Promise<Document<Registry>> | undefined;
  let news = NO_NEWS;
  let timer: NodeJS.Timeout | undefined;

  function open(): Promise<Document<Registry>> {
    opening ??= openDocument<Registry>({
      path,
      schema: registrySchema,
      version: VERSION,
      defaults: { libraries: {}, ids: {} },
      onDamage: (damage) => alerts.raise(...damageAlert(damage)),
      onWriteFailed,
    }).catch((error) => {
      // It may be of use again the next time.
      opening = undefined;
      onWriteFailed(error);
      throw error;
    });
    return opening;
  }

  function add(change: Partial<News>): void {
    news = {
      libraries: { ...news.libraries, ...change.libraries },
      ids: { ...news.ids, ...change.ids },
    };
    // Who waits for it has been told when it fails.
    timer ??= setTimeout(() => void write().catch(() => undefined), WRITE_MS);
  }

  async function write(): Promise<Document<Registry> | undefined> {
    clearTimeout(timer);
    timer = undefined;
    if (news === NO_NEWS) return opening;
    const document = await open();
    const { libraries, ids } = news;
    news = NO_NEWS;
    document.update((known) => ({
      libraries: { ...known.libraries, ...libraries },
      ids: { ...known.ids, ...ids },
    }));
    return document;
  }

  return {
    manifestsOf: async (folder) =>
      news.libraries[folder] ?? intact((await open()).data.libraries[folder]),
    isKnown: async (folder) => folder in news.libraries || folder in (await open()).data.libraries,
    idOf: async (folder) => news.ids[folder] ?? (await open()).data.ids[folder] ?? null,
    remember: (folder, manifests) => add({ libraries: { [folder]: [...manifests] } }),
    identify: (folder, id) => add({ ids: { [folder]: id } }),
    flush: async () => (await write())?.flush(),
  };
}

const intact = (manifests: readonly unknown[] = []): Manifest[] =>
  manifests.flatMap((one) => manifestSchema.safeParse(one).data ?? []);
