/** Real volumes of a few megabytes, for tests about full and read-only disks. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Changes the size or the mode, e.g. `size=64m`, while it is in use. */
  remount(options: string): void;
  release(): void;
}

/** @param options of a memory file system, e.g. `size=8m` or `ro` */
export function mountSmallDisk(folder: string, options: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  mount(folder, options);
  return {
    folder,
    remount: (changed) => mount(folder, `remount,${changed}`),
    release: () => {
      spawnSync('umount', ['-l', folder]);
    },
  };
}

function mount(folder: string, options: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`mount failed: ${stderr}`);
}

/** Mounting takes root, and a container may forbid it even then. */
export const canMountDisks = tryToMount();

function tryToMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'larder-mount-'));
  try {
    mountSmallDisk(folder, 'size=1m').release();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** A drive that can be pulled out and put in again, with what is on it. */
export function plugInDrive(folder: string, place: string) {
  const drive = mountSmallDisk(folder, 'size=64m');
  const bind = (at: string) => {
    mkdirSync(at, { recursive: true });
    run('mount', ['--bind', folder, at]);
  };
  const unplug = (at = place) => run('umount', ['-l', at]);
  bind(place);
  return {
    unplug,
    plugIn: (at = place) => bind(at),
    release: () => {
      spawnSync('umount', ['-l', place]);
      drive.release();
    },
  };
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}
