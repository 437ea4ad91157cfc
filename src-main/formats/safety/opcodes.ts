/**
 * The opcodes of pickles, protocols 0 to 5, by what follows each.
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */

/**
 * none: nothing · fixed: so many bytes · line, lines: up to a line feed, once or twice · counted: a length of so many
 * bytes, then that many.
 */
export type Argument =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'lines'; readonly count: 1 | 2 }
  | { readonly kind: 'counted'; readonly lengthBytes: 1 | 4 | 8; readonly holds: 'text' | 'bytes' };

export interface Opcode {
  readonly name: string;
  readonly argument: Argument;
}

const NONE: Argument = { kind: 'none' };
const LINE: Argument = { kind: 'lines', count: 1 };
const LINES: Argument = { kind: 'lines', count: 2 };
const fixed = (bytes: number): Argument => ({ kind: 'fixed', bytes });
const text = (lengthBytes: 1 | 4 | 8): Argument => ({
  kind: 'counted',
  lengthBytes,
  holds: 'text',
});
const raw = (lengthBytes: 1 | 4 | 8): Argument => ({
  kind: 'counted',
  lengthBytes,
  holds: 'bytes',
});

const TABLE: readonly (readonly [code: number | string, name: string, argument: Argument])[] = [
  ['(', 'MARK', NONE],
  ['.', 'STOP', NONE],
  ['0', 'POP', NONE],
  ['1', 'POP_MARK', NONE],
  ['2', 'DUP', NONE],
  ['F', 'FLOAT', LINE],
  ['I', 'INT', LINE],
  ['J', 'BININT', fixed(4)],
  ['K', 'BININT1', fixed(1)],
  ['L', 'LONG', LINE],
  ['M', 'BININT2', fixed(2)],
  ['N', 'NONE', NONE],
  ['P', 'PERSID', LINE],
  ['Q', 'BINPERSID', NONE],
  ['R', 'REDUCE', NONE],
  ['S', 'STRING', LINE],
  ['T', 'BINSTRING', text(4)],
  ['U', 'SHORT_BINSTRING', text(1)],
  ['V', 'UNICODE', LINE],
  ['X', 'BINUNICODE', text(4)],
  ['a', 'APPEND', NONE],
  ['b', 'BUILD', NONE],
  ['c', 'GLOBAL', LINES],
  ['d', 'DICT', NONE],
  ['}', 'EMPTY_DICT', NONE],
  ['e', 'APPENDS', NONE],
  ['g', 'GET', LINE],
  ['h', 'BINGET', fixed(1)],
  ['i', 'INST', LINES],
  ['j', 'LONG_BINGET', fixed(4)],
  ['l', 'LIST', NONE],
  [']', 'EMPTY_LIST', NONE],
  ['o', 'OBJ', NONE],
  ['p', 'PUT', LINE],
  ['q', 'BINPUT', fixed(1)],
  ['r', 'LONG_BINPUT', fixed(4)],
  ['s', 'SETITEM', NONE],
  ['t', 'TUPLE', NONE],
  [')', 'EMPTY_TUPLE', NONE],
  ['u', 'SETITEMS', NONE],
  ['G', 'BINFLOAT', fixed(8)],
  ['B', 'BINBYTES', raw(4)],
  ['C', 'SHORT_BINBYTES', raw(1)],
  [0x80, 'PROTO', fixed(1)],
  [0x81, 'NEWOBJ', NONE],
  [0x82, 'EXT1', fixed(1)],
  [0x83, 'EXT2', fixed(2)],
  [0x84, 'EXT4', fixed(4)],
  [0x85, 'TUPLE1', NONE],
  [0x86, 'TUPLE2', NONE],
  [0x87, 'TUPLE3', NONE],
  [0x88, 'NEWTRUE', NONE],
  [0x89, 'NEWFALSE', NONE],
  [0x8a, 'LONG1', raw(1)],
  [0x8b, 'LONG4', raw(4)],
  [0x8c, 'SHORT_BINUNICODE', text(1)],
  [0x8d, 'BINUNICODE8', text(8)],
  [0x8e, 'BINBYTES8', raw(8)],
  [0x8f, 'EMPTY_SET', NONE],
  [0x90, 'ADDITEMS', NONE],
  [0x91, 'FROZENSET', NONE],
  [0x92, 'NEWOBJ_EX', NONE],
  [0x93, 'STACK_GLOBAL', NONE],
  [0x94, 'MEMOIZE', NONE],
  [0x95, 'FRAME', fixed(8)],
  [0x96, 'BYTEARRAY8', raw(8)],
  [0x97, 'NEXT_BUFFER', NONE],
  [0x98, 'READONLY_BUFFER', NONE],
];

const codeOf = (code: number | string) => (typeof code === 'number' ? code : code.charCodeAt(0));

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  TABLE.map(([code, name, argument]) => [codeOf(code), { name, argument }]),
);
