/** From what a hub lists to what the library will hold: a chosen set of files at a pinned commit. Pure. */
import { createHash } from 'node:crypto';
import { selectVariant } from '../../src-shared/domain/choose-variant.ts';
import type { Manifest, ManifestFile, SourceFile } from '../../src-shared/domain/model.ts';
import {
  formatReference,
  type ModelReference,
  modelIdOf,
} from '../../src-shared/domain/reference.ts';
import type { FileGroup } from '../../src-shared/domain/variants.ts';
import type { RepositoryListing } from '../engines/ports.ts';
import { modelFolderName, planLocalPaths } from './names.ts';

export interface ManifestRequest {
  readonly reference: ModelReference;
  readonly listing: Pick<RepositoryListing, 'origin' | 'name' | 'task' | 'license' | 'files'> &
    Partial<Pick<RepositoryListing, 'gated'>>;
  readonly groups: readonly FileGroup[];
  /** Models that may already use names in the same folder. */
  readonly others: readonly Manifest[];
  readonly keep: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/** @throws AppError `VARIANT_UNKNOWN`, `FILE_NAME_UNSAFE`, `FILE_NAME_COLLISION` */
export function planManifest(request: ManifestRequest): Manifest {
  const { reference, listing, groups } = request;
  const { variant, files } = selectVariant(groups, listing.files, reference.variant);
  return manifestFor({ ...request, variant, files });
}

/** A manifest of files that were chosen already. @throws AppError as {@link planManifest} */
export function manifestFor(
  request: Omit<ManifestRequest, 'groups'> & {
    readonly variant: string | undefined;
    readonly files: readonly SourceFile[];
  },
): Manifest {
  const { reference, listing, variant, files } = request;
  const { repository } = listing.origin;
  const canonical: ModelReference = {
    source: reference.source,
    repository,
    ...(variant !== undefined && { variant }),
  };
  const { revision } = reference;
  const id = modelIdOf(canonical);
  return {
    version: 1,
    id,
    ref: formatReference({ ...canonical, ...(revision !== undefined && { revision }) }),
    name: listing.name,
    origin: { ...listing.origin, ...(variant !== undefined && { variant }) },
    folder: modelFolderName(listing.origin),
    keep: request.keep,
    ...(listing.task !== undefined && { task: listing.task }),
    ...(listing.license !== undefined && { license: listing.license }),
    ...(listing.gated && { gated: true }),
    trackedAt: request.at,
    files: placeFiles(id, files, request),
  };
}

function placeFiles(
  id: string,
  files: readonly SourceFile[],
  { listing, others }: Pick<ManifestRequest, 'listing' | 'others'>,
): ManifestFile[] {
  const folder = modelFolderName(listing.origin);
  const neighbours = others.filter((other) => other.folder === folder && other.id !== id);
  const paths = planLocalPaths(files);
  return files.map((file) => {
    const wanted = paths.get(file.path) ?? file.path;
    const taken = neighbours
      .flatMap((other) => other.files)
      .some((other) => other.localPath === wanted && !sameContent(other, file));
    return { ...file, localPath: taken ? besides(wanted, listing.origin.revision) : wanted };
  });
}

function sameContent(a: SourceFile, b: SourceFile): boolean {
  return (
    a.sizeBytes === b.sizeBytes &&
    a.sha256 === b.sha256 &&
    a.gitSha1 === b.gitSha1 &&
    a.validator === b.validator
  );
}

/** `config (1a2b3c4).json`: another model of this folder has other bytes under that name. */
function besides(localPath: string, revision: string): string {
  const mark = ` (${revision.slice(0, 7)})`;
  const dot = localPath.lastIndexOf('.');
  const slash = localPath.lastIndexOf('/');
  return dot > slash + 1
    ? `${localPath.slice(0, dot)}${mark}${localPath.slice(dot)}`
    : `${localPath}${mark}`;
}

/** Folder of the partial data: the same model at the same commit finds it again. */
export function downloadIdOf({ id, origin }: Manifest): string {
  return createHash('sha256').update(`${id}@${origin.revision}`).digest('hex').slice(0, 20);
}
