/**
 * Whether loading a file could run code that is in it. Pickles are programs: what they would import is found without
 * running them, and only what is known to be harmless passes.
 */
import { ByteCursor } from '../byte-cursor.ts';
import { FormProblem, quote } from '../form-problem.ts';
import type { ByteSource } from '../format.ts';
import { gradeImport, type ImportGrade } from './import-policy.ts';
import { type Import, type PickleScan, scanPickle } from './pickle-imports.ts';
import { mayBePickled } from './pickle-names.ts';
import { openMember, readMembers, type ZipMember } from './zip-members.ts';

/** Raised with each change of what is found, or of what is allowed. */
export const SCANNER_VERSION = 2;

export interface GradedImport extends Import {
  readonly grade: ImportGrade;
}

export interface CodeReport {
  readonly verdict: 'safe' | 'unsafe' | 'unreadable';
  readonly scanner: number;
  /** What is not allowed, the worst first. */
  readonly imports: readonly GradedImport[];
  readonly sentence: string;
}

const HEAD_BYTES = 16;

/** Whether a file is of a kind that may hold pickles: by its name, or by its first bytes. */
export function canHoldCode(name: string, source: ByteSource): boolean {
  return kindOf(source) === 'pickle' || mayBePickled(name);
}

type Kind = 'zip' | 'pickle' | 'numpy' | 'text-pickle' | 'tar' | 'none';

function kindOf(source: ByteSource): Kind {
  const head = Buffer.from(source.read(0, HEAD_BYTES));
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return 'zip';
  if (head[0] === 0x80 && (head[1] ?? 9) <= 5) return 'pickle';
  if (head.subarray(0, 6).equals(Buffer.from('\x93NUMPY', 'latin1'))) return 'numpy';
  if (isTar(source)) return 'tar';
  return /^[(c\]}IS]/.test(head.toString('latin1')) ? 'text-pickle' : 'none';
}

const isTar = (source: ByteSource) =>
  Buffer.from(source.read(257, 5)).toString('latin1') === 'ustar';

/** Never throws but for errors of the disk. */
export function scanForCode(source: ByteSource): CodeReport {
  const found = new Findings();
  try {
    look(source, found, 0);
  } catch (thrown) {
    if (!(thrown instanceof FormProblem)) throw thrown;
    found.problem ??= thrown.message;
  }
  return found.report();
}

function look(source: ByteSource, found: Findings, depth: number): void {
  const kind = kindOf(source);
  if (kind === 'zip') lookInZip(source, found, depth);
  else if (kind === 'numpy') lookAtArray(source, found, depth);
  else if (kind === 'pickle' || kind === 'text-pickle') lookAtPickles(source, found, depth);
  else if (kind === 'tar') {
    found.problem ??= 'It is an archive of an old kind that Larder does not look into.';
  } else if (depth === 0) lookAtUnknown(source, found);
}

/** Numbers, most likely; but a pickle may begin with any operation. */
function lookAtUnknown(source: ByteSource, found: Findings): void {
  found.add(notByChance(scanPickle(new ByteCursor(source, MOST_READ_BYTES))));
}

const READABLE = /^[\x20-\x7e]{1,200}$/;

/** Numbers read as a pickle make no names that can be read, nor two words to make one of. */
function notByChance({ imports, words }: PickleScan): readonly Import[] {
  const isReadable = ({ module, name }: Import) => READABLE.test(module) && READABLE.test(name);
  return imports.filter((each) => (each.module === '?' ? words >= 2 : isReadable(each)));
}

const MOST_DEPTH = 4;
/** A tensor's bytes in a checkpoint of torch; programs read them as numbers. */
const STORAGE = /(^|\/)data\/\d+$/;

function lookInZip(source: ByteSource, found: Findings, depth: number): void {
  for (const member of readMembers(source)) {
    if (/\.(py|pyc|so|dll|dylib)$/i.test(member.name) && !isTorchScript(member)) {
      found.add([{ module: '?', name: member.name }]);
    }
    if (STORAGE.test(member.name) || member.sizeBytes === 0) continue;
    const content = openMember(source, member);
    const isPickle = /\.(pkl|pickle)$/i.test(member.name);
    if (isPickle) lookAtPickles(content, found, depth);
    else if (depth < MOST_DEPTH && kindOf(content) !== 'text-pickle')
      look(content, found, depth + 1);
  }
}

