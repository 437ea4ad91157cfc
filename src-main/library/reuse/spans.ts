/** Which bytes of a part spans can give, as pieces are filled from their start only. Pure. */
import type { PieceMap, Span } from '../../engines/download/pieces.ts';

/** In order, inside the file, and those that touch or overlap made one. */
export function joinSpans(spans: readonly Span[], sizeBytes: number): Span[] {
  const joined: Span[] = [];
  const inOrder = spans
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(to, sizeBytes) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  for (const span of inOrder) {
    const last = joined.at(-1);
    if (!last || span.from > last.to) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return joined;
}

/** The front of a piece, as far as it is covered without a gap. */
export interface PieceFront extends Span {
  readonly piece: number;
}

/** @param spans as {@link joinSpans} gives them */
export function* pieceFronts(
  { pieceBytes }: Pick<PieceMap, 'pieceBytes'>,
  spans: readonly Span[],
): Generator<PieceFront> {
  for (const span of spans) {
    for (let piece = Math.ceil(span.from / pieceBytes); piece * pieceBytes < span.to; piece += 1) {
      const from = piece * pieceBytes;
      yield { piece, from, to: Math.min(from + pieceBytes, span.to) };
    }
  }
}

export const lengthOf = (spans: Iterable<Span>) =>
  [...spans].reduce((sum, { from, to }) => sum + to - from, 0);
