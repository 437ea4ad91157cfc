/** Damaged pickles for the scanner: whatever it is given it ends, reads little, and never calls danger safe. */
import type { ByteSource } from '../../src-main/formats/format.ts';
import { scanForCode } from '../../src-main/formats/safety/scan.ts';
import { createSeededRandom } from '../hub/seeded-random.ts';
import { countingSource, memorySource } from '../support/formats/sources.ts';
import { buildStoredZip } from '../support/formats/stored-zip.ts';
import { calling, op, pickle, stateDictionary } from '../support/pickles/pickle-writer.ts';

interface Fuzzed {
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not be, with the seed it came from. */
  readonly problems: readonly string[];
}

const SAFE = stateDictionary('layer.weight', 'layer.bias');
const BAD = calling('os', 'system');
/** Of the dangerous one, up to its import. */
const HEAD = BAD.subarray(0, BAD.indexOf('system\n') + 'system\n'.length);
const ORIGINALS: readonly Buffer[] = [
  SAFE,
  BAD,
  Buffer.concat([SAFE, BAD]),
  pickle(op.proto(), op.bytes(BAD), op.stop),
  Buffer.from(
    buildStoredZip({ files: { 'a/data.pkl': SAFE, 'a/data/0': Buffer.alloc(64) } }).bytes,
  ),
  Buffer.from(buildStoredZip({ files: { 'a/data.pkl': BAD } }).bytes),
];
/** Reads of one byte are many where a pickle has lines; they come from a window. */
const MOST_READ_TIMES = 64;

export function fuzzPickles({
  seed,
  runs,
}: {
  readonly seed: number;
  readonly runs: number;
}): Fuzzed {
  const outcomes: Record<string, number> = {};
  const problems: string[] = [];
  for (let run = seed; run < seed + runs; run += 1) {
    const random = createSeededRandom(run);
    const original = ORIGINALS[Math.floor(random() * ORIGINALS.length)] ?? SAFE;
    const damaged = damage(original, random);
    const source = countingSource(memorySource(damaged));
    const verdict = verdictOf(source);
    outcomes[verdict] = (outcomes[verdict] ?? 0) + 1;
    if (verdict.startsWith('threw')) problems.push(`seed ${run}: ${verdict}`);
    const most = MOST_READ_TIMES * (damaged.length + 4_096);
    if (source.requestedBytes > most) problems.push(`seed ${run}: read ${source.requestedBytes}`);
    // What comes before the import, and the import itself, was left as it is.
    const isWhole = original === BAD && damaged.subarray(0, HEAD.length).equals(HEAD);
    if (isWhole && verdict === 'safe') problems.push(`seed ${run}: an import was not seen`);
  }
  return { outcomes, problems };
}

function verdictOf(source: ByteSource): string {
  try {
    return scanForCode(source).verdict;
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

function damage(original: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(original);
  const place = () => Math.floor(random() * bytes.length);
  for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
    const kind = random();
    if (kind < 0.4) bytes[place()] = Math.floor(random() * 256);
    else if (kind < 0.6) bytes.fill(0xff, place(), place());
    else if (kind < 0.8) bytes.copy(bytes, place(), place());
    else return bytes.subarray(0, place());
  }
  return bytes;
}
