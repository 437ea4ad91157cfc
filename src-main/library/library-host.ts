/**
 * Holds the library that is open now, and says why when none is. A folder that is missing, read-only or
 * in use does not keep the application from starting; it is tried again until it opens.
 */
import { AppError, toAppError } from '../../src-shared/errors.ts';
import type { Clock, Log } from '../engines/ports.ts';
import type { Library } from './library.ts';

export type LibraryState =
  | { readonly kind: 'open'; readonly library: Library }
  | { readonly kind: 'closed'; readonly folder: string; readonly error: AppError };

interface LibraryHostOptions {
  readonly open: (folder: string) => Promise<Library>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called before the open library is let go of, while it is still locked: everyone has to leave it. */
  readonly onLeave: () => Promise<void>;
  /** Called after every change, before the next one begins. */
  readonly onChange: (state: LibraryState) => Promise<void>;
}

/** How often the folder is looked at: whether it is still there, or there again. */
const LOOK_MS = 3_000;

export type LibraryHost = ReturnType<typeof createLibraryHost>;

export function createLibraryHost(options: LibraryHostOptions) {
  const { open, clock, log, onLeave, onChange } = options;
  let state: LibraryState | undefined;
  let cancelLook: (() => void) | undefined;
  let work: Promise<void> = Promise.resolve();

  /** Steps are taken one after the other; one that fails does not keep the next from being taken. */
  function next(step: () => Promise<void>): Promise<void> {
    work = work.then(step).catch((error: unknown) => {
      log.error('library could not be followed', { error: String(error) });
    });
    return work;
  }

  async function change(folder: string): Promise<void> {
    cancelLook?.();
    cancelLook = undefined;
    const before = state;
    state = await open(folder).then(
      (library): LibraryState => ({ kind: 'open', library }),
      (thrown: unknown): LibraryState => ({ kind: 'closed', folder, error: toAppError(thrown) }),
    );
    const same = before?.kind === 'closed' && state.kind === 'closed' && before.folder === folder;
    if (!same || before.error.code !== (state.kind === 'closed' && state.error.code)) {
      lookLater(folder);
      await onChange(state);
    } else {
      lookLater(folder);
    }
  }

  function lookLater(folder: string) {
    cancelLook = clock.after(LOOK_MS, () => void next(() => look(folder)));
  }

  /** Opens a folder that is back, lets go of one that is gone. */
  async function look(folder: string): Promise<void> {
    if (state?.kind !== 'open') return change(folder);
    const there = await state.library.assertThere().then(
      () => true,
      () => false,
    );
    if (there) return lookLater(folder);
    await close();
    await change(folder);
  }

  async function close(): Promise<void> {
    cancelLook?.();
    cancelLook = undefined;
    if (state?.kind !== 'open') return;
    const { library } = state;
    await onLeave();
    state = undefined;
    await library.close();
  }

  return {
    /** Opens a folder as the library, after letting go of the one before. Never rejects. */
    use: (folder: string): Promise<void> =>
      next(async () => {
        if (state && folderOf(state) === folder && state.kind === 'open') return;
        await close();
        await change(folder);
      }),
    /** The open library. @throws AppError that says why there is none */
    current: (): Library => {
      if (state?.kind === 'open') return state.library;
      throw state?.error ?? new AppError('LIBRARY_MISSING', { folder: 'not opened yet' });
    },
    state: (): LibraryState | undefined => state,
    /** Resolves when every change asked for so far has been made. */
    settled: () => work,
    close: () => next(close),
  };
}

function folderOf(state: LibraryState): string {
  return state.kind === 'open' ? state.library.folder : state.folder;
}
