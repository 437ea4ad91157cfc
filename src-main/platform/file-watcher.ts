/**
 * Tells which folders below one folder changed. It may miss something, as on network drives, so nothing depends on
 * it: it only makes known earlier what the next check would find.
 */
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Clock, Log } from '../engines/ports.ts';

export interface FileWatcher {
  /** Watches another folder from now on; `null` watches none. */
  follow(folder: string | null): void;
  close(): void;
}

interface WatcherPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Paths below the folder, some of which may be gone. */
  readonly changed: (paths: readonly string[]) => void;
}

/** Programs write in many steps. */
const SETTLE_MS = 1_000;
/** More than this at once is told as "everything", an empty path. */
const MOST_PATHS = 1_000;

export function createFileWatcher({ clock, log, changed }: WatcherPorts): FileWatcher {
  let watcher: FSWatcher | undefined;
  let paths = new Set<string>();
  let cancelTell = () => {};

  function hear(name: string | null): void {
    // Our own bookkeeping, which changes all the time.
    if (name?.split(path.sep)[0] === '.larder') return;
    paths.add(name === null || paths.size > MOST_PATHS ? '' : name);
    cancelTell();
    cancelTell = clock.after(SETTLE_MS, () => {
      const told = [...paths];
      paths = new Set();
      changed(told);
    });
  }

  function stop(): void {
    cancelTell();
    paths.clear();
    watcher?.close();
    watcher = undefined;
  }

  return {
    follow: (folder) => {
      stop();
      if (folder === null) return;
      try {
        watcher = watch(folder, { recursive: true, persistent: false });
        watcher.on('change', (_event, name) => hear(name === null ? null : String(name)));
        watcher.on('error', (error) => {
          log.warn('folder cannot be watched', { error: String(error) });
          stop();
        });
      } catch (error) {
        log.warn('folder cannot be watched', { error: String(error) });
      }
    },
    close: stop,
  };
}
