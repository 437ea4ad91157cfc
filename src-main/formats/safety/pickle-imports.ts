/**
 * What a pickle would import if it were loaded, found without loading it: its operations are followed with values
 * that stand for what they would make. What cannot be followed counts as an import nobody knows.
 */
import type { ByteCursor } from '../byte-cursor.ts';
import { FormProblem } from '../form-problem.ts';
import { type Operation, readOperation } from './pickle-stream.ts';

export interface Import {
  /** `?` for what could not be followed. */
  readonly module: string;
  readonly name: string;
}

export interface PickleScan {
  readonly imports: readonly Import[];
  /** Byte strings that look like pickles themselves. */
  readonly nested: readonly Uint8Array[];
  /** How many readable texts it makes: names are made of such. */
  readonly words: number;
  /** Why the stream could not be read to its end. */
  readonly problem: string | null;
}

/** Of more than one letter: chance makes single ones. */
const WORD = /^[\x20-\x7e]{2,200}$/;

const UNKNOWN: Import = { module: '?', name: '?' };

type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'import' }
  | { readonly kind: 'mark' }
  | { readonly kind: 'other' };

const OTHER: Value = { kind: 'other' };
const MARK: Value = { kind: 'mark' };
const IMPORT: Value = { kind: 'import' };

/** Enough for models of a million tensors; more is a bomb. */
const MOST_VALUES = 20_000_000;
const MOST_IMPORTS = 10_000;
const MOST_NESTED = 1_000;

/** Reads one pickle, up to its end or to where it breaks. */
export function scanPickle(cursor: ByteCursor): PickleScan {
  const machine = new Machine();
  try {
    for (let count = 0; ; count += 1) {
      const operation = readOperation(cursor);
      if (operation.name === 'STOP') return machine.result(null);
      // Only the first says which protocol it is.
      if (operation.name === 'PROTO' && count > 0) machine.note(UNKNOWN);
      const action = ACTIONS.get(operation.name);
      if (action) action(machine, operation);
      else machine.push(OTHER);
      if (machine.isFull) return machine.result('It makes more values than any model has.');
    }
  } catch (thrown) {
    if (thrown instanceof FormProblem) return machine.result(thrown.message);
    throw thrown;
  }
}

class Machine {
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();
  readonly #imports = new Map<string, Import>();
  readonly #nested: Uint8Array[] = [];
  #made = 0;
  #words = 0;

  get isFull(): boolean {
    return this.#made > MOST_VALUES;
  }

  note(found: Import): void {
    if (this.#imports.size < MOST_IMPORTS) {
      this.#imports.set(`${found.module} ${found.name}`, found);
    }
  }

  /** @param fromTop 1 is the top */
  peek(fromTop: number): Value | undefined {
    return this.#stack.at(-fromTop);
  }

  push(value: Value): void {
    this.#made += 1;
    if (value.kind === 'text' && WORD.test(value.text)) this.#words += 1;
    this.#stack.push(value);
  }

  drop(count: number): void {
    this.#stack.length = Math.max(0, this.#stack.length - count);
  }

