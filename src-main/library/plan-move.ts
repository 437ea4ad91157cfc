/** What a model will be in another library, before it is there and once it is. Pure. */
import type { Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import { AppError } from '../../src-shared/errors.ts';

interface Origin {
  /** Id of the library it moves from. */
  readonly library: string;
  readonly folder: string;
}

/**
 * The manifest to fetch by: every file with the digest it was proven to have, so that the copy is proven by it.
 * @throws AppError `ACTION_NOT_POSSIBLE` for what is not complete, set aside, or was never verified
 */
export function planMove(manifest: Manifest, from: Origin): Manifest {
  const { installedAt, quarantine, adopted: _, ...plain } = manifest;
  const refuse = (state: string) => new AppError('ACTION_NOT_POSSIBLE', { action: 'move', state });
  if (!installedAt) throw refuse('not complete');
  if (quarantine) throw refuse('in quarantine');
  const files = plain.files.map(({ verifiedSha256, provenAt: _at, ...file }): ManifestFile => {
    const sha256 = file.sha256 ?? verifiedSha256;
    if (!sha256 && !file.excluded) throw refuse('not verified yet');
    return { ...file, ...(sha256 && { sha256 }) };
  });
  return { ...plain, files, movedFrom: from };
}

/** All that was known of it, with the proof of its new files. */
export function settledMove(source: Manifest, arrived: Manifest): Manifest {
  const { adopted: _, ...known } = source;
  const proofs = new Map(arrived.files.map((file) => [file.path, file]));
  const files = known.files.map((file): ManifestFile => {
    const { verifiedSha256, provenAt, pieces } = proofs.get(file.path) ?? {};
    const crc = pieces ?? file.pieces;
    return {
      ...file,
      ...(verifiedSha256 && { verifiedSha256 }),
      ...(provenAt && { provenAt }),
      ...(crc && { pieces: crc }),
    };
  });
  return { ...known, folder: arrived.folder, files };
}
