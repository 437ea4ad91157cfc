/** The form of one file: whether it is what its name says, and whole, without looking at its weights. */
import { type Expectation, expectationOf, mayBeBare, mayBeCompressed } from './expectation.ts';
import { truncatedIn } from './form-problem.ts';
import type { ByteSource, FormatName, FormDepth, FormFinding, FormReport } from './format.ts';
import { parseGguf } from './gguf.ts';
import { checkJson } from './json-form.ts';
import { parseOnnx } from './onnx.ts';
import { parseSafetensors } from './safetensors.ts';
import { type Foreign, SNIFF_BYTES, type Sniffed, sniff } from './sniff.ts';
import { checkZipEnd } from './zip-end.ts';

export interface FormQuestion {
  /** Path or name, for what it says of the format. */
  readonly name: string;
  readonly depth: FormDepth;
}

/**
 * Reads little of the file: for `quick` at most some hundred kilobytes. What torch wrote is only recognised; what
 * its pickles would do is looked at elsewhere.
 * @throws errors of the disk, as they come
 */
export function checkForm(source: ByteSource, { name, depth }: FormQuestion): FormReport {
  const expectation = expectationOf(name);
  if (source.sizeBytes === 0) return reportEmpty(expectation);
  const sniffed = sniff(source.read(0, Math.min(SNIFF_BYTES, source.sizeBytes)));
  const finding = findForeign(sniffed, expectation, name);
  if (finding) return { format: sniffed.format, findings: [finding], metadata: {} };
  const report = parse(source, formatOf(sniffed, expectation), depth);
  if (report) return named(report, sniffed, expectation);
  return {
    format: 'unknown',
    findings: unknownFindings(expectation, source.sizeBytes),
    metadata: {},
  };
}

/** Files for people, and those that say nothing by their name, may be empty. */
function reportEmpty({ kind }: Expectation): FormReport {
  const isFine = kind === 'text' || kind === 'any';
  const findings = isFine ? [] : [truncatedIn('its first bytes', 0).finding];
  return { format: 'unknown', findings, metadata: {} };
}

function findForeign(
  { format, found }: Sniffed,
  expectation: Expectation,
  name: string,
): FormFinding | undefined {
  if (found && isOutOfPlace(found, expectation, name)) {
    const kind = found.kind === 'zeros' ? 'malformed' : 'imposter';
    return { kind, sentence: `The file is ${found.words}.` };
  }
  const isJsonForWeights = format === 'json' && WEIGHTS.has(expectation.kind);
  const isAnother =
    expectation.kind === 'one' && format !== 'unknown' && format !== expectation.format;
  if (!isJsonForWeights && !isAnother) return undefined;
  return { kind: 'imposter', sentence: `The file is ${WORDS[format]}, unlike its name says.` };
}

const WEIGHTS: ReadonlySet<Expectation['kind']> = new Set(['one', 'torch', 'weights']);

const WORDS: Readonly<Record<FormatName, string>> = {
  gguf: 'a GGUF file',
  safetensors: 'a safetensors file',
  onnx: 'an ONNX graph',
  'torch-zip': 'a zip archive',
  pickle: 'a pickle',
  json: 'a JSON text',
  unknown: 'something else',
};

function isOutOfPlace(found: Foreign, { kind }: Expectation, name: string): boolean {
  const isWeights = WEIGHTS.has(kind);
  switch (found.kind) {
    case 'pointer':
      return true;
    case 'web-page':
      return isWeights || kind === 'json' || kind === 'binary';
    case 'message':
      return isWeights || kind === 'binary';
    case 'archive':
      return kind === 'one' || (kind === 'torch' && !mayBeCompressed(name));
    case 'zeros':
      return kind === 'one' || kind === 'json' || (kind === 'torch' && !mayBeBare(name));
  }
}

/** Where the name allows one format only, its parser says what is wrong with the file. */
function formatOf({ format }: Sniffed, expectation: Expectation): FormatName {
  if (expectation.kind === 'one') return expectation.format;
  if (expectation.kind === 'json') return 'json';
  // Templates look like JSON at their start, and a few bytes look like a graph.
  const isByChance = format === 'json' || format === 'onnx';
  return isByChance || expectation.kind === 'text' ? 'unknown' : format;
}

function parse(source: ByteSource, format: FormatName, depth: FormDepth): FormReport | undefined {
  switch (format) {
    case 'gguf':
      return parseGguf(source, depth);
    case 'safetensors':
      return parseSafetensors(source, depth);
    case 'onnx':
      return parseOnnx(source, depth);
    case 'json':
      return checkJson(source, depth);
    case 'torch-zip':
      return reportZip(source);
    case 'pickle':
      return { format, findings: [], metadata: {} };
    case 'unknown':
      return undefined;
  }
}

function reportZip(source: ByteSource): FormReport {
  const finding = checkZipEnd(source);
  if (finding) return { format: 'torch-zip', findings: [finding], metadata: {} };
  return { format: 'torch-zip', findings: [], expectedBytes: source.sizeBytes, metadata: {} };
}

/** A parser that was tried for the name's sake may not have found its format; and not every zip is of torch. */
function named(report: FormReport, { format }: Sniffed, { kind }: Expectation): FormReport {
  if (report.format === 'torch-zip' && kind !== 'torch') return { ...report, format: 'unknown' };
  const isFound = report.format === format || report.findings.length === 0;
  return isFound ? report : { ...report, format };
}

/** No weights are shorter: not even an empty pickle. */
const MIN_WEIGHTS_BYTES = 4;

function unknownFindings({ kind }: Expectation, sizeBytes: number): FormFinding[] {
  if (kind !== 'torch' && kind !== 'weights') return [];
  if (sizeBytes < MIN_WEIGHTS_BYTES) return [truncatedIn('its first bytes', sizeBytes).finding];
  return [{ kind: 'uncheckable', sentence: 'Larder does not know the format of the file.' }];
}
