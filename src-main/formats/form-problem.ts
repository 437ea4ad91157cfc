/** How a parser gives up: it throws what it found, and its entry point turns that into a finding. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { FormDepth, FormFinding } from './format.ts';

export class FormProblem extends Error {
  readonly finding: FormFinding;

  constructor(finding: FormFinding) {
    super(finding.sentence);
    this.finding = finding;
  }
}

/** More of the file would have to be read than the depth of the check allows. */
export class ReadLimitReached extends FormProblem {}

/**
 * Runs a parser to its end or to where it gave up.
 * @throws whatever is no {@link FormProblem}, such as an error of the disk
 */
export function problemOf(parse: () => void): FormProblem | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FormProblem) return thrown;
    throw thrown;
  }
}

/** That not all of a long header was read is no fault of the file when only a quick look was asked for. */
export function findingsOf(problem: FormProblem, depth: FormDepth): FormFinding[] {
  return problem instanceof ReadLimitReached && depth === 'quick' ? [] : [problem.finding];
}

export const malformed = (sentence: string) => new FormProblem({ kind: 'malformed', sentence });

export const uncheckable = (sentence: string) => new FormProblem({ kind: 'uncheckable', sentence });

/** @param where completes "The file ends in …" */
export function truncatedIn(where: string, sizeBytes: number): FormProblem {
  const sentence = sizeBytes === 0 ? 'The file is empty.' : `The file ends in ${where}.`;
  return new FormProblem({ kind: 'truncated', sentence, measured: sizeBytes });
}

/** Compares a file with what its headers say; `slackBytes` may follow without being wrong. */
export function checkLength(
  sizeBytes: number,
  expectedBytes: number,
  slackBytes = 0,
): FormFinding | undefined {
  const facts = { expected: expectedBytes, measured: sizeBytes };
  if (sizeBytes < expectedBytes) {
    const lacking = formatBytes(expectedBytes - sizeBytes);
    const sentence = `The file ends too early: it lacks ${lacking} of ${formatBytes(expectedBytes)}.`;
    return { kind: 'truncated', sentence, ...facts };
  }
  const surplus = sizeBytes - expectedBytes;
  if (surplus <= slackBytes) return undefined;
  const sentence = `The file goes on for ${formatBytes(surplus)} after its end.`;
  return { kind: 'oversized', sentence, ...facts };
}

/** A name or path from a file, fit for a sentence: not too long, and without what would break the line. */
export function printable(text: string, mostCharacters = 200): string {
  const plain = text.slice(0, 2 * mostCharacters).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  const characters = [...plain];
  const isWhole = characters.length <= mostCharacters && text.length <= 2 * mostCharacters;
  return isWhole ? plain : `${characters.slice(0, mostCharacters).join('')}…`;
}

const MAX_QUOTED_CHARACTERS = 80;

export const quote = (name: string) => `“${printable(name, MAX_QUOTED_CHARACTERS)}”`;
