/** Health in the words and looks of the window. Pure. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { Finding, ModelHealth, RepairCost, Verdict } from '../../src-shared/domain/health.ts';
import type { Tone } from './model-status.ts';
import { counted } from './words.ts';

interface VerdictLook {
  readonly words: string;
  readonly tone: Tone;
}

export const VERDICTS: Readonly<Record<Verdict, VerdictLook>> = {
  unsafe: { words: 'Unsafe', tone: 'problem' },
  damaged: { words: 'Damaged', tone: 'problem' },
  incomplete: { words: 'Incomplete', tone: 'waiting' },
  suspect: { words: 'Suspect', tone: 'waiting' },
  offline: { words: 'Offline', tone: 'idle' },
  unverifiable: { words: 'Unverifiable', tone: 'idle' },
  healthy: { words: 'Healthy', tone: 'ready' },
};

/** Worst first; the same order as in the lists. */
export const VERDICT_ORDER = Object.keys(VERDICTS) as Verdict[];

/** Models still on their way are incomplete as well, which their row says already. */
export const isBadged = (verdict: Verdict) => needsAttention({ verdict });

export const needsAttention = ({ verdict }: Pick<ModelHealth, 'verdict'>) =>
  verdict === 'unsafe' || verdict === 'damaged' || verdict === 'suspect';

/** What was found is worth reading at once. */
export const isTroubled = ({ verdict, findings }: Pick<ModelHealth, 'verdict' | 'findings'>) =>
  findings.length > 0 && verdict !== 'unverifiable';

export function worstFirst(models: readonly ModelHealth[]): readonly ModelHealth[] {
  return models.toSorted(
    (a, b) =>
      VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) ||
      a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
}

/** A word for the score of everything. */
export function scoreWords(score: number): string {
  if (score >= 95) return 'All is well';
  if (score >= 80) return 'Good';
  if (score >= 60) return 'Needs a look';
  return 'Needs care';
}

/** What the button of a repair says. */
export function repairWords({ mode, files, bytes }: RepairCost): string {
  const size = formatBytes(bytes);
  if (mode === 'pieces') return `Repair (${size})`;
  return mode === 'files' ? `Fetch ${counted(files, 'file')} (${size})` : `Fetch all (${size})`;
}

/** Ways that cost the same are one; the cheapest stays. */
export function repairChoices(repairs: readonly RepairCost[]): readonly RepairCost[] {
  return repairs.filter(
    ({ bytes }, index) => !repairs.slice(0, index).some((one) => one.bytes === bytes),
  );
}

/** `pieces 3, 17 to 19 of 512`, counted from one. */
export function piecesWords({
  pieces,
  pieceCount,
}: Pick<Finding, 'pieces' | 'pieceCount'>): string {
  if (!pieces || pieces.length === 0 || pieceCount === undefined) return '';
  const runs = runsOf(pieces).map(([from, to]) =>
    from === to ? `${from + 1}` : `${from + 1} to ${to + 1}`,
  );
  const shown = runs.slice(0, 6).join(', ');
  const more = runs.length > 6 ? ' and more' : '';
  return `${pieces.length === 1 ? 'piece' : 'pieces'} ${shown}${more} of ${pieceCount}`;
}

function runsOf(pieces: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const piece of pieces.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && piece === last[1] + 1) last[1] = piece;
    else runs.push([piece, piece]);
  }
  return runs;
}

const CELLS = 96;

/** The file as letters for the piece bar: `x` where something differs, `d` elsewhere. */
export function drawDamage({ pieces, pieceCount }: Pick<Finding, 'pieces' | 'pieceCount'>): string {
  if (!pieces || pieceCount === undefined) return '';
  const cells = Math.min(CELLS, pieceCount);
  const damaged = new Set(pieces.map((piece) => Math.floor((piece * cells) / pieceCount)));
  return Array.from({ length: cells }, (_, cell) => (damaged.has(cell) ? 'x' : 'd')).join('');
}
