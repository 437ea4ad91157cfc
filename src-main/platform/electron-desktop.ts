/** The desktop behind Electron: file manager, trash, browser, folder dialog. */
import { BrowserWindow, dialog, shell } from 'electron';
import { AppError } from '../../src-shared/errors.ts';
import type { Desktop } from '../operations/ports.ts';

export function createElectronDesktop(): Desktop {
  return {
    openFolder: async (path) => {
      const problem = await shell.openPath(path);
      if (problem) throw new AppError('INTERNAL', { problem });
    },
    revealItem: async (path) => shell.showItemInFolder(path),
    moveToTrash: (path) =>
      shell.trashItem(path).catch((cause: unknown) => {
        throw new AppError('TRASH_UNAVAILABLE', { path }, { cause });
      }),
    openPage: async (url) => {
      const { protocol, href } = new URL(url);
      if (protocol !== 'https:' && protocol !== 'http:') {
        throw new AppError('INPUT_INVALID', { problem: 'only web pages can be opened' });
      }
      await shell.openExternal(href);
    },
    chooseFolder: async (title) => {
      const window = BrowserWindow.getAllWindows()[0];
      if (!window) return null;
      const { filePaths } = await dialog.showOpenDialog(window, {
        title,
        properties: ['openDirectory', 'createDirectory'],
      });
      return filePaths[0] ?? null;
    },
  };
}
