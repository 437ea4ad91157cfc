/** Pickles made by hand, operation by operation: what no pickler would write as well. */

type Part = Uint8Array | string;

const bytesOf = (part: Part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part);

export const pickle = (...parts: readonly Part[]): Buffer => Buffer.concat(parts.map(bytesOf));

export const op = {
  proto: (version = 4) => Buffer.of(0x80, version),
  stop: '.',
  mark: '(',
  none: 'N',
  emptyTuple: ')',
  emptyDict: '}',
  tuple: 't',
  tuple1: Buffer.of(0x85),
  reduce: 'R',
  build: 'b',
  pop: '0',
  stackGlobal: Buffer.of(0x93),
  memoize: Buffer.of(0x94),
  newobj: Buffer.of(0x81),
  persistentId: 'Q',
  setItems: 'u',
  obj: 'o',
  global: (module: string, name: string) => `c${module}\n${name}\n`,
  inst: (module: string, name: string) => `i${module}\n${name}\n`,
  text: (value: string) => Buffer.concat([Buffer.of(0x8c, value.length), Buffer.from(value)]),
  bytes: (value: Uint8Array) => {
    const head = Buffer.alloc(5);
    head.write('B', 'latin1');
    head.writeUInt32LE(value.length, 1);
    return Buffer.concat([head, value]);
  },
  int: (value: number) => Buffer.of('K'.charCodeAt(0), value),
  put: (place: number) => Buffer.of('q'.charCodeAt(0), place),
  get: (place: number) => Buffer.of('h'.charCodeAt(0), place),
  extension: (code: number) => Buffer.of(0x82, code),
} as const;

/** As torch writes a tensor of a state dictionary. */
export const tensor = (name: string): Part[] => [
  op.text(name),
  op.global('torch._utils', '_rebuild_tensor_v2'),
  op.mark,
  op.mark,
  op.text('storage'),
  op.global('torch', 'FloatStorage'),
  op.text('0'),
  op.text('cpu'),
  op.int(4),
  op.tuple,
  op.persistentId,
  op.int(0),
  op.mark,
  op.int(4),
  op.tuple,
  op.mark,
  op.int(1),
  op.tuple,
  Buffer.of(0x89),
  op.global('collections', 'OrderedDict'),
  op.emptyTuple,
  op.reduce,
  op.tuple,
  op.reduce,
];

export const stateDictionary = (...names: readonly string[]) =>
  pickle(
    op.proto(2),
    op.global('collections', 'OrderedDict'),
    op.emptyTuple,
    op.reduce,
    op.mark,
    ...names.flatMap(tensor),
    op.setItems,
    op.stop,
  );

/** Calls one function with one text. */
export const calling = (module: string, name: string, argument = 'true') =>
  pickle(op.proto(), op.global(module, name), op.text(argument), op.tuple1, op.reduce, op.stop);
