/**
 * The two generations of a document on disk, as an adapter for lowdb: `<name>` and, from before the
 * last change, `<name>.previous`. Damaged ones are renamed to `<name>.damaged-<timestamp>`.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Adapter } from 'lowdb';
import { errorCodeOf, setAside, unusable, writeFileAtomic } from './atomic-file.ts';
import { type DocumentFormat, decodeDocument, encodeDocument } from './document-format.ts';

export interface DocumentDamage {
  /** File name, e.g. `downloads.json`. */
  readonly name: string;
  /** File name the damaged file has now, in the same folder. */
  readonly keptAs: string;
  /** `true` when the previous generation stood in, `false` when the defaults did. */
  readonly recovered: boolean;
}

interface DocumentFileOptions<T> extends DocumentFormat<T> {
  readonly path: string;
  readonly onDamage: (damage: DocumentDamage) => void;
  /** Milliseconds since the epoch, for the names of damaged files. */
  readonly now: () => number;
}

type Generation<T> =
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'intact'; readonly data: T; readonly text: string };

export function createDocumentFile<T>(options: DocumentFileOptions<T>): Adapter<T> {
  const { path, version, now, onDamage } = options;
  const previousPath = `${path}.previous`;
  /** The text of the newest intact generation: what becomes the previous one. */
  let newest: string | null = null;

  async function read(): Promise<T | null> {
    const current = await readGeneration(path, options);
    if (current.kind === 'intact') return taken(current);
    const previous = await readGeneration(previousPath, options);
    const keptAs = await setAsideDamaged({ [path]: current, [previousPath]: previous });
    if (previous.kind === 'intact') {
      taken(previous);
      await writeFileAtomic(path, previous.text);
    }
    const recovered = previous.kind === 'intact';
    if (keptAs) onDamage({ name: basename(path), keptAs: basename(keptAs), recovered });
    return previous.kind === 'intact' ? previous.data : null;
  }

  function taken({ data, text }: { data: T; text: string }): T {
    newest = text;
    return data;
  }

  /** @returns where the first damaged one went */
  async function setAsideDamaged(
    files: Record<string, Generation<T>>,
  ): Promise<string | undefined> {
    const kept: string[] = [];
    for (const [file, { kind }] of Object.entries(files)) {
      if (kind === 'damaged') kept.push(await setAside(file, now()));
    }
    return kept[0];
  }

  async function write(data: T): Promise<void> {
    const text = encodeDocument(version, data);
    if (text === newest) return;
    if (newest !== null) await writeFileAtomic(previousPath, newest);
    await writeFileAtomic(path, text);
    newest = text;
  }

  return { read, write };
}

/** @throws AppError `DATA_FILE_UNUSABLE` when the file may be there but cannot be read */
async function readGeneration<T>(path: string, format: DocumentFormat<T>): Promise<Generation<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return { kind: 'missing' };
    if (code === 'EISDIR') return { kind: 'damaged' };
    throw unusable(path, error);
  }
  const decoded = decodeDocument(text, format);
  return decoded.kind === 'intact' ? { ...decoded, text } : decoded;
}
