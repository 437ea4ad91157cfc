/** The tray icon: whether something needs attention, and the way back to the window. */
import path from 'node:path';
import { app, Menu, Notification, Tray } from 'electron';
import type { News } from './wiring/alert-news.ts';

export interface TrayOptions {
  readonly assetsFolder: string;
  readonly show: () => void;
}

export interface LarderTray {
  showCount(count: number): void;
}

/** `null` where the desktop has no tray. It lives as long as the program. */
export function openTray({ assetsFolder, show }: TrayOptions): LarderTray | null {
  const name = process.platform === 'darwin' ? 'icon-trayTemplate.png' : 'icon-tray.png';
  try {
    const tray = new Tray(path.join(assetsFolder, name));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Larder', click: show },
        { type: 'separator' },
        { label: 'Quit', click: () => app.quit() },
      ]),
    );
    tray.on('click', show);
    return { showCount: (count) => tray.setToolTip(tooltipOf(count)) };
  } catch {
    return null;
  }
}

function tooltipOf(count: number): string {
  if (count === 0) return 'Larder';
  return count === 1
    ? 'Larder: something needs attention'
    : `Larder: ${count} things need attention`;
}

/** Of the system; clicking it leads to the window. */
export function notifyWith(show: () => void) {
  return ({ title, body }: News): void => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    notification.on('click', show);
    notification.show();
  };
}
