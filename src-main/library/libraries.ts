/**
 * Holds the libraries that are open now, and says of each other one why it is not. A folder that is missing,
 * read-only or in use keeps nothing from starting; it is tried again until it opens, and one whose drive is
 * unplugged is let go of, with its models remembered.
 */
import { realpath } from 'node:fs/promises';
import type { Manifest } from '../../src-shared/domain/model.ts';
import { AppError, toAppError } from '../../src-shared/errors.ts';
import type { Clock, Log } from '../engines/ports.ts';
import type { Library } from './library.ts';

interface OpenState {
  readonly kind: 'open';
  readonly folder: string;
  readonly library: Library;
}

export type LibraryState =
  | OpenState
  | {
      readonly kind: 'closed';
      readonly folder: string;
      /** As far as it is known. */
      readonly id: string | null;
      readonly error: AppError;
      /** What was in it when it was last seen. */
      readonly remembered: ReadonlyMap<string, Manifest>;
    };

interface LibrariesOptions {
  /** Absolute paths; the first is the main library, where new models go. */
  readonly folders: () => readonly string[];
  readonly open: (folder: string) => Promise<Library>;
  readonly remembered: (folder: string) => Promise<readonly Manifest[]>;
  readonly idOf: (folder: string) => Promise<string | null>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called before open libraries are let go of, while they are still locked: everyone has to leave. */
  readonly onLeave: () => Promise<void>;
  /** Called after every change, before the next one begins. */
  readonly onChange: () => Promise<void>;
}

/** How often the folders are looked at: whether they are still there, or there again. */
const LOOK_MS = 3_000;

export type Libraries = ReturnType<typeof createLibraries>;

export function createLibraries(options: LibrariesOptions) {
  const { folders, open, clock, log, onLeave, onChange } = options;
  /** In the order of the folders. */
  let states: readonly LibraryState[] = [];
  let cancelLook: (() => void) | undefined;
  let work: Promise<void> = Promise.resolve();

  /** Steps are taken one after the other; one that fails does not keep the next from being taken. */
  function next(step: () => Promise<void>): Promise<void> {
    work = work.then(step).catch((error: unknown) => {
      log.error('libraries could not be followed', { error: String(error) });
    });
    return work;
  }

  /** Lets go of what is gone or no longer wanted, opens what is there or back. */
  async function look(): Promise<void> {
    cancelLook?.();
    cancelLook = clock.after(LOOK_MS, () => void next(look));
    const wanted = [...new Set(folders())];
    const before = states;
    await leave(await goneFrom(wanted));
    const found: LibraryState[] = [];
    for (const folder of wanted) {
      const known = states.find((state) => state.folder === folder);
      found.push(known?.kind === 'open' ? known : await tryToOpen(folder, [...found, ...states]));
    }
    states = found;
    if (!isSame(before, found)) await onChange();
  }

  async function goneFrom(wanted: readonly string[]): Promise<OpenState[]> {
    const checked = states.filter(isOpen).map(async (state) => {
      if (!wanted.includes(state.folder)) return [state];
      return state.library.assertThere().then(
        () => [],
        () => [state],
      );
    });
    return (await Promise.all(checked)).flat();
  }

  /** Until it is known what became of them, they are missing. */
  async function leave(gone: readonly OpenState[]): Promise<void> {
    if (gone.length === 0) return;
    await onLeave();
    states = states.map((state) =>
      isOpen(state) && gone.includes(state) ? closedFrom(state) : state,
    );
    for (const { library } of gone) await library.close();
  }

  async function tryToOpen(folder: string, around: readonly LibraryState[]): Promise<LibraryState> {
    try {
      await assertNoOther(folder, around);
      return { kind: 'open', folder, library: await open(folder) };
    } catch (thrown) {
      // Nothing is remembered when that cannot be read either.
      const remembered = byId(await options.remembered(folder).catch(() => []));
      const id = await options.idOf(folder).catch(() => null);
      return { kind: 'closed', folder, id, error: toAppError(thrown), remembered };
    }
  }

  /** Where a model is: an open library that has all of it before one that has not. */
  function stateOf(modelId: string): LibraryState | undefined {
    const holding = states.filter((state) => manifestIn(state, modelId));
    const rank = (state: LibraryState) =>
      (manifestIn(state, modelId)?.installedAt ? 2 : 0) + (state.kind === 'open' ? 1 : 0);
    return holding.toSorted((a, b) => rank(b) - rank(a))[0];
  }

  return {
    /** Looks at the folders now. Never rejects. */
    follow: (): Promise<void> => next(look),
    /** The main library. @throws AppError that says why there is none */
    current: (): Library => libraryIn(states[0]),
    /** The library a model is in, or would come to. @throws AppError that says why it is not open */
    of: (modelId: string): Library => libraryIn(stateOf(modelId) ?? states[0]),
    /**
     * An open library by its folder; the main one for none.
     * @throws AppError `LIBRARY_UNKNOWN`, or why it is not open
     */
    at: (folder: string | undefined): Library => {
      const state = folder === undefined ? states[0] : states.find((one) => one.folder === folder);
      if (folder !== undefined && !state) throw new AppError('LIBRARY_UNKNOWN', { folder });
      return libraryIn(state);
    },
    /** @param folder for the message @throws AppError `LIBRARY_MISSING` while no open library has this id */
    withId: (id: string, folder: string): Library => {
      const found = states.filter(isOpen).find(({ library }) => library.about.get().id === id);
      if (!found) throw new AppError('LIBRARY_MISSING', { folder });
      return found.library;
    },
    stateOf,
    /** The main one first. */
    states: (): readonly LibraryState[] => states,
    opened: (): Library[] => states.filter(isOpen).map(({ library }) => library),
    manifest: (modelId: string): Manifest | undefined => {
      const state = stateOf(modelId);
      return state && manifestIn(state, modelId);
    },
    /** Every model once, also those of libraries that are not open. */
    manifests: (): Manifest[] => {
      const [first, ...others] = states.map(manifestsIn);
      if (others.length === 0) return [...(first ?? [])];
      const ids = new Set(states.flatMap((state) => manifestsIn(state).map(({ id }) => id)));
      return [...ids].flatMap((id) => {
        const state = stateOf(id);
        return (state && manifestIn(state, id)) ?? [];
      });
    },
    /** Resolves when every change asked for so far has been made. */
    settled: () => work,
    close: () =>
      next(async () => {
        cancelLook?.();
        cancelLook = undefined;
        await leave(states.filter(isOpen));
        states = [];
      }),
  };
}

