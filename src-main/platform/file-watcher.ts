/**
 * Tells which folders below some folders changed. It may miss something, as on network drives, so nothing depends on
 * it: it only makes known earlier what the next check would find.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import path from 'node:path';
import type { Clock, Log } from '../engines/ports.ts';

export interface FileWatcher {
  /** Watches these folders from now on, and no others. */
  follow(folders: readonly string[]): void;
  close(): void;
}

interface WatcherPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Paths below one of the folders, some of which may be gone. */
  readonly changed: (paths: readonly string[]) => void;
}

/** Programs write in many steps. */
const SETTLE_MS = 1_000;
/** Node goes through a folder while everything else waits; nothing waits for many folders. */
const SLICE_MS = 10;
/** More than this at once is told as "everything", an empty path. */
const MOST_PATHS = 1_000;

/** What is Larder's own changes all the time, and says nothing of models. */
const OWN = '.larder';

export function createFileWatcher({ clock, log, changed }: WatcherPorts): FileWatcher {
  const watchers = new Map<string, FSWatcher>();
  let paths = new Set<string>();
  let cancelTell = () => {};
  let cancelAdding = () => {};

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
    const place = path.join(root, name);
    if (name === OWN || watchers.has(place)) return;
    try {
      const isRoot = name === '';
      const watcher = watch(place, { recursive: !isRoot, persistent: false });
      watchers.set(place, watcher);
      watcher.on('change', (_event, file) => {
        const below = file === null ? '' : String(file);
        if (isRoot && below === OWN) return;
        if (isRoot && below !== '') {
          // It may be another of the same name.
          drop(path.join(root, below));
          add(root, below);
        }
        hear(path.join(name, below));
      });
      watcher.on('error', () => drop(place));
    } catch (error) {
      // Most often it is a file, or gone by now.
      log.info('not watched', { error: String(error) });
    }
  }

  function addAll(folders: readonly (readonly [root: string, name: string])[]): void {
    const until = clock.now() + SLICE_MS;
    let count = 0;
    for (const [root, name] of folders) {
      add(root, name);
      count += 1;
      if (clock.now() >= until) break;
    }
    const rest = folders.slice(count);
    if (rest.length > 0) cancelAdding = clock.after(SLICE_MS, () => addAll(rest));
  }

  function drop(place: string): void {
    watchers.get(place)?.close();
    watchers.delete(place);
  }

  function stop(): void {
    cancelTell();
    cancelAdding();
    paths.clear();
    for (const place of [...watchers.keys()]) drop(place);
  }

  return {
    follow: (folders) => {
      stop();
      for (const folder of folders) add(folder, '');
      addAll(folders.flatMap((root) => foldersIn(root).map((name) => [root, name] as const)));
    },
    close: stop,
  };
}

/** None of a drive that has just been pulled out. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
