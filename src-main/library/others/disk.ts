/**
 * The few questions that going through folders asks the system. In a thread of its own nobody waits meanwhile, and
 * asking at once costs a fraction of what a promise does.
 */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';

const LATER = {
  lstat: (place: string) => lstat(place),
  stat: (place: string) => stat(place),
  realpath: (place: string) => realpath(place),
  entries: (folder: string) => readdir(folder, { withFileTypes: true }),
};

const AT_ONCE: typeof LATER = {
  lstat: async (place) => lstatSync(place),
  stat: async (place) => statSync(place),
  realpath: async (place) => realpathSync.native(place),
  entries: async (folder) => readdirSync(folder, { withFileTypes: true }),
};

export const disk = isMainThread ? LATER : AT_ONCE;
