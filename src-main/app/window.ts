/** The one window. */
import path from 'node:path';
import { app, BrowserWindow, nativeTheme } from 'electron';
import type { Settings } from '../../src-shared/settings/schema.ts';
import { APP_URL } from './asset-path.ts';

interface WindowOptions {
  /** Folder of the built bundles (`out`). */
  readonly outFolder: string;
  readonly icon: string;
  readonly devServer: string | undefined;
  readonly hidden: boolean;
}

export function openWindow({ outFolder, icon, devServer, hidden }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1200,
    height: 780,
    minWidth: 820,
    minHeight: 520,
    show: false,
    title: 'Larder',
    icon,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1f1f1f' : '#ffffff',
    webPreferences: {
      preload: path.join(outFolder, 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (!hidden) window.once('ready-to-show', () => window.show());
  void window.loadURL(devServer ?? APP_URL);
  return window;
}

export function applyTheme({ appearance }: Settings): void {
  nativeTheme.themeSource = appearance.theme;
}
