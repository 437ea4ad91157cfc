/**
 * Bytes that are on this machine already are not fetched again: whole files of other models and other
 * tools, and what other tools left unfinished. Nothing found is believed before its digest was measured,
 * and nothing that belongs to another tool is changed.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest, PieceDigests, SourceFile } from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { SMALL_BYTES } from '../../engines/download/fetch-small.ts';
import { pieceBytesFor, presentBytes } from '../../engines/download/pieces.ts';
import type { Found, Hasher, PartFile, Reuse, WantedFile } from '../../engines/ports.ts';
import { errorCode, translateFileError } from '../file-errors.ts';
import { folderOfModel } from '../model-folder.ts';
import { type AdoptionRun, adoptPartial } from './adopt.ts';
import { createCloneFile } from './copy-in.ts';
import { findCopies, type OwnLibrary, type Wanted } from './find-copy.ts';
import type { Store } from './known-stores.ts';
import { findPartials, type Unfinished } from './partials.ts';
import { findSalvage, salvage } from './salvage.ts';
import { takeCopy } from './take-copy.ts';

type Adoption = (part: PartFile, run: AdoptionRun) => Promise<void>;

interface ReuseOptions {
  readonly stores: readonly Store[];
  /** Files of other programs that are said to hold these bytes. */
  readonly placesOf: (sha256: string) => readonly string[];
  /** Those that are open. */
  readonly libraries: () => readonly OwnLibrary[];
  /** The library a download comes to. @throws AppError while it, or the one it moves from, is not open */
  readonly targetOf: (wanted: WantedFile) => Target;
  readonly hasher: Pick<Hasher, 'follow'>;
}

interface Target {
  /** Absolute. */
  readonly folder: string;
  /** Bytes free for us there, for the message when there are too few. */
  readonly freeBytes: () => Promise<number>;
}

export function createReuse(options: ReuseOptions): Reuse {
  const ports = { hasher: options.hasher, clone: createCloneFile() };
  /** Candidates that turned out to be something else. */
  const refused = new Set<string>();
  /** How to take over what was found in part. */
  const adoptions = new WeakMap<Found, Adoption>();
  const targets = new WeakMap<Found, Target>();

  async function findPartial(manifest: Manifest, wanted: Wanted): Promise<Found | null> {
    const place = placeOf(wanted.library, manifest, wanted.path);
    if (!place) return null;
    const own = await findSalvage(path.join(place.modelFolder, place.localPath), place.pieces);
    if (own) return noted(own, (part, run) => salvage(own, part, run));
    const [best] = await findPartials(wanted, options.stores, place);
    return best ? noted(best, (part, run) => adoptPartial(best, part, run)) : null;
  }

  /** Copied piece by piece, so that it can go on after an interruption. */
  function inPieces(place: string, { sizeBytes }: SourceFile, known?: PieceDigests): Found {
    const pieces = known?.pieceBytes === pieceBytesFor(sizeBytes) ? known : undefined;
    if (pieces) {
      const own = { path: place, pieces, bytes: sizeBytes };
      return noted(own, (part, run) => salvage(own, part, run));
    }
    const spans = [{ from: 0, to: sizeBytes }];
    const whole = { path: place, bytes: sizeBytes };
    return noted(whole, (part, run) => adoptPartial({ path: place, spans }, part, run));
  }

  function noted({ path: at, bytes }: Pick<Unfinished, 'path' | 'bytes'>, adopt: Adoption): Found {
    const found: Found = { kind: 'partial', path: at, bytes };
    adoptions.set(found, adopt);
    return found;
  }

  async function look(request: WantedFile, { folder }: Target): Promise<Found | null> {
    const { manifest, file } = request;
    const wanted = wantedOf(request, folder);
    const places = file.sha256 ? options.placesOf(file.sha256) : [];
    const { stores } = options;
    const elsewhere = { stores, places, libraries: options.libraries() };
    for await (const candidate of findCopies(wanted, elsewhere)) {
      if (refused.has(trialOf(candidate.path, file))) continue;
      const isOurs = candidate.from === 'other-model' && file.sizeBytes > SMALL_BYTES;
      const isFar = isOurs && (await isOtherDisk(candidate.path, folder));
      const { pieces } = placeOf(folder, manifest, file.path) ?? {};
      return isFar ? inPieces(candidate.path, file, pieces) : { kind: 'copy', ...candidate };
    }
    return file.sizeBytes > SMALL_BYTES ? findPartial(manifest, wanted) : null;
  }

  return {
    find: async (request) => {
      const target = options.targetOf(request);
      const found = await look(request, target);
      if (found) targets.set(found, target);
      return found;
    },
    copy: async (found, request) => {
      const { file, partPath } = request;
      const mode = found.from === 'other-model' ? 'link' : 'copy';
      try {
        const way = await takeCopy(ports, found.path, { ...request, mode });
        if (way === null) refused.add(trialOf(found.path, file));
        return way !== null;
      } catch (error) {
        const { sizeBytes: neededBytes } = file;
        throw await translate(error, { file: partPath, neededBytes, target: targets.get(found) });
      }
    },
    adopt: async (found, part, run) => {
      const take = adoptions.get(found);
      if (!take) return;
      await take(part, run).catch(async (error: unknown) => {
        const neededBytes = part.map.sizeBytes - presentBytes(part.map);
        throw await translate(error, { file: part.path, neededBytes, target: targets.get(found) });
      });
    },
  };
}

const wantedOf = ({ manifest, file }: WantedFile, library: string): Wanted => ({
  library,
  modelId: manifest.id,
  repository: manifest.origin.repository,
  path: file.path,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
  gitSha1: file.gitSha1,
});

async function isOtherDisk(file: string, library: string): Promise<boolean> {
  const [there, here] = await Promise.all([stat(file), stat(library)]);
  return there.dev !== here.dev;
}

function placeOf(library: string, manifest: Manifest, filePath: string) {
  const file = manifest.files.find((candidate) => candidate.path === filePath);
  const modelFolder = path.join(library, folderOfModel(manifest));
  return file && { modelFolder, localPath: file.localPath, pieces: file.pieces };
}

/** One place, tried as one content. */
const trialOf = (place: string, { sha256, gitSha1 }: SourceFile) =>
  `${sha256 ?? gitSha1 ?? ''} ${place}`;

const FULL = new Set(['ENOSPC', 'EDQUOT']);

interface Writing {
  readonly file: string;
  readonly neededBytes: number;
  readonly target: Target | undefined;
}

async function translate(error: unknown, { file, neededBytes, target }: Writing): Promise<unknown> {
  const folder = target?.folder;
  if (!FULL.has(errorCode(error) ?? '') || !target) return translateFileError(error, file, folder);
  const freeBytes = await target.freeBytes();
  const params = { neededBytes, freeBytes, folder: target.folder };
  return new AppError('DISK_FULL', params, { cause: error });
}
