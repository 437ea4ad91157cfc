/**
 * Tells which folders below one folder changed. It may miss something, as on network drives, so nothing depends on
 * it: it only makes known earlier what the next check would find.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
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

/** What is Larder's own changes all the time, and says nothing of models. */
const OWN = '.larder';

export function createFileWatcher({ clock, log, changed }: WatcherPorts): FileWatcher {
  const watchers = new Map<string, FSWatcher>();
  let paths = new Set<string>();
  let cancelTell = () => {};

  function hear(name: string): void {
    paths.add(paths.size > MOST_PATHS ? '' : name);
    cancelTell();
    cancelTell = clock.after(SETTLE_MS, () => {
      const told = [...paths];
      paths = new Set();
      changed(told);
    });
  }

  /** @param name of a folder below the root; the root itself for an empty one */
  function add(root: string, name: string): void {
    if (name === OWN || watchers.has(name)) return;
    try {
      const isRoot = name === '';
      const watcher = watch(path.join(root, name), { recursive: !isRoot, persistent: false });
      watchers.set(name, watcher);
      watcher.on('change', (_event, file) => {
        const below = file === null ? '' : String(file);
        if (isRoot && below === OWN) return;
        if (isRoot && below !== '') {
          // It may be another of the same name.
          drop(below);
          add(root, below);
        }
        hear(path.join(name, below));
      });
      watcher.on('error', () => drop(name));
    } catch (error) {
      // Most often it is a file, or gone by now.
      log.info('not watched', { error: String(error) });
    }
  }

  function drop(name: string): void {
    watchers.get(name)?.close();
    watchers.delete(name);
  }

  function stop(): void {
    cancelTell();
    paths.clear();
    for (const name of [...watchers.keys()]) drop(name);
  }

  return {
    follow: (folder) => {
      stop();
      if (folder === null) return;
      add(folder, '');
      const entries = readdirSync(folder, { withFileTypes: true });
      for (const entry of entries) if (entry.isDirectory()) add(folder, entry.name);
    },
    close: stop,
  };
}