/** TorchScript keeps its program as text, which runs in an interpreter of its own. */
const isTorchScript = ({ name }: ZipMember) => /(^|\/)code\/.*\.py$/.test(name);

/** Bytes of the operations of one file; their arguments may be longer, and are skipped. */
const MOST_READ_BYTES = 2 ** 30;
/** torch wrote three before the one that counts. */
const MOST_PICKLES = 64;

/**
 * Pickles may follow each other; what follows the last of them is numbers. Only some say that they begin, so all that
 * follows is read as if it were one, as programs that load the next would do.
 */
function lookAtPickles(source: ByteSource, found: Findings, depth: number): void {
  const cursor = new ByteCursor(source, MOST_READ_BYTES);
  for (let count = 0; count < MOST_PICKLES && cursor.remaining > 0; count += 1) {
    const begins = beginsPickle(source, cursor.position);
    const scan = scanPickle(cursor);
    const { nested, problem } = scan;
    // A count of 384 numbers begins as a pickle does, too.
    const isCertain = count === 0 || (begins && problem === null);
    found.add(isCertain ? scan.imports : notByChance(scan));
    if (problem !== null) {
      if (count === 0) found.problem ??= problem;
      return;
    }
    if (nested.length > 0 && depth >= MOST_DEPTH) found.problem ??= 'Pickles lie in pickles.';
    else for (const bytes of nested) lookAtPickles(memory(bytes), found, depth + 1);
  }
}

const beginsPickle = (source: ByteSource, offset: number) => {
  const [first = 0, protocol = 9] = source.read(offset, 2);
  return first === 0x80 && protocol <= 5;
};

const memory = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

const MOST_ARRAY_HEADER_BYTES = 2 ** 20;

/** Arrays of Python objects are pickled behind the header. @see numpy.lib.format */
function lookAtArray(source: ByteSource, found: Findings, depth: number): void {
  const head = Buffer.from(source.read(0, 12));
  if (head.length < 12) return;
  const isOld = head[6] === 1;
  const start = isOld ? 10 : 12;
  const length = isOld ? head.readUInt16LE(8) : head.readUInt32LE(8);
  if (length > MOST_ARRAY_HEADER_BYTES) {
    found.problem ??= 'The header of the array is too long.';
    return;
  }
  const header = Buffer.from(source.read(start, length)).toString('latin1');
  if (!/'descr'\s*:\s*'\|?O/.test(header)) return;
  const behind = start + length;
  const rest: ByteSource = {
    sizeBytes: Math.max(0, source.sizeBytes - behind),
    read: (offset, count) => source.read(behind + offset, count),
  };
  lookAtPickles(rest, found, depth + 1);
}

const MOST_TOLD = 200;

class Findings {
  problem: string | null = null;
  readonly #imports = new Map<string, GradedImport>();

  add(imports: readonly Import[]): void {
    for (const each of imports) {
      const grade = gradeImport(each);
      if (grade !== 'allowed') this.#imports.set(`${each.module} ${each.name}`, { ...each, grade });
    }
  }

  report(): CodeReport {
    const imports = [...this.#imports.values()]
      .toSorted((a, b) => Number(b.grade === 'dangerous') - Number(a.grade === 'dangerous'))
      .slice(0, MOST_TOLD);
    const scanner = SCANNER_VERSION;
    if (imports.length > 0) {
      return { verdict: 'unsafe', scanner, imports, sentence: describeImports(imports) };
    }
    if (this.problem !== null) {
      const sentence = `It could not be read to its end, so nobody knows what it would run. ${this.problem}`;
      return { verdict: 'unreadable', scanner, imports, sentence };
    }
    const sentence = 'It imports nothing but containers and tensors.';
    return { verdict: 'safe', scanner, imports, sentence };
  }
}

function describeImports(imports: readonly GradedImport[]): string {
  const [worst] = imports;
  const told = imports.slice(0, 5).map((each) => quote(nameOf(each)));
  const more = imports.length > told.length ? ` and ${imports.length - told.length} more` : '';
  return worst?.grade === 'dangerous'
    ? `Loading it would run code: it imports ${told.join(', ')}${more}.`
    : `Loading it may run code: it imports ${told.join(', ')}${more}, which checkpoints have no need of.`;
}

const nameOf = ({ module, name }: Import) =>
  module === '?'
    ? `something that cannot be followed${name === '?' ? '' : ` (${name})`}`
    : `${module}.${name}`;
