/**
 * What other programs keep on this computer. A scan goes through their folders, which takes seconds, and then
 * identifies by digest what its name does not tell, which takes as long as reading it: in the background, while
 * nothing else needs the disk, and from where it stopped.
 *
 * ```
 *  idle ── scan ──▶ scanning ──▶ identifying ──▶ idle
 *                      └── stop ──────┴──▶ idle, with what was found so far
 * ```
 */
import type {
  Duplicate,
  FoundFile,
  FoundModel,
  FoundPlace,
  Inventory,
  Scan,
} from '../../../src-shared/domain/inventory.ts';
import { AppError, toAppError, toErrorReport } from '../../../src-shared/errors.ts';
import { abortable, pause } from '../abortable.ts';
import { findDuplicates, inodeOf, type KnownFile } from './duplicates.ts';
import type { InventoryPorts, Place } from './ports.ts';
import { modelsIn, sameModels } from './recognise.ts';

export type InventoryEngine = ReturnType<typeof createInventory>;

const TELL_MS = 250;
const LOOK_AGAIN_MS = 2_000;
const KEEP_MS = 5_000;
/** Digests that are remembered; a hundred bytes each. */
const MOST_DIGESTS = 50_000;

const NOT_YET: Scan = {
  state: 'idle',
  filesSeen: 0,
  bytesIdentified: 0,
  bytesToIdentify: 0,
  isWaiting: false,
  endedAt: null,
};

