/**
 * What may be believed of a part file after its last run ended, however it did. What the journal promised
 * as safe is believed on a random sample; what was recorded after that is read again, piece by piece.
 */
import {
  clearPiece,
  createPieceMap,
  isComplete,
  type PieceMap,
  pieceStart,
  setPiece,
  stateOf,
  touchedPieces,
} from '../engines/download/pieces.ts';
import type { Hasher, Random } from '../engines/ports.ts';
import { isSame, type JournalState } from './journal.ts';

export interface RecheckOptions {
  readonly hasher: Pick<Hasher, 'checksums'>;
  /** Promised pieces that are read again at each opening. Default 8. */
  readonly sample?: number;
  readonly random?: Random;
}

const SAMPLE = 8;

/** What the journal says, as far as the file reaches; nothing is read. */
export function fitToSize({ latest, safe }: JournalState, sizeBytes: number): PieceMap {
  const believed = createPieceMap(latest.sizeBytes, latest.pieceBytes);
  for (const piece of touchedPieces(latest)) {
    const reaching = [latest, safe].find((map) => endOf(map, piece) <= sizeBytes);
    if (reaching) setPiece(believed, stateOf(reaching, piece));
  }
  return believed;
}

const endOf = (map: PieceMap, piece: number) => pieceStart(map, piece) + (map.filled[piece] ?? 0);

/**
 * @param sizeBytes of the part file on the disk
 * @returns the pieces whose bytes are there
 * @throws AppError when the file cannot be read
 */
export async function recheck(
  file: string,
  state: JournalState,
  sizeBytes: number,
  { hasher, sample = SAMPLE, random = Math.random }: RecheckOptions,
): Promise<PieceMap> {
  const { safe } = state;
  const believed = fitToSize(state, sizeBytes);
  const damaged = (pieces: readonly number[]) => damagedPieces(hasher, file, believed, pieces);
  const isPromised = (piece: number) => isSame(believed, safe, piece);
  const promised = touchedPieces(believed).filter(isPromised);
  const unsynced = touchedPieces(believed).filter((piece) => !isPromised(piece));

  // A piece grows from its start, so what was promised of it can still be there.
  const lost = await damaged(unsynced);
  for (const piece of lost) {
    if (endOf(safe, piece) <= sizeBytes) setPiece(believed, stateOf(safe, piece));
    else clearPiece(believed, piece);
  }
  const broken = await damaged(lost.filter((piece) => believed.filled[piece] !== 0));
  for (const piece of broken) clearPiece(believed, piece);

  const isShort = touchedPieces(safe).some((piece) => endOf(safe, piece) > sizeBytes);
  const isBroken =
    isShort || broken.length > 0 || (await damaged(choose(promised, sample, random))).length > 0;
  if (isBroken) for (const piece of await damaged(promised)) clearPiece(believed, piece);
  return believed;
}

async function damagedPieces(
  hasher: Pick<Hasher, 'checksums'>,
  file: string,
  map: PieceMap,
  pieces: readonly number[],
): Promise<number[]> {
  if (pieces.length === 0) return [];
  const spans = pieces.map((piece) => ({ from: pieceStart(map, piece), to: endOf(map, piece) }));
  const found = await hasher.checksums(file, spans);
  return pieces.filter((piece, index) => found[index] !== map.crc32[piece]);
}

/** Up to `wanted` of the pieces, each as likely as any other. */
function choose(pieces: readonly number[], wanted: number, random: Random): number[] {
  const left = [...pieces];
  const chosen: number[] = [];
  while (chosen.length < wanted && left.length > 0) {
    chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return chosen;
}

/** Takes from a journal what the disk did not confirm. @returns whether it said more */
export function narrow(state: JournalState, believed: PieceMap, sizeBytes: number): boolean {
  const { latest, safe, doubtful } = state;
  let saidMore = false;
  for (const piece of believed.filled.keys()) {
    const confirmed = stateOf(believed, piece);
    if (isSame(latest, believed, piece) && (safe.filled[piece] ?? 0) <= confirmed.filled) continue;
    saidMore = true;
    setPiece(latest, confirmed);
    if ((safe.filled[piece] ?? 0) > confirmed.filled) clearPiece(safe, piece);
    if (confirmed.filled === 0) doubtful.delete(piece);
  }
  if (state.verifiedSha256 === undefined || isWhole(believed, sizeBytes)) return saidMore;
  state.verifiedSha256 = undefined;
  return true;
}

export const isWhole = (map: PieceMap, sizeBytes: number) =>
  isComplete(map) && sizeBytes === map.sizeBytes;
