import { createHash } from 'node:crypto';
import { bytesContent, gitBlobOid, type HubContent } from './content.ts';
import { type HubFile, isLargeFile } from './repository.ts';

/** What the hub tells about one file. */
export interface FileFacts {
  readonly path: string;
  readonly content: HubContent;
  readonly sizeBytes: number;
  /** git's name of the blob in the repository: of the pointer text when the file is a large one. */
  readonly oid: string;
  readonly lfs: LargeFileFacts | null;
}

interface LargeFileFacts {
  readonly sha256: string;
  /** The text git itself holds in place of the file. */
  readonly pointer: string;
  /** Names the stored object at the second origin; 64 hex digits, unlike the sha256. */
  readonly xetHash: string;
}

const known = new WeakMap<HubFile, Promise<FileFacts>>();

/** Hashes the file at the first call, then remembers. */
export function describeFile(file: HubFile): Promise<FileFacts> {
  const facts = known.get(file) ?? computeFacts(file);
  known.set(file, facts);
  return facts;
}

/** The text git-lfs keeps in place of this content. */
export async function pointerTo(content: HubContent): Promise<string> {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${await content.sha256()}\nsize ${content.sizeBytes}\n`;
}

async function computeFacts(file: HubFile): Promise<FileFacts> {
  const { path, content } = file;
  const common = { path, content, sizeBytes: content.sizeBytes };
  if (!isLargeFile(file)) return { ...common, oid: await gitBlobOid(content), lfs: null };
  const sha256 = await content.sha256();
  const pointer = await pointerTo(content);
  const xetHash = createHash('sha256').update(`xet ${sha256}`).digest('hex');
  return {
    ...common,
    oid: await gitBlobOid(bytesContent(pointer)),
    lfs: { sha256, pointer, xetHash },
  };
}
