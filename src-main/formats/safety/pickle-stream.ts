/** Reads a pickle operation by operation, without ever holding more of it than one short argument. */
import type { ByteCursor } from '../byte-cursor.ts';
import { malformed } from '../form-problem.ts';
import { type Argument, OPCODES } from './opcodes.ts';

export interface Operation {
  readonly name: string;
  /** Of integers that fit; lines as text. */
  readonly number?: number;
  /** `null` when the text is longer than any name is. */
  readonly text?: string | null;
  /** Second line of GLOBAL and INST. */
  readonly second?: string | null;
  /** Bytes short enough to hold a pickle of their own. */
  readonly bytes?: Uint8Array | null;
}

/** No name of a module or a function is longer; longer texts are skipped. */
const MOST_TEXT_BYTES = 64 * 1024;
const MOST_BYTES = 2 ** 20;
const LINE_FEED = 0x0a;

/** @throws FormProblem where the stream breaks */
export function readOperation(cursor: ByteCursor): Operation {
  const code = cursor.u8();
  const opcode = OPCODES.get(code);
  if (!opcode) throw malformed(`There is no operation 0x${code.toString(16)} in a pickle.`);
  return { name: opcode.name, ...readArgument(cursor, opcode.argument) };
}

function readArgument(cursor: ByteCursor, argument: Argument): Omit<Operation, 'name'> {
  switch (argument.kind) {
    case 'none':
      return {};
    case 'fixed':
      return readFixed(cursor, argument.bytes);
    case 'lines': {
      const text = readLine(cursor);
      return argument.count === 1 ? { text } : { text, second: readLine(cursor) };
    }
    case 'counted':
      return readCounted(cursor, argument);
  }
}

function readFixed(cursor: ByteCursor, bytes: number): Omit<Operation, 'name'> {
  if (bytes === 1) return { number: cursor.u8() };
  if (bytes === 2) return { number: cursor.u16() };
  if (bytes === 4) return { number: cursor.u32() };
  cursor.skip(bytes);
  return {};
}

function readCounted(
  cursor: ByteCursor,
  { lengthBytes, holds }: Extract<Argument, { kind: 'counted' }>,
): Omit<Operation, 'name'> {
  const length = lengthBytes === 1 ? cursor.u8() : lengthBytes === 4 ? cursor.u32() : cursor.u64();
  const most = holds === 'text' ? MOST_TEXT_BYTES : MOST_BYTES;
  if (length > most) {
    cursor.skip(length);
    return holds === 'text' ? { text: null } : { bytes: null };
  }
  const bytes = cursor.bytes(length);
  return holds === 'text' ? { text: decode(bytes) } : { bytes };
}

function readLine(cursor: ByteCursor): string | null {
  const bytes: number[] = [];
  let length = 0;
  for (let byte = cursor.u8(); byte !== LINE_FEED; byte = cursor.u8()) {
    length += 1;
    if (length <= MOST_TEXT_BYTES) bytes.push(byte);
  }
  return length > MOST_TEXT_BYTES ? null : decode(Uint8Array.from(bytes));
}

const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
