/**
 * Reads JSON from front to back and keeps nothing of it. Unlike `JSON.parse` it sees keys that come twice, and
 * neither depth nor breadth of what it reads costs memory.
 */
import { FormProblem, malformed } from './form-problem.ts';

/** As deep as serde goes, which reads safetensors. */
const MAX_DEPTH = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const LETTER_U = 0x75;
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const EXPONENT = new Set([0x45, 0x65]);
/** Python writes the last three, which JSON does not know; what reads models accepts them. */
const WORDS = new Set(['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity']);
const MAX_WORD_BYTES = 9;

export type JsonKind = 'object' | 'array' | 'string' | 'other';

const latinDecoder = new TextDecoder('latin1');
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class JsonReader {
  readonly #bytes: Uint8Array;
  readonly #subject: string;
  #position = 0;
  #depth = 0;

  /** @param subject completes "… cannot be read", such as `The header` */
  constructor(bytes: Uint8Array, subject: string) {
    this.#bytes = bytes;
    this.#subject = subject;
  }

  kind(): JsonKind {
    const next = this.#peek();
    if (next === OPEN_OBJECT) return 'object';
    if (next === OPEN_ARRAY) return 'array';
    return next === QUOTE ? 'string' : 'other';
  }

  /** Each call has to read the value of its key. */
  object(onKey: (key: string) => void): void {
    this.#list(OPEN_OBJECT, CLOSE_OBJECT, () => {
      const key = this.string();
      this.#expect(COLON);
      onKey(key);
    });
  }

  /** Each call has to read its element. */
  array(onElement: () => void): void {
    this.#list(OPEN_ARRAY, CLOSE_ARRAY, onElement);
  }

  string(): string {
    const { start, end, isPlain } = this.#string();
    const bytes = this.#bytes.subarray(start, end);
    try {
      const text = strictDecoder.decode(bytes);
      return isPlain ? text : String(JSON.parse(`"${text}"`));
    } catch {
      throw this.#broken();
    }
  }

  /** A whole number from 0 on; above 2⁵³ only about right. */
  integer(): number {
    const first = this.#peek();
    if (!isDigit(first)) throw this.#broken();
    let value = 0;
    const start = this.#position;
    while (isDigit(this.#bytes[this.#position])) {
      value = value * 10 + (this.#bytes[this.#position] ?? 0) - DIGIT_0;
      this.#position += 1;
    }
    const hasLeadingZero = first === DIGIT_0 && this.#position > start + 1;
    if (hasLeadingZero || isWordByte(this.#bytes[this.#position])) throw this.#broken();
    return value;
  }

  /** Any number; not a number for a word such as `true`. */
  number(): number {
    this.#peek();
    return Number(latinDecoder.decode(this.#bytes.subarray(this.#word(), this.#position)));
  }

  /** Any value, looking only at whether it is one. */
  skip(): void {
    const kind = this.kind();
    if (kind === 'object') this.#list(OPEN_OBJECT, CLOSE_OBJECT, () => this.#skipEntry());
    else if (kind === 'array') this.#list(OPEN_ARRAY, CLOSE_ARRAY, () => this.skip());
    else if (kind === 'string') this.#string();
    else this.#word();
  }

  /** Nothing but white space may be left. */
  end(): void {
    this.#skipSpace();
    if (this.#position < this.#bytes.length) throw this.#broken();
  }

  #list(open: number, close: number, onElement: () => void): void {
    this.#expect(open);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw malformed(`${this.#subject} is nested too deep.`);
    if (this.#peek() === close) this.#position += 1;
    else this.#elements(close, onElement);
    this.#depth -= 1;
  }

  #elements(close: number, onElement: () => void): void {
    for (;;) {
      onElement();
      const next = this.#peek();
      this.#position += 1;
      if (next === close) return;
      if (next !== COMMA) throw this.#broken();
    }
  }

  #skipEntry(): void {
    this.#string();
    this.#expect(COLON);
    this.skip();
  }

  /** Passes a text in quotes. @returns where it is, and that it has no escapes */
  #string(): { readonly start: number; readonly end: number; readonly isPlain: boolean } {
    this.#expect(QUOTE);
    const bytes = this.#bytes;
    const start = this.#position;
    let isPlain = true;
    let place = start;
    for (; bytes[place] !== QUOTE; place += 1) {
      const byte = bytes[place];
      if (byte === undefined) throw this.#cut();
      if (byte < 0x20) throw this.#broken();
      if (byte === BACKSLASH) {
        isPlain = false;
        place += this.#escapeLength(place) - 1;
      }
    }
    this.#position = place + 1;
    return { start, end: place, isPlain };
  }

  /** @param place of a backslash */
  #escapeLength(place: number): number {
    const next = this.#bytes[place + 1];
    if (next === undefined) throw this.#cut();
    if (next !== LETTER_U) {
      if (ESCAPED.has(next)) return 2;
      throw this.#broken();
    }
    const digits = this.#bytes.subarray(place + 2, place + 6);
    if (!digits.every(isHexDigit)) throw this.#broken();
    if (digits.length < 4) throw this.#cut();
    return 6;
  }

  /** Passes a number, or a word such as `true`. @returns where it starts */
  #word(): number {
    const start = this.#position;
    const bytes = this.#bytes;
    const end = endOfNumber(bytes, start) ?? endOfWord(bytes, start);
    if (end === undefined || isWordByte(bytes[end])) {
      let last = start;
      while (isWordByte(bytes[last])) last += 1;
      throw last === bytes.length ? this.#cut() : this.#broken();
    }
    this.#position = end;
    return start;
  }

  #expect(byte: number): void {
    if (this.#peek() !== byte) throw this.#broken();
    this.#position += 1;
  }

  #peek(): number {
    this.#skipSpace();
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw this.#cut();
    return byte;
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#position])) this.#position += 1;
  }

  #broken() {
    return malformed(`${this.#subject} cannot be read: it is wrong at byte ${this.#position}.`);
  }

  #cut() {
    const sentence = `${this.#subject} ends in the middle of its JSON.`;
    return new FormProblem({ kind: 'truncated', sentence, measured: this.#bytes.length });
  }
}