  /** @returns what lay on the mark */
  dropToMark(): Value | undefined {
    const mark = Math.max(0, this.#stack.lastIndexOf(MARK));
    const first = this.#stack[mark + 1];
    this.#stack.length = mark;
    return first;
  }

  import(module: Value | undefined, name: Value | undefined): void {
    const isKnown = module?.kind === 'text' && name?.kind === 'text';
    this.note(isKnown ? { module: module.text, name: name.text } : UNKNOWN);
    this.push(IMPORT);
  }

  /** What is called has to be an import; anything else came from a call, and could be anything. */
  call(callee: Value | undefined): void {
    if (callee?.kind !== 'import') this.note(UNKNOWN);
    this.push(OTHER);
  }

  remember(place = this.#memo.size): void {
    this.#made += 1;
    this.#memo.set(place, this.#stack.at(-1) ?? OTHER);
  }

  recall(place: number): void {
    this.push(this.#memo.get(place) ?? OTHER);
  }

  pushBytes(bytes: Uint8Array | null | undefined): void {
    if (bytes && looksLikePickle(bytes) && this.#nested.length < MOST_NESTED) {
      this.#nested.push(bytes);
    }
    this.push(OTHER);
  }

  result(problem: string | null): PickleScan {
    const imports = [...this.#imports.values()];
    return { imports, nested: this.#nested, words: this.#words, problem };
  }
}

type Action = (machine: Machine, operation: Operation) => void;

const nothing: Action = () => {};
const pushText: Action = (machine, { text }) =>
  machine.push(text === null || text === undefined ? OTHER : { kind: 'text', text });
const pushBytes: Action = (machine, { bytes }) => machine.pushBytes(bytes);
const dropToMark: Action = (machine) => void machine.dropToMark();
const drop =
  (count: number): Action =>
  (machine) =>
    machine.drop(count);
/** Makes one value of the topmost. */
const replace =
  (count: number): Action =>
  (machine) => {
    machine.drop(count);
    machine.push(OTHER);
  };
const collect: Action = (machine) => {
  machine.dropToMark();
  machine.push(OTHER);
};
/** @param place of what is called, from the top; all above it are arguments */
const call =
  (place: number): Action =>
  (machine) => {
    const callee = machine.peek(place);
    machine.drop(place);
    machine.call(callee);
  };
const extension: Action = (machine) => machine.import(undefined, undefined);
const rememberAt: Action = (machine, { number }) => machine.remember(number);
const recallAt: Action = (machine, { number }) => machine.recall(number ?? Number.NaN);
const asText = (text: string | null | undefined): Value => ({ kind: 'text', text: text ?? '?' });

/** What each operation does to the stack; those not named push one value. */
const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['PROTO', nothing],
  ['FRAME', nothing],
  ['READONLY_BUFFER', nothing],
  ['MARK', (machine) => machine.push(MARK)],
  ['POP', drop(1)],
  ['POP_MARK', dropToMark],
  ['DUP', (machine) => machine.push(machine.peek(1) ?? OTHER)],
  ['GLOBAL', (machine, { text, second }) => machine.import(asText(text), asText(second))],
  [
    'STACK_GLOBAL',
    (machine) => {
      const [module, name] = [machine.peek(2), machine.peek(1)];
      machine.drop(2);
      machine.import(module, name);
    },
  ],
  [
    'INST',
    (machine, { text, second }) => {
      machine.dropToMark();
      machine.import(asText(text), asText(second));
    },
  ],
  ['EXT1', extension],
  ['EXT2', extension],
  ['EXT4', extension],
  ['REDUCE', call(2)],
  ['NEWOBJ', call(2)],
  ['NEWOBJ_EX', call(3)],
  ['OBJ', (machine) => machine.call(machine.dropToMark())],
  ['BUILD', drop(1)],
  ['APPEND', drop(1)],
  ['SETITEM', drop(2)],
  ['APPENDS', dropToMark],
  ['SETITEMS', dropToMark],
  ['ADDITEMS', dropToMark],
  ['TUPLE', collect],
  ['LIST', collect],
  ['DICT', collect],
  ['FROZENSET', collect],
  ['TUPLE1', replace(1)],
  ['TUPLE2', replace(2)],
  ['TUPLE3', replace(3)],
  ['BINPERSID', replace(1)],
  ['STRING', (machine, operation) => machine.push(unquoted(operation))],
  ['UNICODE', pushText],
  ['BINSTRING', pushText],
  ['SHORT_BINSTRING', pushText],
  ['BINUNICODE', pushText],
  ['BINUNICODE8', pushText],
  ['SHORT_BINUNICODE', pushText],
  ['BINBYTES', pushBytes],
  ['SHORT_BINBYTES', pushBytes],
  ['BINBYTES8', pushBytes],
  ['BYTEARRAY8', pushBytes],
  ['MEMOIZE', (machine) => machine.remember()],
  ['BINPUT', rememberAt],
  ['LONG_BINPUT', rememberAt],
  ['PUT', (machine, { text }) => machine.remember(Number(text))],
  ['BINGET', recallAt],
  ['LONG_BINGET', recallAt],
  ['GET', (machine, { text }) => machine.recall(Number(text))],
]);

/** Protocol 0 writes texts in quotation marks. */
function unquoted({ text }: Operation): Value {
  const [, inner] =
    /^(?:'(.*)'|"(.*)")$/s.exec(text ?? '')?.filter((part) => part !== undefined) ?? [];
  return inner === undefined ? OTHER : { kind: 'text', text: inner };
}

const PROTO = 0x80;
const STOP = 0x2e;

function looksLikePickle(bytes: Uint8Array): boolean {
  const [first = 0, protocol = 0] = bytes;
  const isBinary = first === PROTO && protocol <= 5;
  const isText = first === 'c'.charCodeAt(0) || first === '('.charCodeAt(0);
  return isBinary || (isText && bytes.at(-1) === STOP);
}
