import type { Manifest } from '../../src-shared/domain/model.ts';
import type { Library } from '../library/library.ts';

/** Models on their way to the trash. */
export interface Removals {
  /** Takes a model out of the library; its files follow once that can no longer be taken back. */
  toTrash(
    library: Library,
    manifest: Manifest,
  ): Promise<{ readonly freedBytes: number; readonly undoUntil: string }>;
  /** @throws AppError `MODEL_UNKNOWN` when it is too late */
  restore(modelId: string): Promise<void>;
}

/** What operations need from the desktop; `app/` implements it with Electron. */
export interface Desktop {
  /** Opens a folder in the file manager. */
  openFolder(path: string): Promise<void>;
  /** Shows an item selected in its folder. */
  revealItem(path: string): Promise<void>;
  /** To the trash. @throws AppError `TRASH_UNAVAILABLE` */
  moveToTrash(path: string): Promise<void>;
  /** Only addresses the program made itself. */
  openPage(url: string): Promise<void>;
  /** @returns `null` when the person cancels, or there is no window to ask at */
  chooseFolder(title: string): Promise<string | null>;
}
