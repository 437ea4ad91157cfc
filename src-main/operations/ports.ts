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
