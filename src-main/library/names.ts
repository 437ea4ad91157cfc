/**
 * Names on disk for names from outside: the same on every operating system, so that a library can be
 * moved, and reversible, so that a file can be traced back.
 *
 * A `%` and two hex digits stand for a character that some system does not allow. `%~` and sixteen
 * hex digits stand for the part of a name that had to go (too long, or taken); such a name cannot be
 * reversed, the manifest knows the true one.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
import { createHash } from 'node:crypto';
import type { Origin } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';

export { containedPath } from './contained-path.ts';

const MAX_SEGMENT_BYTES = 240;
const HASH_MARK = '%~';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*%]|[. ]$/g;
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(\.|$)/i;

/**
 * Path below the model folder for a path of a repository, with forward slashes.
 * @throws AppError `FILE_NAME_UNSAFE` for what could leave the folder or has no name anywhere
 */
export function safeRelativePath(repoPath: string): string {
  const segments = repoPath.split('/');
  const isUnsafe =
    /[\\\0\p{Surrogate}]/u.test(repoPath) ||
    /^[A-Za-z]:(\/|$)/.test(repoPath) ||
    segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (isUnsafe) throw new AppError('FILE_NAME_UNSAFE', { path: repoPath });
  return segments.map(escapeSegment).join('/');
}

function escapeSegment(segment: string): string {
  return shorten(escapeCharacters(segment), segment);
}

function escapeCharacters(segment: string): string {
  const escaped = segment.replace(FORBIDDEN, escapeCharacter);
  return RESERVED.test(escaped) ? escapeCharacter(escaped.charAt(0)) + escaped.slice(1) : escaped;
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function shorten(escaped: string, original: string, maxBytes = MAX_SEGMENT_BYTES): string {
  return Buffer.byteLength(escaped) <= maxBytes
    ? escaped
    : markWithHash(escaped, original, maxBytes);
}

/** `name%~<hash>.ext`: the extension stays, as it tells what the file is. */
function markWithHash(escaped: string, original: string, maxBytes = MAX_SEGMENT_BYTES): string {
  const extension = /\.[A-Za-z0-9_]{1,16}$/.exec(escaped)?.[0] ?? '';
  const hash = createHash('sha256').update(original).digest('hex').slice(0, 16);
  const tail = `${HASH_MARK}${hash}${extension}`;
  const stem = escaped.slice(0, escaped.length - extension.length);
  return cutToBytes(stem, maxBytes - tail.length) + tail;
}

/** Cuts between characters, and never inside an escape. */
function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const unit of text.match(/%[0-9A-F]{2}|./gsu) ?? []) {
    bytes += Buffer.byteLength(unit);
    if (bytes > maxBytes) break;
    kept += unit;
  }
  return kept;
}

/** The true path, or `null` for a name that was shortened or never came from {@link safeRelativePath}. */
export function unescapeName(localPath: string): string | null {
  if (/%(?![0-9A-F]{2})/.test(localPath)) return null;
  return localPath.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * Local path of each file, all different on systems that ignore case or Unicode form. Which of two
 * colliding files keeps its plain name does not depend on their order.
 * @throws AppError `FILE_NAME_UNSAFE`; `FILE_NAME_COLLISION` when one is a folder to the other
 */
export function planLocalPaths(files: readonly { readonly path: string }[]): Map<string, string> {
  const paths = [...new Set(files.map((file) => file.path))].toSorted();
  const taken = new Map<string, string>();
  const plan = new Map<string, string>();
  for (const path of paths) {
    const plain = safeRelativePath(path);
    const local = taken.has(fold(plain)) ? markLastSegment(plain, path) : plain;
    taken.set(fold(local), path);
    plan.set(path, local);
  }
  refuseFolderClash(plan, taken);
  return plan;
}

/** Equal for names that some file system takes for the same. */
function fold(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function markLastSegment(localPath: string, original: string): string {
  const start = localPath.lastIndexOf('/') + 1;
  return localPath.slice(0, start) + markWithHash(localPath.slice(start), original);
}

function refuseFolderClash(
  plan: ReadonlyMap<string, string>,
  taken: ReadonlyMap<string, string>,
): void {
  for (const [path, local] of plan) {
    for (let end = local.indexOf('/'); end >= 0; end = local.indexOf('/', end + 1)) {
      const other = taken.get(fold(local.slice(0, end)));
      if (other !== undefined)
        throw new AppError('FILE_NAME_COLLISION', { path: other, other: path });
    }
  }
}

/**
 * Folder of a repository below the library folder: `<publisher>/<repository>`; `civitai/<version>`; the
 * host and folder of an address.
 */
export function modelFolderName({
  source,
  repository,
}: Pick<Origin, 'source' | 'repository'>): string {
  if (source === 'civitai') return `civitai/${safeRelativePath(repository)}`;
  if (source !== 'url') return safeRelativePath(repository);
  const { host, pathname } = new URL(repository);
  const folders = pathname.split('/').slice(0, -1).filter(Boolean);
  return safeRelativePath([host, ...folders].join('/'));
}

/** Name of the manifest of a model; `:` and `/` of its id are escaped. */
export function manifestFileName(modelId: string): string {
  const suffix = '.json';
  const escaped = escapeCharacters(modelId).replaceAll(/[/\\]/g, escapeCharacter);
  return shorten(escaped, modelId, MAX_SEGMENT_BYTES - suffix.length) + suffix;
}
