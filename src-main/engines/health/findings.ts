/** How findings are made, put together and judged. Pure. */
import { formatBytes } from '../../../src-shared/domain/format.ts';
import type { CheckKind, Finding, Verdict } from '../../../src-shared/domain/health.ts';
import { worstOf } from '../../../src-shared/domain/health.ts';
import type { BundleProblem } from '../../formats/bundle-types.ts';
import type { FormFinding } from '../../formats/format.ts';
import type { SpeedFinding } from './speed.ts';

export type NewFinding = Omit<Finding, 'id' | 'modelId' | 'foundAt' | 'ignored'>;

/** The same cause has the same id, whenever it is found. */
export const findingId = ({ check, file }: Pick<NewFinding, 'check' | 'file'>) =>
  `${check}:${file ?? ''}`;

/**
 * What a check found, in place of what the same checks had found before. What is still there keeps its date and
 * the decision to ignore it, as long as it says the same.
 */
export function mergeFindings(
  known: readonly Finding[],
  found: readonly NewFinding[],
  { modelId, at, checks, files }: MergeContext,
): Finding[] {
  const isLookedAt = ({ check, file }: Finding) =>
    checks.has(check) && (files === null || file === undefined || files.has(file));
  const kept = known.filter((finding) => !isLookedAt(finding));
  const fresh = found.map((finding): Finding => {
    const id = findingId(finding);
    const before = known.find((other) => other.id === id);
    const isSame = before?.sentence === finding.sentence;
    const ignored = isSame && before.ignored ? { ignored: before.ignored } : {};
    return { ...finding, id, modelId, foundAt: isSame ? before.foundAt : at, ...ignored };
  });
  const ids = new Set(fresh.map(({ id }) => id));
  return [...kept.filter(({ id }) => !ids.has(id)), ...fresh];
}

export interface MergeContext {
  readonly modelId: string;
  readonly at: string;
  /** What was checked: older findings of these are replaced. */
  readonly checks: ReadonlySet<CheckKind>;
  /** Only findings of these files; `null` means all. */
  readonly files: ReadonlySet<string> | null;
}

export const verdictOf = (findings: readonly Finding[]): Verdict =>
  worstOf(findings.filter(({ ignored }) => !ignored).map(({ verdict }) => verdict));

export const missing = (file: string, sizeBytes: number): NewFinding => ({
  check: 'presence',
  verdict: 'incomplete',
  file,
  sentence: `${file} is missing (${formatBytes(sizeBytes)}).`,
  expected: formatBytes(sizeBytes),
  measured: 'not there',
});

export const otherSize = (file: string, sizeBytes: number, foundBytes: number): NewFinding => ({
  check: 'presence',
  verdict: 'damaged',
  file,
  sentence: `${file} has ${foundBytes} bytes where ${sizeBytes} were published.`,
  expected: `${sizeBytes} bytes`,
  measured: `${foundBytes} bytes`,
});

export const changedSince = (file: string, modifiedAt: number, provenAt: string): NewFinding => ({
  check: 'presence',
  verdict: 'suspect',
  file,
  sentence: `${file} was written to after it was last proven.`,
  expected: `not after ${provenAt}`,
  measured: new Date(modifiedAt).toISOString(),
});

/**
 * Headers that contradict the file. While the published digest can decide, that makes a file suspect; once the
 * digest was right, the file is odd but as published; where none was published the headers are the best proof. What
 * was published cut off stays suspect: nothing will be able to load it.
 */
export function oddForm(
  file: string,
  { kind, sentence, expected, measured }: FormFinding,
  proof: 'right' | 'open' | 'none',
): NewFinding | null {
  if (kind === 'uncheckable') return null;
  const right = kind === 'truncated' ? 'suspect' : 'unverifiable';
  const verdict = { right, open: 'suspect', none: 'damaged' } as const;
  const isPublished = proof === 'right';
  return {
    check: 'form',
    verdict: verdict[proof],
    file,
    sentence: isPublished
      ? `${file} is as it was published, but odd: ${lowerFirst(sentence)}`
      : `${file}: ${sentence}`,
    ...(expected !== undefined && { expected: String(expected) }),
    ...(measured !== undefined && { measured: String(measured) }),
  };
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** What is wrong with the files together, although each may be right by itself. */
export function bundleFinding({ kind, severity, sentence, paths }: BundleProblem): NewFinding[] {
  if (severity === 'note') return [];
  const verdict = kind === 'damaged' ? 'suspect' : 'incomplete';
  return [{ check: 'bundle', verdict, ...(paths[0] && { file: paths[0] }), sentence }];
}

/** @param pieces numbers of those that differ; `null` when it is not known which */
export function otherContent(
  file: string,
  { expected, measured }: { readonly expected: string; readonly measured: string },
  pieces: { readonly damaged: readonly number[]; readonly count: number } | null,
): NewFinding {
  const where = pieces
    ? ` ${describePieces(pieces.damaged)} of ${pieces.count} ${pieces.damaged.length === 1 ? 'differs' : 'differ'}.`
    : '';
  return {
    check: 'digest',
    verdict: 'damaged',
    file,
    sentence: `The bytes of ${file} are no longer those that were published.${where}`,
    expected,
    measured,
    ...(pieces && { pieces: [...pieces.damaged], pieceCount: pieces.count }),
  };
}

/** People count from one. */
function describePieces(pieces: readonly number[]): string {
  const shown = pieces.slice(0, 4).map((piece) => piece + 1);
  const more = pieces.length > shown.length ? ` and ${pieces.length - shown.length} more` : '';
  return `${pieces.length === 1 ? 'Piece' : 'Pieces'} ${shown.join(', ')}${more}`;
}

export const infected = (file: string, virus: string): NewFinding => ({
  check: 'safety',
  verdict: 'unsafe',
  file,
  sentence: `The virus scanner of this computer found ${virus} in ${file}.`,
});

/** Worth knowing; the model is as good as it was. */
export const slower = ({ usualRate, rate, cause }: SpeedFinding): NewFinding => ({
  check: 'speed',
  verdict: 'healthy',
  sentence: `It is slower than usual: ${cause.words}.`,
  expected: `about ${usualRate.toFixed(1)} tokens or steps per second`,
  measured: `about ${rate.toFixed(1)}`,
  suggestion: cause.suggestion,
});

export const unreadable = (file: string, problem: string): NewFinding => ({
  check: 'digest',
  verdict: 'suspect',
  file,
  sentence: `${file} could not be read: ${problem}`,
  suggestion: 'A disk that fails to read may be about to die. Back up what matters.',
});

export const nothingPublished = (files: readonly string[]): NewFinding => ({
  check: 'digest',
  verdict: 'unverifiable',
  sentence:
    files.length === 1
      ? `Its source publishes no digest of ${files[0]}; Larder can only say whether it changed since it came.`
      : `Its source publishes no digests; Larder can only say whether files changed since they came.`,
});