const isDigit = (byte: number | undefined) =>
  byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;

const isHexDigit = (byte: number) => /[\da-fA-F]/.test(String.fromCharCode(byte));

const isSpace = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const WORD_BYTES = new Uint8Array(256);
for (const byte of Buffer.from('+-.0123456789INaefilnrstuyE')) WORD_BYTES[byte] = 1;

/** Of numbers and of words such as `true`. */
const isWordByte = (byte: number | undefined) => byte !== undefined && WORD_BYTES[byte] === 1;

/** `undefined` where no number starts. */
function endOfNumber(bytes: Uint8Array, start: number): number | undefined {
  const whole = start + (bytes[start] === MINUS ? 1 : 0);
  let place = endOfDigits(bytes, whole);
  if (place === whole || (bytes[whole] === DIGIT_0 && place > whole + 1)) return undefined;
  if (bytes[place] === POINT) {
    const end = endOfDigits(bytes, place + 1);
    if (end === place + 1) return undefined;
    place = end;
  }
  if (!EXPONENT.has(bytes[place] ?? 0)) return place;
  const hasSign = bytes[place + 1] === PLUS || bytes[place + 1] === MINUS;
  const power = place + (hasSign ? 2 : 1);
  const end = endOfDigits(bytes, power);
  return end === power ? undefined : end;
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let place = start;
  while (isDigit(bytes[place])) place += 1;
  return place;
}

function endOfWord(bytes: Uint8Array, start: number): number | undefined {
  const text = latinDecoder.decode(bytes.subarray(start, start + MAX_WORD_BYTES));
  const word = /^-?[A-Za-z]+/.exec(text)?.[0];
  return word !== undefined && WORDS.has(word) ? start + word.length : undefined;
}
