/**
 * Damaged files by the thousand for the parsers of file forms, each drawn from its seed. Whatever a file holds, a
 * parser ends with a report, asks for nothing outside of the file and for little of it, and keeps no more than the
 * file has; and it calls in order only what is as long as its headers tell.
 */
import { describeBundle } from '../../src-main/formats/bundle.ts';
import { checkForm } from '../../src-main/formats/check-form.ts';
import type { FormDepth, FormReport } from '../../src-main/formats/format.ts';
import { parseGguf } from '../../src-main/formats/gguf.ts';
import { parseConfigFacts, parseModelIndex } from '../../src-main/formats/model-index.ts';
import { parseOnnx } from '../../src-main/formats/onnx.ts';
import { parseSafetensors } from '../../src-main/formats/safetensors.ts';
import { parseShardIndex } from '../../src-main/formats/shard-index.ts';
import { createSeededRandom } from '../hub/seeded-random.ts';
import {
  GGUF_SAMPLES,
  JSON_SAMPLES,
  ONNX_SAMPLES,
  SAFETENSORS_SAMPLES,
  SAMPLES,
  type SampleFile,
  ZIP_SAMPLES,
} from '../support/formats/good-files.ts';
import { countingSource, memorySource } from '../support/formats/sources.ts';
import { damage } from './formats-mutations.ts';

export interface FuzzPlan {
  /** Of the first file; each further one has the next. */
  readonly seed: number;
  /** Files for each parser. */
  readonly runs: number;
}

export interface FuzzReport {
  /** Parser → what it said → how often. `in order` is no finding at all. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Broken promises, each with the seed that shows it. */
  readonly problems: readonly string[];
}

/** What a parser does with a damaged file. @returns promises it broke, after telling what it found */
type Trial = (sample: SampleFile, bytes: Uint8Array, tell: (outcome: string) => void) => string[];

interface Target {
  readonly samples: readonly SampleFile[];
  readonly run: Trial;
}

const QUICK_BYTES = 300 * 1024;
/** Ends of windows are read again with the next one. */
const REREAD_BYTES = 8 * 1024;
const DEPTHS: readonly FormDepth[] = ['quick', 'structure'];

const TARGETS: Readonly<Record<string, Target>> = {
  gguf: { samples: GGUF_SAMPLES, run: tryParser(parseGguf) },
  safetensors: { samples: SAFETENSORS_SAMPLES, run: tryParser(parseSafetensors) },
  onnx: { samples: ONNX_SAMPLES, run: tryParser(parseOnnx) },
  json: { samples: JSON_SAMPLES, run: tryDescriptions },
  form: { samples: [...ZIP_SAMPLES, ...SAMPLES], run: tryForm },
};

export const FUZZ_TARGETS: readonly string[] = Object.keys(TARGETS);

export function fuzzFormats({ seed, runs }: FuzzPlan): FuzzReport {
  const outcomes: Record<string, Record<string, number>> = {};
  const problems: string[] = [];
  const foreign = SAMPLES.map(({ bytes }) => bytes);
  for (const [name, target] of Object.entries(TARGETS)) {
    const counts: Record<string, number> = {};
    outcomes[name] = counts;
    const tell = (outcome: string) => {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    };
    for (let next = seed; next < seed + runs; next += 1) {
      const random = createSeededRandom(next);
      const sample = target.samples[Math.floor(random() * target.samples.length)] as SampleFile;
      const bytes = damage(sample.bytes, random, foreign);
      const broken = attempt(() => target.run(sample, bytes, tell));
      problems.push(
        ...broken.map((promise) => `seed ${next}, ${name}, ${sample.name}: ${promise}`),
      );
    }
  }
  return { outcomes, problems };
}

function attempt(run: () => string[]): string[] {
  try {
    return run();
  } catch (thrown) {
    return [`threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`];
  }
}

function tryParser(parse: typeof parseGguf): Trial {
  return (_, bytes, tell) => DEPTHS.flatMap((depth) => judge(bytes, { depth, parse, tell }));
}

