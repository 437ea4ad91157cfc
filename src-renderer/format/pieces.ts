/** The drawing of a file's pieces: letters from start to end, as the contract has them. Pure. */
import { percent } from '../../src-shared/domain/describe.ts';
import type { FileProgress } from '../../src-shared/domain/download.ts';

/** What a part of a file can look like; what is left to do is the empty ground. */
export type PieceLook = 'done' | 'partly' | 'in-flight' | 'failed';

export const PIECE_LETTERS: Readonly<Record<PieceLook, string>> = {
  done: 'd',
  partly: 'p',
  'in-flight': 'f',
  failed: 'x',
};

export const PIECE_WORDS: Readonly<Record<PieceLook | 'to-do', string>> = {
  done: 'done',
  partly: 'partly here',
  'in-flight': 'in flight',
  failed: 'to be fetched again',
  'to-do': 'to do',
};

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Where a letter stands in a row: `runsOf('ddtd', 'd')` is from 0 to 2 and from 3 to 4. */
export function runsOf(pieces: string, letter: string): readonly Run[] {
  return [...pieces.matchAll(new RegExp(`${letter}+`, 'g'))].map(({ index, 0: run }) => ({
    from: index,
    to: index + run.length,
  }));
}

/** A CSS mask that lets through the parts with this letter only; `null` when there are none. */
export function maskOf(pieces: string, letter: string): string | null {
  const runs = runsOf(pieces, letter);
  if (runs.length === 0) return null;
  const at = (cell: number) => `${Number(((cell / pieces.length) * 100).toFixed(3))}%`;
  const stops = runs.flatMap(({ from, to }) => [
    `transparent ${at(from)}`,
    `#000 ${at(from)}`,
    `#000 ${at(to)}`,
    `transparent ${at(to)}`,
  ]);
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** `62 % done, 4 parts in flight`. */
export function describePieces(
  file: Pick<FileProgress, 'pieces' | 'receivedBytes' | 'sizeBytes'>,
): string {
  const done = `${percent(file.receivedBytes, file.sizeBytes)} % done`;
  const flying = partsWith(file.pieces, PIECE_LETTERS['in-flight']);
  const failed = partsWith(file.pieces, PIECE_LETTERS.failed);
  return [
    done,
    flying > 0 && `${countParts(flying)} in flight`,
    failed > 0 && `${countParts(failed)} to be fetched again`,
  ]
    .filter(Boolean)
    .join(', ');
}

const partsWith = (pieces: string, letter: string) => pieces.split(letter).length - 1;
const countParts = (count: number) => (count === 1 ? '1 part' : `${count} parts`);
