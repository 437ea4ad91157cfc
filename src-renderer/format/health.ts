/** Health in the words and looks of the window. Pure. */
import { formatBytes } from '../../src-shared/domain/format.ts';
import type {
  CheckDepth,
  CheckKind,
  Finding,
  HealthEvent,
  HealthSummary,
  ModelHealth,
  RepairCost,
  Scrub,
  Verdict,
} from '../../src-shared/domain/health.ts';
import type { Tone } from './model-status.ts';
import { PIECE_LETTERS } from './pieces.ts';
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

/** What a check looks at. */
export const CHECKS: Readonly<Record<CheckKind, string>> = {
  presence: 'Names, sizes and times',
  form: 'Headers of the file',
  bundle: 'Files that belong together',
  pieces: 'Bytes, piece by piece',
  digest: 'Every byte',
  safety: 'Code inside',
  load: 'Loading in a program',
  speed: 'Speed',
};

export const DEPTHS: Readonly<Record<CheckDepth, string>> = {
  quick: 'Looking at names and sizes',
  structure: 'Reading headers',
  full: 'Reading every byte',
};

export const EVENT_WORDS: Readonly<Record<HealthEvent['kind'], string>> = {
  checked: 'Checked',
  found: 'Found',
  repaired: 'Repaired',
  quarantined: 'Quarantined',
  released: 'Released',
  ignored: 'Ignored',
};

const counting = (findings: readonly Finding[]) => findings.filter(({ ignored }) => !ignored);

/** Findings of bytes that are wrong or not there, which a repair mends. */
const mendable = (findings: readonly Finding[]) =>
  counting(findings).filter(({ verdict }) => verdict === 'damaged' || verdict === 'incomplete');

type Known = Pick<ModelHealth, 'verdict' | 'findings'>;

/** Something is wrong that a person should see to. A model whose first download is not over is not. */
export function needsAttention(health: Known): boolean {
  const { verdict } = health;
  if (verdict === 'incomplete') return !isFirstDownload(health);
  return verdict === 'unsafe' || verdict === 'damaged' || verdict === 'suspect';
}

/** Not all of it is here yet, and nothing else is known of it. */
export const isFirstDownload = ({ verdict, findings }: Known) =>
  verdict === 'incomplete' && findings.every(({ ignored }) => ignored);

export const attentionWords = (count: number) =>
  count === 1 ? '1 model needs attention' : `${count} models need attention`;

/** What was found is worth reading at once. */
export const isTroubled = ({ verdict, findings }: Known) =>
  findings.length > 0 && verdict !== 'unverifiable';

/** What is fetched is to mend something, rather than the model's first download. */
export const isRepair = ({ findings }: Pick<ModelHealth, 'findings'>) =>
  mendable(findings).length > 0;

/** Much faster than `localeCompare`, which looks for its language each time. */
const COLLATOR = new Intl.Collator('en', { numeric: true });

const compare = (a: ModelHealth, b: ModelHealth) =>
  VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) ||
  COLLATOR.compare(a.name, b.name);

export const worstFirst = (models: readonly ModelHealth[]): readonly ModelHealth[] =>
  models.toSorted(compare);

/**
 * Some models put in their places, or taken out with `null`. Hundreds of thousands may change within a second, so that
 * the others are not sorted again.
 * @param models worst first, and so is the result: behind all that are as bad
 */
export function withHealth(
  models: readonly ModelHealth[],
  changes: ReadonlyMap<string, ModelHealth | null>,
): readonly ModelHealth[] {
  const moving = new Map(changes);
  const staying: ModelHealth[] = [];
  for (const model of models) {
    const after = changes.get(model.modelId);
    if (after === undefined) staying.push(model);
    else if (after && compare(model, after) === 0) {
      staying.push(after);
      moving.delete(model.modelId);
    }
  }
  const moved = worstFirst([...moving.values()].filter((health) => health !== null));
  return moved.length === 0 ? staying : merged(staying, moved);
}

function merged(models: readonly ModelHealth[], others: readonly ModelHealth[]): ModelHealth[] {
  const all: ModelHealth[] = [];
  let next = 0;
  for (const other of others) {
    for (let model = models[next]; model && compare(model, other) <= 0; model = models[++next])
      all.push(model);
    all.push(other);
  }
  return all.concat(models.slice(next));
}

/**
 * A word for all models together. The score is weighted by size, so that one small damaged model hardly moves
 * it; the word does not depend on it alone.
 */