/** One folder by two names is one library. */
async function assertNoOther(folder: string, states: readonly LibraryState[]): Promise<void> {
  const real = await realpath(folder).catch(() => null);
  for (const { library } of states.filter(isOpen)) {
    const other = await realpath(library.folder).catch(() => null);
    if (real !== null && real === other) {
      throw new AppError('LIBRARY_IN_USE', { folder, pid: process.pid });
    }
  }
}

const isOpen = (state: LibraryState): state is OpenState => state.kind === 'open';

const byId = (manifests: readonly Manifest[]) =>
  new Map(manifests.map((manifest) => [manifest.id, manifest]));

function closedFrom({ folder, library }: OpenState): LibraryState {
  const error = new AppError('LIBRARY_MISSING', { folder });
  const { id } = library.about.get();
  return { kind: 'closed', folder, id, error, remembered: byId(library.manifests.all()) };
}

function libraryIn(state: LibraryState | undefined): Library {
  if (state?.kind === 'open') return state.library;
  throw state?.error ?? new AppError('LIBRARY_MISSING', { folder: 'not opened yet' });
}

const manifestIn = (state: LibraryState, id: string) =>
  state.kind === 'open' ? state.library.manifests.get(id) : state.remembered.get(id);

const manifestsIn = (state: LibraryState): readonly Manifest[] =>
  state.kind === 'open' ? state.library.manifests.all() : [...state.remembered.values()];

/** A folder that cannot be opened for the same reason as before is no news. */
function isSame(before: readonly LibraryState[], now: readonly LibraryState[]): boolean {
  return (
    before.length === now.length &&
    now.every((state, index) => {
      const was = before[index];
      if (was?.folder !== state.folder) return false;
      if (was.kind === 'open') return state.kind === 'open' && was.library === state.library;
      return state.kind === 'closed' && was.error.code === state.error.code;
    })
  );
}
