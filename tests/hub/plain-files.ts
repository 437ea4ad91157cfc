import type { HubContent } from './content.ts';

/** One file of the plain web server; everything left out gets what such a server would say. */
export interface PlainFile {
  readonly content: HubContent;
  /** Quoted, `W/` before a weak one. Null: none. Default: another one for each change. */
  readonly etag?: string | null;
  /** Any date; told as an HTTP date. Null: none. Default: another one for each change. */
  readonly lastModified?: string | null;
  /** The whole header. Default: none. */
  readonly contentDisposition?: string;
  /** Default `application/octet-stream`. */
  readonly contentType?: string;
  /** False: ranges are ignored, and `Accept-Ranges: none` says so. Default true. */
  readonly acceptRanges?: boolean;
  /** What HEAD is refused with. Default: that of the hub, which is not to refuse it. */
  readonly headRefused?: HeadRefusal;
  /** Another address, or `cdn`: a signed one of this content at the second origin. */
  readonly redirectTo?: string;
  /** Default 302. */
  readonly redirectStatus?: 301 | 302 | 303 | 307 | 308;
}

export type HeadRefusal = 403 | 405;

/** Path below `/plain/` → file. */
export type PlainFiles = Readonly<Record<string, PlainFile>>;

/** A file whose validators are settled. */
export interface StoredPlainFile extends PlainFile {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface PlainStore {
  find(path: string): StoredPlainFile | undefined;
  /** Adds or replaces. Answers under way go on with what they began with. Null removes. */
  set(path: string, file: PlainFile | null): void;
}

const FIRST_CHANGE = Date.parse('2025-01-06T09:00:00.000Z');
const MINUTE_MS = 60_000;

export function createPlainStore(initial: PlainFiles): PlainStore {
  const files = new Map<string, StoredPlainFile>();
  let changes = 0;
  const set = (path: string, file: PlainFile | null): void => {
    changes += 1;
    if (file === null) files.delete(path);
    else files.set(path, storeFile(file, changes));
  };
  for (const [path, file] of Object.entries(initial)) set(path, file);
  return { find: (path) => files.get(path), set };
}

function storeFile(file: PlainFile, change: number): StoredPlainFile {
  const { content, etag, lastModified } = file;
  const date = lastModified ?? new Date(FIRST_CHANGE + change * MINUTE_MS);
  return {
    ...file,
    etag: etag === undefined ? `"${change.toString(16)}-${content.sizeBytes.toString(16)}"` : etag,
    lastModified: lastModified === null ? null : new Date(date).toUTCString(),
  };
}
