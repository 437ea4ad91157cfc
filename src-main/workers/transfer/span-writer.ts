/**
 * Writes the bytes of one answer where they belong in the part file, in one positional write a block,
 * and keeps the CRC-32 of each piece from memory, before the write.
 */
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { PieceState, Span } from '../../engines/download/pieces.ts';

export interface SpanWriterOptions {
  readonly file: number;
  readonly sizeBytes: number;
  readonly pieceBytes: number;
  readonly span: Span;
  /** CRC-32 of what the first piece holds before `span.from`. */
  readonly crc32: number;
  /** What is there already and is passed over, when the whole file goes by. */
  readonly present?: { readonly filled: Uint32Array; readonly crc32: Uint32Array } | undefined;
}

export class SpanWriter {
  readonly #options: SpanWriterOptions;
  /** Offset in the file of the next byte that comes. */
  #position: number;
  #end: number;
  #crc32: number;
  readonly #news = new Map<number, PieceState>();

  constructor(options: SpanWriterOptions) {
    this.#options = options;
    this.#position = options.span.from;
    this.#end = options.span.to;
    this.#crc32 = options.crc32;
  }

  get position(): number {
    return this.#position;
  }

  get isFull(): boolean {
    return this.#position >= this.#end;
  }

  /** @returns where it ends now: at `to`, or at the next end of a piece beyond what is written */
  shorten(to: number): number {
    const { pieceBytes } = this.#options;
    const pieceEnd = Math.ceil(this.#position / pieceBytes) * pieceBytes;
    this.#end = Math.min(this.#end, Math.max(to, pieceEnd));
    return this.#end;
  }

  /** Takes bytes as they follow each other; those beyond the end are dropped. @throws what the disk says */
  write(bytes: Uint8Array): void {
    let rest = bytes.subarray(0, Math.max(0, this.#end - this.#position));
    while (rest.byteLength > 0) {
      const skipped = this.#skip(rest.byteLength);
      rest = rest.subarray(skipped);
      const run = rest.subarray(0, this.#runLength(rest.byteLength));
      if (run.byteLength > 0) this.#put(run);
      rest = rest.subarray(run.byteLength);
    }
  }

  /** What pieces hold since this was asked last. */
  takeNews(): PieceState[] {
    const news = [...this.#news.values()];
    this.#news.clear();
    return news;
  }

  #pieceAt(position: number): { piece: number; start: number; end: number } {
    const { pieceBytes, sizeBytes } = this.#options;
    const piece = Math.floor(position / pieceBytes);
    const start = piece * pieceBytes;
    return { piece, start, end: Math.min(start + pieceBytes, sizeBytes) };
  }

  /** Passes over bytes that are there already. */
  #skip(available: number): number {
    const { present } = this.#options;
    if (!present) return 0;
    const { piece, start } = this.#pieceAt(this.#position);
    const there = start + (present.filled[piece] ?? 0);
    const skipped = Math.min(available, Math.max(0, there - this.#position));
    this.#position += skipped;
    if (this.#position === there) this.#crc32 = present.crc32[piece] ?? 0;
    return skipped;
  }

  /** How far the bytes can be written in one go. */
  #runLength(available: number): number {
    if (!this.#options.present) return available;
    const { start, end, piece } = this.#pieceAt(this.#position);
    const there = start + (this.#options.present.filled[piece] ?? 0);
    return this.#position < there ? 0 : Math.min(available, end - this.#position);
  }

  #put(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.byteLength; ) {
      const left = bytes.byteLength - written;
      written += writeSync(this.#options.file, bytes, written, left, this.#position + written);
    }
    for (let taken = 0; taken < bytes.byteLength; ) {
      const { piece, start, end } = this.#pieceAt(this.#position);
      const part = bytes.subarray(taken, taken + end - this.#position);
      if (this.#position === start) this.#crc32 = 0;
      this.#crc32 = crc32(part, this.#crc32);
      this.#position += part.byteLength;
      taken += part.byteLength;
      this.#news.set(piece, { piece, filled: this.#position - start, crc32: this.#crc32 });
    }
  }
}
