/** From "Electron is ready" to the last byte on disk: engines, window, second instances, the end. */
import os from 'node:os';
import path from 'node:path';
import { app, BrowserWindow, powerMonitor } from 'electron';
import { createElectronDesktop } from '../platform/electron-desktop.ts';
import { createElectronSensors, createKeepAwake } from '../platform/electron-power.ts';
import { startElectronProcess } from '../platform/electron-process.ts';
import { resolveSystemProxy } from '../platform/electron-proxy.ts';
import { createElectronCipher } from '../platform/electron-secrets.ts';
import { openElectronSettingsFile } from '../platform/electron-settings-file.ts';
import { createLog, type LogFile } from '../platform/log.ts';
import { serveIpc } from '../transports/ipc.ts';
import type { CommandLine } from './command-line.ts';
import { compose, type Larder } from './compose.ts';
import { createOrderlyEnd } from './orderly-end.ts';
import { serveWindow } from './protocol.ts';
import { hardenContents, hardenSession } from './security.ts';
import { logFolderOf } from './surroundings.ts';
import { notifyWith, openTray } from './tray.ts';
import { logUnforeseen } from './unforeseen.ts';
import { applyTheme, openWindow } from './window.ts';
import { followAlerts } from './wiring/alert-news.ts';
import { followRequests } from './wiring/request-news.ts';
import { followProgress } from './wiring/taskbar.ts';

interface StartOptions {
  readonly commandLine: CommandLine;
  /** Folder of the built bundles (`out`). */
  readonly outFolder: string;
  /** Address of the development server; ignored in packaged builds. */
  readonly devServer: string | undefined;
}

/** Call once the application is ready. */
export async function startApplication(options: StartOptions): Promise<void> {
  const { commandLine, outFolder, devServer } = options;
  const userDataFolder = app.getPath('userData');
  const folder = logFolderOf(userDataFolder);
  const log = createLog({ folder, now: () => Date.now(), homeFolder: os.homedir() });
  logUnforeseen(process, log);
  hardenSession(devServer);
  hardenContents();
  serveWindow(path.join(outFolder, 'renderer'));
  const larder = await composeForElectron(commandLine, userDataFolder, log);
  const windows = () => BrowserWindow.getAllWindows();
  const { dispatch, bus, clock, settings } = larder;
  serveIpc({ dispatch, bus, clock, windows, developmentUrl: devServer ?? null });

  const icon = path.join(app.getAppPath(), 'assets', 'icon.png');
  const show = () => showWindow({ outFolder, icon, devServer, hidden: commandLine.hidden });
  applyTheme(settings.get().values);
  settings.onChange((_changed, { values }) => applyTheme(values));
  const downloads = () => larder.downloads();
  followProgress({ bus, downloads, show: showInTaskbar });
  endOrderly(larder, log);
  if (!commandLine.headless) {
    const tray = openTray({ assetsFolder: path.dirname(icon), show });
    const news = {
      bus,
      isSeen: () => BrowserWindow.getFocusedWindow() !== null,
      notify: notifyWith(show),
    };
    followRequests(news);
    followAlerts({
      ...news,
      alerts: larder.alerts.list,
      showCount: (count) => tray?.showCount(count),
    });
    show();
    app.on('second-instance', show);
    app.on('activate', show);
  }
  app.on('window-all-closed', () => {
    if (!commandLine.headless) app.quit();
  });
  await larder.start();
  log.info('started', { version: app.getVersion(), electron: process.versions.electron });
  if (commandLine.headless) {
    process.stdout.write(`Larder is running without a window. User data: ${userDataFolder}\n`);
  }
}

function composeForElectron(commandLine: CommandLine, userDataFolder: string, log: LogFile) {
  return compose({
    version: app.getVersion(),
    electron: process.versions.electron ?? null,
    userDataFolder,
    commandLine,
    environment: process.env,
    openSettingsFile: (onDamage) => openElectronSettingsFile({ folder: userDataFolder, onDamage }),
    cipher: createElectronCipher(),
    desktop: createElectronDesktop(),
    machine: {
      sensors: createElectronSensors(),
      keepAwake: createKeepAwake(),
      idleMs: () => powerMonitor.getSystemIdleTime() * 1000,
      resolveSystemProxy,
      startProcess: startElectronProcess,
    },
    homeFolder: os.homedir(),
    log,
  });
}

function showWindow(options: Parameters<typeof openWindow>[0]): void {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) {
    openWindow(options);
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** On the taskbar's button, or in the dock. */
function showInTaskbar(progress: number | null): void {
  for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(progress ?? -1);
}

/** Quitting, by whatever way, waits until everything is on disk. */
function endOrderly({ clock, stop }: Larder, log: LogFile): void {
  const end = createOrderlyEnd({ clock, log, stop, exit: () => app.exit(0) });
  app.on('before-quit', (event) => {
    event.preventDefault();
    end();
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
}
