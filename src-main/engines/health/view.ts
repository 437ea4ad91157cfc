/** The health of one model, and of all, as the contract shows them. Pure. */
import { formatBytes } from '../../../src-shared/domain/format.ts';
import {
  type CheckDepth,
  type Finding,
  type HealthSummary,
  type ModelHealth,
  type RepairCost,
  type Scrub,
  type Verdict,
  verdictSchema,
} from '../../../src-shared/domain/health.ts';
import type { Manifest, ManifestFile } from '../../../src-shared/domain/model.ts';
import { lastProvenAt, nextDueAt, provenBytes, wantedFiles } from './due.ts';
import { verdictOf } from './findings.ts';
import type { ModelRecord } from './record.ts';
import { healthScore, integrityScore, overallScore } from './scores.ts';

export interface RunningCheck {
  readonly depth: CheckDepth;
  readonly checkedBytes: number;
  readonly totalBytes: number;
  readonly startedAt: string;
}

export interface ModelFacts {
  readonly manifest: Manifest;
  readonly record: ModelRecord;
  /** The drive of its library is away. */
  readonly isOffline: boolean;
  /** A download of it is under way. */
  readonly isMoving: boolean;
  readonly check: RunningCheck | null;
  readonly dueDays: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function healthOf(facts: ModelFacts): ModelHealth {
  const { manifest, record, isOffline, isMoving, check, dueDays } = facts;
  const { findings } = record;
  const sizeBytes = sum(wantedFiles(manifest));
  const proven = provenBytes(manifest, damagedFiles(findings));
  const verdict = verdictFor(facts);
  const nextDue = nextDueAt(manifest, dueDays);
  const last = lastProvenAt(manifest);
  const age = last === null ? 0 : (facts.now - Date.parse(last)) / (dueDays * DAY_MS);
  const integrity = integrityScore({ provenBytes: proven, sizeBytes, age });
  const isThere = !isOffline && !isMoving;
  const repairs = isThere ? repairsOf(manifest, findings) : [];
  return {
    modelId: manifest.id,
    name: manifest.name,
    verdict,
    sentence: sentenceFor(verdict, facts),
    integrityScore: integrity,
    healthScore: healthScore(verdict, integrity),
    sizeBytes,
    provenBytes: proven,
    lastCheckedAt: record.lastCheckedAt,
    lastProvenAt: last,
    nextDueAt: nextDue,
    findings: [...findings],
    repairs,
    check,
    can: {
      check: isThere && check === null,
      stopCheck: check !== null,
      repair: repairs.length > 0,
      quarantine: isThere && manifest.installedAt !== undefined && !manifest.quarantine,
      release: isThere && manifest.quarantine !== undefined,
    },
  };
}

const sum = (files: readonly ManifestFile[]) =>
  files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

function verdictFor({ manifest, record, isOffline }: ModelFacts): Verdict {
  if (isOffline) return 'offline';
  if (!manifest.installedAt) return 'incomplete';
  const worst = verdictOf(record.findings);
  return manifest.quarantine && worst === 'healthy' ? 'suspect' : worst;
}

/** Files known to be wrong, and why files that are right cannot be used together. */
export function flawsIn(findings: readonly Finding[]) {
  const unfit = findings.find(
    ({ check, verdict, ignored }) => check === 'bundle' && verdict === 'incomplete' && !ignored,
  );
  return { damaged: damagedFiles(findings), unfit: unfit?.sentence };
}

/** Files whose bytes are known to be wrong; those a person decided to ignore count as right. */
function damagedFiles(findings: readonly Finding[]): Set<string> {
  const wrong = findings.filter(({ verdict, ignored }) => verdict === 'damaged' && !ignored);
  return new Set(wrong.flatMap(({ file }) => file ?? []));
}

function sentenceFor(verdict: Verdict, { manifest, record, dueDays, now }: ModelFacts): string {
  const counted = record.findings.filter(({ ignored }) => !ignored);
  const [first, ...others] = counted.filter((finding) => finding.verdict === verdict);
  const more = others.length > 0 ? ` And ${others.length} more.` : '';
  if (manifest.quarantine) return `In quarantine: ${first?.sentence ?? manifest.quarantine.reason}`;
  if (verdict === 'offline') return 'Its drive is not plugged in; nothing is known to be wrong.';
  if (!manifest.installedAt) return 'Not all of its files are here yet.';
  if (first) return `${first.sentence}${more}`;
  const ignored = record.findings.length - counted.length;
  if (ignored > 0) {
    return ignored === 1
      ? 'Something was found, and is ignored.'
      : `${ignored} things were found, and are ignored.`;
  }
  const last = lastProvenAt(manifest);
  if (last === null) return 'Nothing wrong was found; not every byte has been proven yet.';
  const days = Math.floor((now - Date.parse(last)) / DAY_MS);
  if (days > dueDays) return `Nothing wrong was found, but the last proof is ${days} days old.`;
  return manifest.origin.source === 'local'
    ? 'Every byte is as it was when it was found.'
    : 'Every byte is as it was published.';
}

/** Cheapest first. */
export function repairsOf(manifest: Manifest, findings: readonly Finding[]): RepairCost[] {
  if (manifest.quarantine) return [];
  const mendable = findings.filter(
    ({ verdict, ignored }) => !ignored && (verdict === 'damaged' || verdict === 'incomplete'),
  );
  const paths = new Set(mendable.flatMap(({ file }) => file ?? []));
  const files = wantedFiles(manifest).filter(({ path }) => paths.has(path));
  if (files.length === 0) return [];
  const pieces = files.reduce((total, file) => total + bytesToMend(file, mendable), 0);
  const all = wantedFiles(manifest);
  return [
    { mode: 'pieces', files: files.length, bytes: pieces },
    { mode: 'files', files: files.length, bytes: sum(files) },
    { mode: 'model', files: all.length, bytes: sum(all) },
  ];
}

function bytesToMend(file: ManifestFile, findings: readonly Finding[]): number {
  const own = findings.filter((finding) => finding.file === file.path);
  const damaged = own.find(({ pieces }) => pieces !== undefined)?.pieces;
  const pieceBytes = file.pieces?.pieceBytes;
  const isGone = own.some(({ verdict }) => verdict === 'incomplete');
  if (isGone || !damaged || !pieceBytes) return file.sizeBytes;
  const lengthOf = (piece: number) => Math.min(pieceBytes, file.sizeBytes - piece * pieceBytes);
  return damaged.reduce((total, piece) => total + Math.max(0, lengthOf(piece)), 0);
}

export function summaryOf(models: readonly ModelHealth[], scrub: Scrub): HealthSummary {
  const counts = verdictSchema.options.map((verdict) => [
    verdict,
    models.filter((model) => model.verdict === verdict).length,
  ]);
  return {
    healthScore: overallScore(models),
    byVerdict: Object.fromEntries(counts) as HealthSummary['byVerdict'],
    scrub,
  };
}

export const describeBudget = (todayBytes: number, budgetBytes: number) =>
  budgetBytes === 0
    ? `${formatBytes(todayBytes)} read today`
    : `${formatBytes(todayBytes)} of ${formatBytes(budgetBytes)} read today`;
