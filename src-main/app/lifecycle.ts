/** From "Electron is ready" to the last byte on disk: engines, window, second instances, the end. */
import os from 'node:os';
import path from 'node:path';
import { app, BrowserWindow } from 'electron';
import { createElectronDesktop } from '../platform/electron-desktop.ts';
import { createElectronCipher } from '../platform/electron-secrets.ts';
import { openElectronSettingsFile } from '../platform/electron-settings-file.ts';
import { createLog, type LogFile } from '../platform/log.ts';
import { serveIpc } from '../transports/ipc.ts';
import type { CommandLine } from './command-line.ts';
import { compose, type Larder } from './compose.ts';
import { serveWindow } from './protocol.ts';
import { hardenContents, hardenSession } from './security.ts';
import { logFolderOf } from './surroundings.ts';
import { applyTheme, openWindow } from './window.ts';

/** How long an orderly end may take before the process goes anyway. */
const END_TIMEOUT_MS = 5_000;

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
  process.on('unhandledRejection', (reason) => {
    log.error('unhandled rejection', { reason: String(reason) });
  });
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
  endOrderly(larder, log);
  if (!commandLine.headless) {
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

/** The first wish to quit ends the engines, and then the process; further ones change nothing. */
function endOrderly(larder: Larder, log: LogFile): void {
  let ended = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ended) return;
    ended = true;
    const timeout = setTimeout(() => app.exit(0), END_TIMEOUT_MS);
    void larder
      .stop()
      .catch((error: unknown) => log.error('end failed', { error: String(error) }))
      .finally(() => {
        clearTimeout(timeout);
        app.exit(0);
      });
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => app.quit());
}
