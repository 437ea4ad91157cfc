import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';
import type { Publish } from '../engines/ports.ts';
import { describeLibraries } from '../library/describe-libraries.ts';
import type { Libraries, LibraryState } from '../library/libraries.ts';
import type { Library } from '../library/library.ts';
import { isOfLibrary } from '../library/parts-of-libraries.ts';
import type { SettingsStore } from '../stores/settings.ts';

export interface LibraryOperationPorts {
  readonly libraries: Libraries;
  readonly settings: SettingsStore;
  readonly publish: Publish;
  readonly engine: Pick<DownloadEngine, 'list' | 'reschedule'>;
  readonly moves: {
    moveModel: (
      modelId: string,
      folder: string,
    ) => Promise<ReturnType<DownloadEngine['list']>[number]>;
    settle: () => Promise<void>;
  };
  /** What the models of a library and its unfinished downloads take. */
  readonly usedBytes: (library: Library) => number;
}

export function createLibraryOperations(ports: LibraryOperationPorts) {
  const { libraries, settings, moves } = ports;
  const list = async () => ({ items: await describeLibraries(libraries, ports.usedBytes) });
  /** @returns the same as everyone is told */
  async function told() {
    const now = await list();
    ports.publish('library.state', now);
    return now;
  }

  const others = () => settings.get().values.library.others;
  /** Resolves when they are open, or known not to open. */
  async function follow(patch: { folder?: string; others: readonly string[] }): Promise<void> {
    await settings.patch({ library: { ...patch, others: [...patch.others] } });
    await libraries.follow();
  }

  return {
    'libraries.list': list,
    'libraries.add': async ({ folder }) => {
      const place = await assertFits(libraries, folder);
      await follow({ others: [...others(), place] });
      const state = libraries.states().find((one) => one.folder === place);
      if (state?.kind === 'open') await takeIn(state.library);
      if (state?.kind !== 'closed') return list();
      await follow({ others: others().filter((other) => other !== place) });
      throw state.error;
    },
    'libraries.change': async ({ folder, budgetBytes, isMain }) => {
      const library = libraries.at(folder);
      if (budgetBytes !== undefined) await library.about.change({ budgetBytes });
      if (isMain && folder !== libraries.states()[0]?.folder) await makeMain(folder);
      ports.engine.reschedule();
      return told();
    },
    'libraries.forget': async ({ folder }) => {
      const [main, ...further] = libraries.states();
      if (!further.some((state) => state.folder === folder)) {
        if (main?.folder !== folder) throw new AppError('LIBRARY_UNKNOWN', { folder });
        throw new AppError('ACTION_NOT_POSSIBLE', { action: 'forget', state: 'the main library' });
      }
      assertQuiet(ports, folder);
      await follow({ others: others().filter((other) => other !== folder) });
      return list();
    },
    'libraries.move': async ({ folder, to }) => {
      const library = libraries.at(folder);
      if (to !== null && libraries.at(to) === library) {
        throw new AppError('INPUT_INVALID', { problem: 'to: is the same library' });
      }
      await library.about.change({ movesTo: to });
      await moves.settle();
      return told();
    },
    'models.move': async ({ modelId, to }) => ({ download: await moves.moveModel(modelId, to) }),
  } satisfies Partial<OperationHandlers>;

  /**
   * A library that was away may be back by another name, such as another drive letter; one that is a copy of
   * another gets an id of its own.
   */
  async function takeIn({ folder, about }: Library): Promise<void> {
    const { id } = about.get();
    const isCopy = libraries
      .opened()
      .some((other) => other.folder !== folder && other.about.get().id === id);
    if (isCopy) return about.renew();
    const isItself = (state: LibraryState | undefined) =>
      state?.kind === 'closed' && state.id === id;
    const [main, ...further] = libraries.states();
    const gone = further.filter(isItself).map((state) => state.folder);
    if (isItself(main)) await follow({ folder, others: others().filter((one) => one !== folder) });
    else if (gone.length > 0) {
      await follow({ others: others().filter((one) => !gone.includes(one)) });
    }
  }

  async function makeMain(folder: string): Promise<void> {
    const before = libraries.states()[0]?.folder;
    const rest = others().filter((other) => other !== folder);
    await follow({ folder, others: before === undefined ? rest : [before, ...rest] });
  }
}

/** @returns the path as it will be known */
async function assertFits(libraries: Libraries, folder: string): Promise<string> {
  if (!path.isAbsolute(folder)) {
    throw new AppError('INPUT_INVALID', { problem: 'folder: needs a whole path' });
  }
  const place = path.resolve(folder);
  for (const { folder: other } of libraries.states()) {
    if (place === other)
      throw new AppError('INPUT_INVALID', { problem: 'folder: is a library already' });
    if (`${place}${path.sep}`.startsWith(`${other}${path.sep}`)) {
      throw new AppError('INPUT_INVALID', { problem: `folder: is inside the library ${other}` });
    }
    if (`${other}${path.sep}`.startsWith(`${place}${path.sep}`)) {
      throw new AppError('INPUT_INVALID', { problem: `folder: holds the library ${other}` });
    }
  }
  const found = await stat(place).catch(() => null);
  if (found && !found.isDirectory()) {
    throw new AppError('INPUT_INVALID', { problem: 'folder: is a file' });
  }
  return place;
}

/** What is under way would lose its place. */
function assertQuiet({ libraries, engine }: LibraryOperationPorts, folder: string): void {
  const library = libraries.opened().find((one) => one.folder === folder);
  if (!library) return;
  const busy = engine
    .list()
    .some(({ id, state }) => state.kind !== 'done' && isOfLibrary(libraries, library, id));
  if (busy) {
    throw new AppError('ACTION_NOT_POSSIBLE', { action: 'forget', state: 'used by downloads' });
  }
}