export function overallWords({
  healthScore,
  byVerdict,
}: Pick<HealthSummary, 'healthScore' | 'byVerdict'>): string {
  if (byVerdict.unsafe + byVerdict.damaged > 0) return 'Needs care';
  if (byVerdict.suspect > 0 || healthScore < 60) return 'Needs a look';
  const areAllHere = byVerdict.incomplete + byVerdict.offline === 0;
  return areAllHere && healthScore >= 95 ? 'All is well' : 'Good';
}

/** Never a full score while anything is wrong. */
export function shownScore({
  healthScore,
  byVerdict,
}: Pick<HealthSummary, 'healthScore' | 'byVerdict'>): number {
  const { healthy, unverifiable, ...others } = byVerdict;
  const isAnyWrong = Object.values(others).some((count) => count > 0);
  return isAnyWrong ? Math.min(99, healthScore) : healthScore;
}

/** What the background check does, and how much of the day it has used. */
export function scrubWords({ state, sentence, todayBytes, budgetBytes }: Scrub): string {
  if (state === 'off') return sentence;
  const budget = budgetBytes === 0 ? '' : ` of ${formatBytes(budgetBytes)}`;
  return `${sentence} ${formatBytes(todayBytes)}${budget} read today.`;
}

/** `Repair: fetch 2 pieces, 8.00 MB`; the ways that cost more say only what they fetch. */
export function repairWords(
  { mode, files, bytes }: RepairCost,
  findings: readonly Finding[],
): string {
  const size = formatBytes(bytes);
  if (mode === 'model') return `Fetch the whole model, ${size}`;
  if (mode === 'files') return `Fetch ${counted(files, 'file')}, ${size}`;
  const wrong = mendable(findings);
  const isByPieces = wrong.length > 0 && wrong.every(({ pieces }) => pieces !== undefined);
  const pieces = wrong.reduce((sum, finding) => sum + (finding.pieces?.length ?? 0), 0);
  const what = isByPieces ? counted(pieces, 'piece') : counted(files, 'file');
  return `Repair: fetch ${what}, ${size}`;
}

/** Ways that cost the same are one; the cheapest stays. */
export function repairChoices(repairs: readonly RepairCost[]): readonly RepairCost[] {
  return repairs.filter(
    ({ bytes }, index) => !repairs.slice(0, index).some((one) => one.bytes === bytes),
  );
}

const MOST_RUNS = 6;

/** `pieces 3, 17–19 of 512`, counted from one. */
export function piecesWords({
  pieces,
  pieceCount,
}: Pick<Finding, 'pieces' | 'pieceCount'>): string {
  if (!pieces || pieces.length === 0 || pieceCount === undefined) return '';
  const runs = neighboursIn(pieces);
  const shown = runs
    .slice(0, MOST_RUNS)
    .map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}–${to + 1}`));
  const left = runs.slice(MOST_RUNS).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const more = left > 0 ? ` and ${left} more` : '';
  return `${pieces.length === 1 ? 'piece' : 'pieces'} ${shown.join(', ')}${more} of ${pieceCount}`;
}

function neighboursIn(pieces: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const piece of [...new Set(pieces)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && piece === last[1] + 1) last[1] = piece;
    else runs.push([piece, piece]);
  }
  return runs;
}

/** More would be narrower than can be seen. */
const CELLS = 96;

/** The file as letters for the piece bar, failed where something differs and done elsewhere. */
export function drawDamage({ pieces, pieceCount }: Pick<Finding, 'pieces' | 'pieceCount'>): string {
  if (!pieces || pieceCount === undefined) return '';
  const cells = Math.min(CELLS, pieceCount);
  const damaged = new Set(pieces.map((piece) => Math.floor((piece * cells) / pieceCount)));
  const { failed, done } = PIECE_LETTERS;
  return Array.from({ length: cells }, (_, cell) => (damaged.has(cell) ? failed : done)).join('');
}

const DAY_MS = 86_400_000;

export function dueWords(iso: string, now: number): string {
  const days = Math.ceil((Date.parse(iso) - now) / DAY_MS);
  return days <= 0 ? 'due now' : `due in ${counted(days, 'day')}`;
}

/** The answer to a check that was asked for. */
export const queuedWords = (queued: number) =>
  queued === 0 ? 'No model is here to be checked' : `Checking ${counted(queued, 'model')}`;