function tryForm(sample: SampleFile, bytes: Uint8Array, tell: (outcome: string) => void): string[] {
  const parse: typeof parseGguf = (source, depth) => {
    const report = checkForm(source, { name: sample.name, depth });
    describeBundle({ files: [{ path: sample.name, sizeBytes: bytes.length, report }] });
    return report;
  };
  return DEPTHS.flatMap((depth) => judge(bytes, { depth, parse, tell }));
}

/** What describes other files is never more than an outcome; a bundle has to bear all of it. */
function tryDescriptions(
  { name }: SampleFile,
  bytes: Uint8Array,
  tell: (outcome: string) => void,
): string[] {
  const shards = parseShardIndex(bytes);
  const pipeline = parseModelIndex(bytes);
  parseConfigFacts(bytes);
  tell(shards.index || pipeline.index ? 'in order' : pipeline.finding.kind);
  const file = { path: name, sizeBytes: bytes.length };
  const { problems } = describeBundle({ files: [file], descriptions: new Map([[name, bytes]]) });
  const outside = [...(shards.index?.files.keys() ?? [])].filter((path) =>
    /^\/|\.\.(\/|$)/.test(path),
  );
  const long = problems.filter(({ sentence }) => sentence.length > MAX_SENTENCE);
  return [
    ...outside.map((path) => `led out of the folder, to ${path}`),
    ...long.map(({ sentence }) => `a sentence of ${sentence.length} characters`),
  ];
}

interface Question {
  readonly depth: FormDepth;
  readonly parse: typeof parseGguf;
  readonly tell: (outcome: string) => void;
}

function judge(bytes: Uint8Array, { depth, parse, tell }: Question): string[] {
  const source = countingSource(memorySource(bytes));
  const report = parse(source, depth);
  if (depth === 'structure') tell(report.findings[0]?.kind ?? 'in order');
  const mostBytes = Math.min(
    depth === 'quick' ? QUICK_BYTES : Number.POSITIVE_INFINITY,
    2 * bytes.length + REREAD_BYTES,
  );
  const checks: readonly (readonly [boolean, string])[] = [
    [source.outside === 0, 'read outside of the file'],
    [source.requestedBytes <= mostBytes, `read ${source.requestedBytes} of ${bytes.length} bytes`],
    ...keepsLittle(report, bytes.length),
    ...isConsistent(report, bytes.length),
  ];
  return checks.flatMap(([holds, promise]) => (holds ? [] : [`${depth}: ${promise}`]));
}

const MAX_SENTENCE = 600;

function keepsLittle(report: FormReport, sizeBytes: number): (readonly [boolean, string])[] {
  const { findings, metadata, tensorNames = [], externalFiles = [] } = report;
  const texts = Object.values(metadata).filter((value) => typeof value === 'string');
  const { parameterCount = 0 } = metadata;
  return [
    [findings.length <= 1, `${findings.length} findings`],
    [tensorNames.length <= sizeBytes, `${tensorNames.length} tensors`],
    [externalFiles.length <= sizeBytes, `${externalFiles.length} files beside it`],
    [texts.every((text) => text.length <= sizeBytes), 'more text than there is'],
    [Number.isFinite(parameterCount) && parameterCount >= 0, `${parameterCount} parameters`],
    [
      findings.every(
        ({ sentence }) => sentence.length <= MAX_SENTENCE && !/\p{Cc}/u.test(sentence),
      ),
      'a sentence nobody can read',
    ],
    [
      externalFiles.every(({ path }) => !/^\/|\\|(^|\/)\.\.(\/|$)/.test(path)),
      'a file outside of the folder',
    ],
  ];
}

/** A page at the end of a GGUF file may be filled. */
const SLACK_BYTES = 4096 + 256;

function isConsistent(report: FormReport, sizeBytes: number): (readonly [boolean, string])[] {
  const { expectedBytes, findings } = report;
  if (findings.length > 0 || expectedBytes === undefined) return [];
  const surplus = sizeBytes - expectedBytes;
  const slack = report.format === 'gguf' ? SLACK_BYTES : 0;
  return [[Math.abs(surplus) <= slack, `in order, but ${surplus} bytes too long`]];
}
