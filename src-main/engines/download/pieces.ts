/**
 * The piece map of one file: which bytes are on disk. A piece is filled from its start, so that its
 * state is two numbers: how many bytes it has, and their CRC-32 as it was in memory before the write.
 * A CRC finds damage that happened by chance and says where; only the SHA-256 of the whole proves.
 */

export interface PieceMap {
  readonly sizeBytes: number;
  /** Size of every piece but the last, a power of two. */
  readonly pieceBytes: number;
  /** Bytes present of each piece, from its start. */
  readonly filled: Uint32Array;
  /** CRC-32 of the bytes present of each piece. */
  readonly crc32: Uint32Array;
}

/** Bytes `[from, to)` of a file. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a piece holds after bytes were written to it. */
export interface PieceState {
  readonly piece: number;
  readonly filled: number;
  readonly crc32: number;
}

const MiB = 2 ** 20;

/** 1 MiB up to 1 GiB, 4 MiB up to 16 GiB, 16 MiB beyond: at most a few thousand pieces. */
export function pieceBytesFor(sizeBytes: number): number {
  if (sizeBytes <= 1024 * MiB) return MiB;
  return sizeBytes <= 16 * 1024 * MiB ? 4 * MiB : 16 * MiB;
}

export function createPieceMap(sizeBytes: number, pieceBytes = pieceBytesFor(sizeBytes)): PieceMap {
  const count = Math.ceil(sizeBytes / pieceBytes);
  return {
    sizeBytes,
    pieceBytes,
    filled: new Uint32Array(count),
    crc32: new Uint32Array(count),
  };
}

export const pieceStart = ({ pieceBytes }: PieceMap, piece: number) => piece * pieceBytes;
export const pieceEnd = ({ pieceBytes, sizeBytes }: PieceMap, piece: number) =>
  Math.min((piece + 1) * pieceBytes, sizeBytes);
export const pieceLength = (map: PieceMap, piece: number) =>
  pieceEnd(map, piece) - pieceStart(map, piece);
export const pieceAt = ({ pieceBytes }: PieceMap, offset: number) =>
  Math.floor(offset / pieceBytes);

export const isFull = (map: PieceMap, piece: number) =>
  map.filled[piece] === pieceLength(map, piece);

/** Records what a piece now holds. */
export function setPiece(map: PieceMap, { piece, filled, crc32 }: PieceState): void {
  map.filled[piece] = filled;
  map.crc32[piece] = crc32;
}

export function stateOf(map: PieceMap, piece: number): PieceState {
  return { piece, filled: map.filled[piece] ?? 0, crc32: map.crc32[piece] ?? 0 };
}

export function clearPiece(map: PieceMap, piece: number): void {
  setPiece(map, { piece, filled: 0, crc32: 0 });
}

export function presentBytes({ filled }: PieceMap): number {
  let sum = 0;
  for (const bytes of filled) sum += bytes;
  return sum;
}

export const isComplete = (map: PieceMap) => presentBytes(map) === map.sizeBytes;

/** Bytes present from the start of the file without a gap. */
export function frontOf(map: PieceMap): number {
  for (let piece = 0; piece < map.filled.length; piece += 1) {
    if (!isFull(map, piece)) return pieceStart(map, piece) + (map.filled[piece] ?? 0);
  }
  return map.sizeBytes;
}

/** Numbers of the pieces that hold something. */
export function touchedPieces({ filled }: PieceMap): number[] {
  return Array.from(filled.keys()).filter((piece) => filled[piece] !== 0);
}
