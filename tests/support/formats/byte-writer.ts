/** Puts little-endian numbers and texts one behind the other, and remembers where parts begin. */
export class ByteWriter {
  /** Offset → what starts there. */
  readonly marks = new Map<number, string>();
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  mark(what: string): this {
    this.marks.set(this.#length, what);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  u16(value: number): this {
    return this.#number(2, (view) => view.setUint16(0, value, true));
  }

  u32(value: number): this {
    return this.#number(4, (view) => view.setUint32(0, value, true));
  }

  u64(value: number | bigint): this {
    return this.#number(8, (view) => view.setBigUint64(0, BigInt(value), true));
  }

  f32(value: number): this {
    return this.#number(4, (view) => view.setFloat32(0, value, true));
  }

  f64(value: number): this {
    return this.#number(8, (view) => view.setFloat64(0, value, true));
  }

  /** Without a length. */
  text(text: string): this {
    return this.bytes(Buffer.from(text));
  }

  padTo(alignment: number): this {
    return this.bytes(new Uint8Array((alignment - (this.#length % alignment)) % alignment));
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#chunks));
  }

  #number(length: number, write: (view: DataView) => void): this {
    const bytes = new Uint8Array(length);
    write(new DataView(bytes.buffer));
    return this.bytes(bytes);
  }
}
