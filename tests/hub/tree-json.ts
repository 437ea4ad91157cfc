import { createHash } from 'node:crypto';
import { describeFile } from './file-facts.ts';
import { refuseMissingEntry } from './refusal.ts';
import type { HubFile, JsonObject } from './repository.ts';
import type { StoredCommit } from './repository-store.ts';

/** A file or folder, before its facts are asked for. */
export type TreeEntry =
  | { readonly type: 'file'; readonly path: string; readonly file: HubFile }
  | { readonly type: 'directory'; readonly path: string };

/**
 * What lies in a folder, folders first.
 *
 * @param folder without a slash at either end; '' is the top
 * @throws Refusal EntryNotFound when there is no such folder
 */
export function listTree(
  commit: StoredCommit,
  folder: string,
  recursive: boolean,
): readonly TreeEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = commit.files.filter(({ path }) => path.startsWith(prefix));
  if (inside.length === 0 && folder !== '') throw refuseMissingEntry(folder, commit.id);
  const isShown = (path: string): boolean => recursive || !path.slice(prefix.length).includes('/');
  const folders = [...new Set(inside.flatMap(({ path }) => foldersAbove(path)))];
  const directories = folders.filter(
    (path) => path.startsWith(prefix) && path !== folder && isShown(path),
  );
  const files = inside.filter(({ path }) => isShown(path));
  return [
    ...directories.toSorted().map((path) => ({ type: 'directory' as const, path })),
    ...files.map((file) => ({ type: 'file' as const, path: file.path, file })),
  ];
}

/** The entry of exactly this path, if there is one. */
export function findEntry(commit: StoredCommit, path: string): TreeEntry | undefined {
  return listTree(commit, '', true).find((entry) => entry.path === path);
}

export async function describeEntry(
  commit: StoredCommit,
  entry: TreeEntry,
  expand: boolean,
): Promise<JsonObject> {
  const { id, title, date } = commit;
  const extra = expand ? { lastCommit: { id, title, date } } : {};
  if (entry.type === 'directory') {
    const oid = createHash('sha1').update(`${commit.id} ${entry.path}`).digest('hex');
    return { type: 'directory', oid, size: 0, path: entry.path, ...extra };
  }
  const { oid, sizeBytes, lfs } = await describeFile(entry.file);
  const large = lfs && {
    lfs: { oid: lfs.sha256, size: sizeBytes, pointerSize: lfs.pointer.length },
    xetHash: lfs.xetHash,
  };
  const security = expand ? { securityFileStatus: SCANNED_SAFE } : {};
  return { type: 'file', oid, size: sizeBytes, path: entry.path, ...large, ...extra, ...security };
}

const SCANNED_SAFE = {
  status: 'safe',
  avScan: { virusFound: false, virusNames: null },
  pickleImportScan: null,
};

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
