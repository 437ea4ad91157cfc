/**
 * Walks over messages in the encoding of protocol buffers, without knowing what they mean.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
import type { ByteCursor } from './byte-cursor.ts';
import { FormProblem, malformed, uncheckable } from './form-problem.ts';

/** Far above any graph; a file of nothing but tiny fields ends here. */
const MAX_FIELDS = 4_000_000;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const MAX_VARINT_BYTES = 10;

export interface ProtobufField {
  readonly number: number;
  readonly wire: 'varint' | 'fixed' | 'bytes';
  /** Of a varint; above 2⁵³ only about right. */
  readonly value: number;
  /** Where its key starts. */
  readonly start: number;
  /** Of bytes: where they end. They start where the cursor is. */
  readonly end: number;
}

export class ProtobufWalk {
  readonly #cursor: ByteCursor;
  #fieldCount = 0;

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  /** Calls for each field from the cursor to `end`; what of it is not read is passed over. */
  message(end: number, onField: (field: ProtobufField) => void): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const field = this.#field(end);
      onField(field);
      cursor.position = field.end;
    }
  }

  /** Numbers packed in bytes. */
  packed(end: number, onValue: (value: number) => void): void {
    while (this.#cursor.position < end) onValue(this.#varint(end));
  }

  #field(end: number): ProtobufField {
    this.#fieldCount += 1;
    if (this.#fieldCount > MAX_FIELDS) {
      throw uncheckable('The file has more fields than Larder reads.');
    }
    const start = this.#cursor.position;
    const key = this.#varint(end);
    const number = Math.floor(key / 8);
    if (number === 0 || number > MAX_FIELD_NUMBER) throw this.#broken(start);
    return { number, start, ...this.#content(key % 8, start, end) };
  }

  #content(wire: number, start: number, end: number) {
    const cursor = this.#cursor;
    switch (wire) {
      case 0: {
        const value = this.#varint(end);
        return { wire: 'varint' as const, value, end: cursor.position };
      }
      case 1:
        return { wire: 'fixed' as const, value: 0, end: this.#endAfter(8, end) };
      case 2: {
        const length = this.#varint(end);
        return { wire: 'bytes' as const, value: 0, end: this.#endAfter(length, end) };
      }
      case 5:
        return { wire: 'fixed' as const, value: 0, end: this.#endAfter(4, end) };
      default:
        throw this.#broken(start);
    }
  }

  #endAfter(length: number, end: number): number {
    const place = this.#cursor.position + length;
    if (place <= end) return place;
    const measured = this.#cursor.sizeBytes;
    if (end < measured) throw this.#broken(this.#cursor.position);
    if (!Number.isSafeInteger(place)) throw this.#broken(this.#cursor.position);
    const { sentence } = this.#cursor.truncated().finding;
    throw new FormProblem({ kind: 'truncated', sentence, expected: place, measured });
  }

  #varint(end: number): number {
    const cursor = this.#cursor;
    const start = cursor.position;
    let value = 0;
    for (let count = 0; count < MAX_VARINT_BYTES; count += 1) {
      if (cursor.position >= end && end < cursor.sizeBytes) throw this.#broken(start);
      const byte = cursor.u8();
      value += (byte & 0x7f) * 2 ** (7 * count);
      if (byte < 0x80) return value;
    }
    throw this.#broken(start);
  }

  #broken(place: number) {
    return malformed(`The file cannot be read as a graph: it is wrong at byte ${place}.`);
  }
}
