/**
 * Bytes that are on this machine already are not fetched again: whole files of other models and other
 * tools, and what other tools left unfinished. Nothing found is believed before its digest was measured,
 * and nothing that belongs to another tool is changed.
 */
import path from 'node:path';
import type { Manifest, SourceFile } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { SMALL_BYTES } from '../../engines/download/fetch-small.ts';
import { presentBytes } from '../../engines/download/pieces.ts';
import type { Found, Hasher, PartFile, Reuse } from '../../engines/ports.ts';
import { errorCode, translateFileError } from '../file-errors.ts';
import { folderOfModel } from '../model-folder.ts';
import { adoptPartial } from './adopt.ts';
import { createCloneFile } from './copy-in.ts';
import { findCopies, type Wanted } from './find-copy.ts';
import type { Store } from './known-stores.ts';
import { findPartials, type Unfinished } from './partials.ts';
import { findSalvage, salvage } from './salvage.ts';
import { takeCopy } from './take-copy.ts';

type Adoption = (part: PartFile, signal: AbortSignal) => Promise<void>;

interface ReuseOptions {
  readonly stores: readonly Store[];
  /** Files of other programs that are said to hold these bytes. */
  readonly placesOf: (sha256: string) => readonly string[];
  readonly manifests: () => readonly Manifest[];
  /** Absolute. */
  readonly libraryFolder: () => string;
  /** Bytes free for us in the library, for the message when there are too few. */
  readonly freeBytes: () => Promise<number>;
  readonly hasher: Pick<Hasher, 'follow'>;
}

export function createReuse(options: ReuseOptions): Reuse {
  const ports = { hasher: options.hasher, clone: createCloneFile() };
  /** Candidates that turned out to be something else. */
  const refused = new Set<string>();
  /** How to take over what was found in part. */
  const adoptions = new WeakMap<Found, Adoption>();

  async function findPartial(manifest: Manifest, wanted: Wanted): Promise<Found | null> {
    const place = placeOf(options.libraryFolder(), manifest, wanted.path);
    if (!place) return null;
    const own = await findSalvage(path.join(place.modelFolder, place.localPath), place.pieces);
    if (own) return noted(own, (part, signal) => salvage(own, part, signal));
    const [best] = await findPartials(wanted, options.stores, place);
    return best ? noted(best, (part, signal) => adoptPartial(best, part, signal)) : null;
  }

  function noted({ path: at, bytes }: Pick<Unfinished, 'path' | 'bytes'>, adopt: Adoption): Found {
    const found: Found = { kind: 'partial', path: at, bytes };
    adoptions.set(found, adopt);
    return found;
  }

  return {
    find: async (manifest, file) => {
      const wanted = wantedOf(manifest, file);
      const own = { folder: options.libraryFolder(), manifests: options.manifests() };
      const places = file.sha256 ? options.placesOf(file.sha256) : [];
      for await (const candidate of findCopies(wanted, { stores: options.stores, places }, own)) {
        if (!refused.has(trialOf(candidate.path, file))) return { kind: 'copy', ...candidate };
      }
      return file.sizeBytes > SMALL_BYTES ? findPartial(manifest, wanted) : null;
    },
    copy: async (found, request) => {
      const { file, partPath } = request;
      const mode = found.from === 'other-model' ? 'link' : 'copy';
      try {
        const way = await takeCopy(ports, found.path, { ...request, mode });
        if (way === null) refused.add(trialOf(found.path, file));
        return way !== null;
      } catch (error) {
        throw await translate(options, error, { file: partPath, neededBytes: file.sizeBytes });
      }
    },
    adopt: async (found, part, signal) => {
      const take = adoptions.get(found);
      if (!take) return;
      await take(part, signal).catch(async (error: unknown) => {
        const neededBytes = part.map.sizeBytes - presentBytes(part.map);
        throw await translate(options, error, { file: part.path, neededBytes });
      });
    },
  };
}

const wantedOf = ({ id, origin }: Manifest, file: SourceFile): Wanted => ({
  modelId: id,
  repository: origin.repository,
  path: file.path,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
  gitSha1: file.gitSha1,
});

function placeOf(library: string, manifest: Manifest, filePath: string) {
  const file = manifest.files.find((candidate) => candidate.path === filePath);
  const modelFolder = path.join(library, folderOfModel(manifest));
  return file && { modelFolder, localPath: file.localPath, pieces: file.pieces };
}

/** One place, tried as one content. */
const trialOf = (place: string, { sha256, gitSha1 }: SourceFile) =>
  `${sha256 ?? gitSha1 ?? ''} ${place}`;

const FULL = new Set(['ENOSPC', 'EDQUOT']);

async function translate(
  { freeBytes, libraryFolder }: ReuseOptions,
  error: unknown,
  { file, neededBytes }: { readonly file: string; readonly neededBytes: number },
): Promise<unknown> {
  const folder = libraryFolder();
  if (!FULL.has(errorCode(error) ?? '')) return translateFileError(error, file, folder);
  const free = await freeBytes();
  return new AppError('DISK_FULL', { neededBytes, freeBytes: free, folder }, { cause: error });
}
