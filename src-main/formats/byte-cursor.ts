/**
 * Reads a file from front to back through a small window. What is skipped is not read, what lies beyond the
 * end of the file is never asked for, and no more than `limitBytes` are read in all.
 */
import { ReadLimitReached, truncatedIn } from './form-problem.ts';
import type { ByteSource } from './format.ts';

/** After a jump: enough for one entry of a header, and little beside what was jumped over. */
const FIRST_WINDOW_BYTES = 4 * 1024;
const MAX_WINDOW_BYTES = 64 * 1024;
const EMPTY = new Uint8Array();

export class ByteCursor {
  /** Where the next byte is read. */
  position = 0;
  /** Completes "The file ends in …", should it end here. */
  where = 'its header';
  readonly #source: ByteSource;
  readonly #limitBytes: number;
  #readBytes = 0;
  #window: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);
  #windowStart = 0;

  constructor(source: ByteSource, limitBytes: number) {
    this.#source = source;
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#source.sizeBytes;
  }

  get remaining(): number {
    return this.#source.sizeBytes - this.position;
  }

  u8(): number {
    const place = this.#take(1);
    return this.#view.getUint8(place);
  }

  u16(): number {
    const place = this.#take(2);
    return this.#view.getUint16(place, true);
  }

  u32(): number {
    const place = this.#take(4);
    return this.#view.getUint32(place, true);
  }

  /** Above 2⁵³ only about right, which is enough to refuse it. */
  u64(): number {
    const place = this.#take(8);
    return this.#view.getUint32(place + 4, true) * 2 ** 32 + this.#view.getUint32(place, true);
  }

  /** A copy. The caller has bounded the length: it is allocated. */
  bytes(length: number): Uint8Array {
    if (length > MAX_WINDOW_BYTES) return this.#readPast(length);
    const place = this.#take(length);
    return this.#window.slice(place, place + length);
  }

  /** Costs nothing, however far. */
  skip(length: number): void {
    if (length > this.remaining) throw this.truncated();
    this.position += length;
  }

  truncated() {
    return truncatedIn(this.where, this.sizeBytes);
  }

  /** Makes `length` bytes readable and passes them. @returns their place in the window */
  #take(length: number): number {
    let place = this.position - this.#windowStart;
    if (place < 0 || place + length > this.#window.length) {
      this.#load(length);
      place = 0;
    }
    this.position += length;
    return place;
  }

  #load(length: number): void {
    if (length > this.remaining) throw this.truncated();
    const gap = this.position - this.#windowStart - this.#window.length;
    const isJump = gap > 0 || this.position < this.#windowStart || this.#window === EMPTY;
    const grown = isJump ? FIRST_WINDOW_BYTES : Math.min(2 * this.#window.length, MAX_WINDOW_BYTES);
    this.#window = this.#readFrom(Math.max(length, grown), length);
    this.#view = new DataView(
      this.#window.buffer,
      this.#window.byteOffset,
      this.#window.byteLength,
    );
    this.#windowStart = this.position;
  }

  #readPast(length: number): Uint8Array {
    if (length > this.remaining) throw this.truncated();
    const bytes = this.#readFrom(length, length);
    this.position += length;
    return bytes;
  }

  #readFrom(wanted: number, needed: number): Uint8Array {
    const allowed = Math.min(wanted, this.remaining, this.#limitBytes - this.#readBytes);
    if (allowed < needed) throw readLimit();
    const bytes = this.#source.read(this.position, allowed);
    // The file became shorter since it was measured.
    if (bytes.length < needed) throw this.truncated();
    this.#readBytes += bytes.length;
    return bytes;
  }
}

const readLimit = () =>
  new ReadLimitReached({
    kind: 'uncheckable',
    sentence: 'The header of the file is larger than Larder reads.',
  });
