/** What the program is given by whoever starts it: the desktop, the command line, the environment. */
import path from 'node:path';
import type { AppError } from '../../src-shared/errors.ts';
import type { Clock } from '../engines/ports.ts';
import type { Desktop } from '../operations/ports.ts';
import type { Sensors } from '../platform/conditions.ts';
import type { LogFile } from '../platform/log.ts';
import type { ResolveSystemProxy } from '../platform/proxy.ts';
import type { StartProcess } from '../runtimes/process.ts';
import type { SettingsCommandLine } from '../stores/fixed-settings.ts';
import type { Cipher } from '../stores/secrets.ts';
import type { SettingsFile } from '../stores/settings-file.ts';
import type { CommandLine } from './command-line.ts';

/** What only the desktop knows of the computer it runs on. */
export interface Machine {
  readonly sensors: Sensors;
  readonly keepAwake: (on: boolean) => void;
  /** How long nobody has touched the computer; endless where that cannot be told. */
  readonly idleMs: () => number;
  /** Processes for models; children of Node when left out. */
  readonly startProcess?: StartProcess;
  /** Left out where no system can be asked. */
  readonly resolveSystemProxy?: ResolveSystemProxy;
}

export interface Surroundings {
  readonly version: string;
  /** `null` outside Electron. */
  readonly electron: string | null;
  readonly userDataFolder: string;
  readonly commandLine: CommandLine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly openSettingsFile: (onDamage: (error: AppError) => void) => Promise<SettingsFile>;
  readonly cipher: Cipher;
  readonly desktop: Desktop;
  readonly machine: Machine;
  /** Absolute; other tools keep their models below it. */
  readonly homeFolder: string;
  readonly log: LogFile;
  /** The system's when left out. */
  readonly clock?: Clock;
}

export function settingsOf({ library, api, apiPort }: CommandLine): SettingsCommandLine {
  return {
    ...(library !== undefined && { library }),
    ...(api && { api }),
    ...(apiPort !== undefined && { apiPort }),
  };
}

/** `~/Larder`; with a user-data folder of one's own, everything stays in there. */
export function defaultLibrary(surroundings: Surroundings): string {
  const { commandLine, userDataFolder, homeFolder } = surroundings;
  return commandLine.userDataDir
    ? path.join(userDataFolder, 'library')
    : path.join(homeFolder, 'Larder');
}

/** `logs/` of the user-data folder. */
export const logFolderOf = (userDataFolder: string) => path.join(userDataFolder, 'logs');
