/**
 * Taking a model of another program into the library in place: its files are proven, and become clones or
 * further names of those the program keeps, or links to them where they are on another disk. Nothing of the program's is moved or changed.
 */
import { createHash } from 'node:crypto';
import { rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { FoundFile, FoundModel } from '../../src-shared/domain/inventory.ts';
import type {
  Adoption,
  Manifest,
  ManifestFile,
  Origin,
  SourceFile,
} from '../../src-shared/domain/model.ts';
import type { ModelReference } from '../../src-shared/domain/reference.ts';
import { groupVariants } from '../../src-shared/domain/variants.ts';
import { AppError } from '../../src-shared/errors.ts';
import { abortable } from '../engines/abortable.ts';
import { isPublished, type Proven } from '../engines/download/fetch-file.ts';
import type { Hasher, PartStore } from '../engines/ports.ts';
import { idIn } from './parts-of-libraries.ts';
import { downloadIdOf, manifestFor } from './plan-manifest.ts';
import { createCloneFile } from './reuse/copy-in.ts';
import { takeCopy } from './reuse/take-copy.ts';

/** @param others models that may already use names in the same folder */
export function manifestOfFound(
  model: FoundModel,
  { others, at }: { readonly others: readonly Manifest[]; readonly at: string },
): Manifest {
  const files: SourceFile[] = model.files.map(({ path: name, sizeBytes, sha256, gitSha1 }) => ({
    path: name,
    sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(gitSha1 !== undefined && sha256 === undefined && { gitSha1 }),
  }));
  const origin = model.origin ?? localOrigin(model);
  const { source, repository } = origin;
  const reference: ModelReference = { source, repository };
  const listing = { origin, name: nameOf(model), files };
  return manifestFor({
    reference,
    listing,
    others,
    keep: false,
    at,
    files,
    variant: variantOf(model, files),
  });
}

const nameOf = ({ name, origin }: FoundModel) =>
  origin ? path.posix.basename(origin.repository) : path.posix.basename(name);

/** As it would be called had it come from its hub. */
function variantOf({ origin, format }: FoundModel, files: readonly SourceFile[]) {
  if (!origin) return undefined;
  if (origin.variant !== undefined) return origin.variant;
  return format === 'gguf' ? groupVariants(files)[0]?.name : undefined;
}

/** Nobody knows where it came from; which state of it this is, its own bytes tell. */
function localOrigin({ name, app, files }: FoundModel): Origin {
  const digests = files.map(({ path: file, sha256 = '' }) => `${file}\n${sha256}`).toSorted();
  const clean = name.replace(/[^\w./-]+/g, '-').replace(/^[-/.]+|[-/.]+$/g, '');
  return {
    source: 'local',
    endpoint: 'file:///',
    repository: `${app}/${clean || 'model'}`,
    requestedRevision: 'local',
    revision: createHash('sha256').update(digests.join('\n')).digest('hex'),
  };
}

export interface AdoptPorts {
  readonly hasher: Pick<Hasher, 'follow'>;
  readonly parts: Pick<PartStore, 'prepare' | 'partPath' | 'remove'>;
  /** Puts proven parts in their place, after a look whether they are safe. */
  readonly install: (
    job: { readonly id: string; readonly manifest: Manifest },
    proven: ReadonlyMap<string, Proven>,
  ) => Promise<void>;
}

export interface AdoptRequest {
  readonly model: FoundModel;
  readonly manifest: Manifest;
  /** The library it comes to. */
  readonly libraryId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly signal: AbortSignal;
}

/**
 * Installs the model from its files at the other program's place.
 * @returns what was done, to be noted in the manifest
 * @throws AppError `ADOPT_INCOMPLETE`, `ADOPT_OTHER_DISK`, `ADOPT_CHANGED`, and those of an install
 */
export async function adopt(
  ports: AdoptPorts,
  { model, manifest, libraryId, at, signal }: AdoptRequest,
): Promise<Adoption> {
  const [missing] = model.lacks;
  if (missing !== undefined) throw new AppError('ADOPT_INCOMPLETE', { name: model.name, missing });
  const { parts } = ports;
  // Not that of a download: what came of one stays.
  const id = idIn(libraryId, `adopt-${downloadIdOf(manifest)}`);
  const clone = createCloneFile();
  const places = Object.fromEntries(model.files.map((file) => [file.path, file.place]));
  const proven = new Map<string, Proven>();
  let way: Adoption['way'] = 'cloned';
  await parts.prepare(id);
  try {
    for (const file of manifest.files) {
      const source = sourceOf(model, file.path);
      const partPath = parts.partPath(id, file.path);
      const taking = { file, partPath, signal, onProgress: () => {}, mode: 'link-only' as const };
      const taken = await takeCopy({ hasher: ports.hasher, clone }, source.place, taking);
      if (taken === null) await pointTo(ports, source, { file, partPath, signal });
      if (taken === null) way = 'symlinked';
      if (taken === 'linked' && way === 'cloned') way = 'linked';
      proven.set(file.path, { sha256: file.sha256 ?? '' });
    }
    const adopted = { app: model.app, at, way, places };
    await ports.install({ id, manifest: { ...manifest, adopted } }, proven);
    return adopted;
  } finally {
    await parts.remove(id);
  }
}

function sourceOf({ files, name }: FoundModel, filePath: string): FoundFile {
  const source = files.find((file) => file.path === filePath);
  if (!source) throw new AppError('ADOPT_INCOMPLETE', { name, missing: filePath });
  return source;
}

/** From another disk: a link, once the original was proven. @throws AppError as {@link adopt} */
async function pointTo(
  { hasher }: AdoptPorts,
  source: FoundFile,
  { file, partPath, signal }: { file: ManifestFile; partPath: string; signal: AbortSignal },
): Promise<void> {
  const error = await whyNot(source, partPath);
  if (error.code !== 'ADOPT_OTHER_DISK') throw error;
  const hash = hasher.follow(source.place, file.sha256 ? {} : { gitBlobBytes: file.sizeBytes });
  try {
    const digests = await abortable(hash.finish(file.sizeBytes), signal);
    if (!isPublished(file, digests)) throw new AppError('ADOPT_CHANGED', { place: source.place });
  } finally {
    hash.cancel();
  }
  await rm(partPath, { force: true });
  // Some systems allow links to administrators only.
  await symlink(source.place, partPath).catch(() => {
    throw error;
  });
}

async function whyNot({ place }: FoundFile, partPath: string): Promise<AppError> {
  const [there, here] = await Promise.all([
    stat(place).catch(() => null),
    stat(path.dirname(partPath)).catch(() => null),
  ]);
  if (there && there.dev !== here?.dev) return new AppError('ADOPT_OTHER_DISK', { place });
  return new AppError('ADOPT_CHANGED', { place });
}

/** @throws AppError `ORIGINAL_GONE` when letting go of the model would lose its only copy */
export async function assertOriginals({ adopted, files }: Manifest): Promise<void> {
  for (const [name, place] of Object.entries(adopted?.places ?? {})) {
    const file = files.find((candidate) => candidate.path === name);
    const found = await stat(place).catch(() => null);
    if (!found?.isFile() || found.size !== file?.sizeBytes) {
      throw new AppError('ORIGINAL_GONE', { place });
    }
  }
}
