/**
 * A file in its own place that is no longer right, or one in another library, most often wrong for a few pieces
 * only: those that still have the
 * CRC they had when the whole was proven are taken over, and need no doubt. The file itself stays as it is.
 */
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { PieceDigests } from '../../../src-shared/domain/model.ts';
import { pieceLength, pieceStart } from '../../engines/download/pieces.ts';
import { crcOfPiece } from '../../engines/health/prove-file.ts';
import type { PartFile } from '../../engines/ports.ts';
import { type AdoptionRun, recordNowAndThen } from './adopt.ts';
import { copyBuffer, openSource, readFully, writeFully } from './bytes.ts';

export interface Salvage {
  readonly path: string;
  readonly pieces: PieceDigests;
}

/** @returns what is there of the file, and what it should be; `null` when either is not known */
export async function findSalvage(
  place: string,
  pieces: PieceDigests | undefined,
): Promise<(Salvage & { readonly bytes: number }) | null> {
  if (!pieces) return null;
  const found = await stat(place).catch(() => null);
  return found?.isFile() ? { path: place, pieces, bytes: found.size } : null;
}

/** @throws what the system says of the part, or the reason of the signal; what was noted holds */
export async function salvage(
  { path, pieces }: Salvage,
  part: PartFile,
  { signal, onProgress }: AdoptionRun,
): Promise<void> {
  const { map } = part;
  const source = map.pieceBytes === pieces.pieceBytes ? await openSource(path) : null;
  if (!source) return;
  const buffer = copyBuffer(Math.min(map.pieceBytes, map.sizeBytes));
  const record = recordNowAndThen(part);
  try {
    const target = await open(part.path, 'r+');
    try {
      for (let piece = 0; piece < map.filled.length; piece += 1) {
        signal.throwIfAborted();
        if (map.filled[piece] !== 0) continue;
        const from = pieceStart(map, piece);
        const length = pieceLength(map, piece);
        const bytes = await readFully(source, buffer.subarray(0, length), from);
        const measured = crc32(bytes);
        const isRight =
          bytes.byteLength === length &&
          measured === Number.parseInt(crcOfPiece(pieces.crc32, piece), 16);
        if (!isRight) continue;
        await writeFully(target, bytes, from);
        part.note([{ piece, filled: length, crc32: measured }]);
        onProgress();
        await record(length);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  await part.record();
}
