/** Reads a whole file and says whether it is what was published, and if not, where it differs. */
import type { ManifestFile, PieceDigests } from '../../../src-shared/domain/model.ts';
import { abortable } from '../abortable.ts';
import type { CheckPorts } from './ports.ts';

/** Pieces of files that came without any: repairs move no less than this. */
const PIECE_BYTES = 4 * 2 ** 20;

export type FileVerdict =
  | { readonly kind: 'proven'; readonly sha256: string; readonly pieces: PieceDigests }
  | {
      readonly kind: 'differs';
      readonly expected: string;
      readonly measured: string;
      /** Numbers of the pieces that differ; `null` when none were recorded while it was right. */
      readonly damaged: readonly number[] | null;
      readonly count: number;
    };

interface ProveRequest {
  readonly file: ManifestFile;
  readonly place: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/**
 * Digest and pieces are measured side by side, each by a thread of its own, from the same pages.
 * @throws AppError when the file cannot be read, or the reason of the signal
 */
export async function proveFile(
  { hasher }: Pick<CheckPorts, 'hasher'>,
  { file, place, signal, onProgress }: ProveRequest,
): Promise<FileVerdict> {
  const pieceBytes = file.pieces?.pieceBytes ?? PIECE_BYTES;
  const needsGit = !file.sha256 && file.gitSha1 !== undefined;
  const run = hasher.follow(place, {
    onProgress,
    ...(needsGit && { gitBlobBytes: file.sizeBytes }),
  });
  const spans = pieceSpans(file.sizeBytes, pieceBytes);
  const checksums = hasher.checksums(place, spans);
  try {
    const [digests, found] = await abortable(
      Promise.all([run.finish(file.sizeBytes), checksums]),
      signal,
    );
    const crc32 = found.map((value) => (value ?? 0).toString(16).padStart(8, '0')).join('');
    const [expected, measured] = digestsOf(file, digests);
    if (expected === measured) {
      return { kind: 'proven', sha256: digests.sha256, pieces: { pieceBytes, crc32 } };
    }
    const damaged = file.pieces && differing(file.pieces.crc32, crc32);
    return { kind: 'differs', expected, measured, damaged: damaged ?? null, count: spans.length };
  } finally {
    run.cancel();
    await checksums.catch(() => undefined);
  }
}

/** What was published, else what was measured when it came. */
function digestsOf(
  { sha256, gitSha1, verifiedSha256 }: ManifestFile,
  measured: { readonly sha256: string; readonly gitSha1?: string },
): [expected: string, measured: string] {
  if (sha256) return [sha256, measured.sha256];
  if (gitSha1) return [gitSha1, measured.gitSha1 ?? ''];
  return [verifiedSha256 ?? measured.sha256, measured.sha256];
}

export function pieceSpans(sizeBytes: number, pieceBytes: number) {
  const count = Math.ceil(sizeBytes / pieceBytes);
  return Array.from({ length: count }, (_, piece) => ({
    from: piece * pieceBytes,
    to: Math.min(sizeBytes, (piece + 1) * pieceBytes),
  }));
}

const CRC_DIGITS = 8;

/** CRC-32 of one piece, as it was recorded. */
export const crcOfPiece = (crc32: string, piece: number) =>
  crc32.slice(piece * CRC_DIGITS, (piece + 1) * CRC_DIGITS);

function differing(recorded: string, found: string): number[] {
  const count = Math.max(recorded.length, found.length) / CRC_DIGITS;
  const pieces = Array.from({ length: count }, (_, piece) => piece);
  return pieces.filter((piece) => crcOfPiece(recorded, piece) !== crcOfPiece(found, piece));
}