export function createInventory(ports: InventoryPorts) {
  const { clock, store } = ports;
  let scan = NOT_YET;
  let places: FoundPlace[] = [];
  let models: FoundModel[] = [];
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  let cancelTelling: (() => void) | undefined;
  /** SHA-256 by file. */
  const digests = new Map(Object.entries(store.get().digests));
  let cancelKeeping: (() => void) | undefined;

  function tellNow(): void {
    cancelTelling?.();
    cancelTelling = undefined;
    ports.publish('inventory.state', { scan, places });
  }

  function tell(change: Partial<Scan>): void {
    scan = { ...scan, ...change };
    cancelTelling ??= clock.after(TELL_MS, tellNow);
  }

  async function run(signal: AbortSignal): Promise<void> {
    try {
      scan = { ...NOT_YET, state: 'scanning', endedAt: scan.endedAt };
      tellNow();
      await look(signal);
      await identify(signal);
    } catch (error) {
      if (!signal.aborted) ports.log.error('scan failed', { error: String(error) });
    } finally {
      keepDigests();
      scan = {
        ...scan,
        state: 'idle',
        isWaiting: false,
        endedAt: new Date(clock.now()).toISOString(),
      };
      tellNow();
    }
  }

  /** What was known before stays until all has been looked at again. */
  async function look(signal: AbortSignal): Promise<void> {
    const lookedAt: { readonly place: FoundPlace; readonly models: readonly FoundModel[] }[] = [];
    for (const place of await allPlaces()) {
      const found = await readPlace(place, signal);
      lookedAt.push(found);
    }
    // One that was added may have been forgotten meanwhile.
    const { chosen } = store.get();
    const wanted = lookedAt.filter(({ place }) => !place.isChosen || chosen.includes(place.folder));
    places = wanted.map(({ place }) => place);
    models = wanted.flatMap((found) => found.models);
  }

  async function allPlaces(): Promise<Place[]> {
    const known = await ports.findPlaces();
    const chosen = store.get().chosen.filter((one) => !known.some(({ folder }) => folder === one));
    return [...known, ...chosen.map((folder) => ({ app: 'folder' as const, folder }))];
  }

  async function readPlace(place: Place, signal: AbortSignal) {
    const found: FoundModel[] = [];
    let error: AppError | undefined;
    try {
      for await (const repository of ports.read(place, signal)) {
        signal.throwIfAborted();
        for (const model of modelsIn(place, repository)) found.push(model);
        tell({ filesSeen: scan.filesSeen + repository.files.length });
      }
    } catch (thrown) {
      signal.throwIfAborted();
      error = toAppError(thrown);
    }
    const sizeBytes = filesOf(found).reduce((sum, file) => sum + file.sizeBytes, 0);
    const seen: FoundPlace = {
      ...place,
      isChosen: store.get().chosen.includes(place.folder),
      models: found.length,
      sizeBytes,
      ...(error && { error: toErrorReport(error) }),
    };
    return { place: seen, models: found };
  }

  /** What was measured before holds as long as the file is the same. */
  const recalled = (model: FoundModel): FoundModel => ({
    ...model,
    files: model.files.map((file) => withDigest(file, digests.get(file.fileId))),
  });
  const files = () => filesOf(models.map(recalled));

  async function identify(signal: AbortSignal): Promise<void> {
    const unknown = files().filter(({ sha256, gitSha1 }) => !sha256 && !gitSha1);
    const bytesToIdentify = unknown.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    tell({ state: 'identifying', bytesToIdentify });
    for (const file of unknown.toSorted((a, b) => a.sizeBytes - b.sizeBytes)) {
      while (!ports.isQuiet(file.sizeBytes)) {
        tell({ isWaiting: true });
        await pause(clock, LOOK_AGAIN_MS, signal);
      }
      if (scan.isWaiting) tell({ isWaiting: false });
      const sha256 = await measure(file, signal);
      if (sha256 !== null) remember(file.fileId, sha256);
      tell({ bytesIdentified: scan.bytesIdentified + file.sizeBytes });
    }
  }

  /** @returns `null` when it cannot be read */
  async function measure(file: FoundFile, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    const hash = ports.hasher.follow(file.place, {});
    try {
      return (await abortable(hash.finish(file.sizeBytes), signal)).sha256;
    } catch {
      signal.throwIfAborted();
      return null;
    } finally {
      hash.cancel();
    }
  }

  function remember(fileId: string, sha256: string): void {
    digests.set(fileId, sha256);
    cancelKeeping ??= clock.after(KEEP_MS, keepDigests);
  }

  /** The newest are kept. */
  function keepDigests(): void {
    cancelKeeping?.();
    cancelKeeping = undefined;
    const kept = Object.fromEntries([...digests].slice(-MOST_DIGESTS));
    store.update((record) => ({ ...record, digests: kept }));
  }

  async function stop(): Promise<void> {
    running?.stop.abort(new AppError('ACTION_NOT_POSSIBLE', { action: 'scan', state: 'stopped' }));
    await running?.ended;
  }

  function start(): Scan {
    if (running) return scan;
    const stopping = new AbortController();
    const ended = run(stopping.signal).finally(() => {
      running = undefined;
    });
    running = { stop: stopping, ended };
    return scan;
  }

  /** @throws AppError `INPUT_INVALID` */
  function find(id: string): FoundModel {
    const model = models.find((other) => other.id === id);
    if (model) return recalled(model);
    throw new AppError('INPUT_INVALID', { problem: `ids: nothing was found under “${id}”` });
  }

  function duplicates(): Duplicate[] {
    const known = files().flatMap(({ place, sha256, sizeBytes, fileId }): KnownFile[] =>
      sha256 ? [{ place, sha256, sizeBytes, inode: inodeOf(fileId) }] : [],
    );
    return findDuplicates(known);
  }

  return {
    /** Begins, or goes on; nothing happens while one is under way. */
    start,
    stop,
    /** Settles when the scan that is under way has ended. */
    settled: () => running?.ended ?? Promise.resolve(),
    list: (): Inventory => ({
      scan,
      places,
      items: models.map(recalled).map((model) => {
        return { ...model, sameAs: sameModels(model, ports.manifests()) };
      }),
      duplicates: duplicates(),
    }),
    find,
    /**
     * A found model with the digests of all its files, measured now where they are not known.
     * @throws AppError `INPUT_INVALID`, `ADOPT_CHANGED` when a file cannot be read; the reason of the signal
     */
    identified: async (id: string, signal: AbortSignal): Promise<FoundModel> => {
      for (const file of find(id).files) {
        if (file.sha256 || file.gitSha1) continue;
        const sha256 = await measure(file, signal);
        if (sha256 === null) throw new AppError('ADOPT_CHANGED', { place: file.place });
        remember(file.fileId, sha256);
      }
      return find(id);
    },
    /** Adds folders that are looked at as well, from now on. */
    choose: (folders: readonly string[]): void =>
      store.update((record) => ({
        ...record,
        chosen: [...new Set([...record.chosen, ...folders])],
      })),
    /** Looks at a folder no more. What was found there is forgotten, not touched. */
    forget: (folder: string): void => {
      store.update((record) => ({
        ...record,
        chosen: record.chosen.filter((other) => other !== folder),
      }));
      places = places.filter((place) => !(place.isChosen && place.folder === folder));
      models = models.filter((model) => places.some((place) => place.folder === model.folder));
      tellNow();
    },
    /** Files here that are said to hold these bytes. */
    placesOf: (sha256: string): string[] =>
      files()
        .filter((file) => file.sha256 === sha256)
        .map(({ place }) => place),
  };
}

function withDigest(file: FoundFile, sha256: string | undefined): FoundFile {
  return sha256 === undefined || file.sha256 ? file : { ...file, sha256, isMeasured: true };
}

/** Each file once. */
function filesOf(models: readonly FoundModel[]): FoundFile[] {
  return [
    ...new Map(models.flatMap(({ files }) => files.map((file) => [file.place, file]))).values(),
  ];
}
