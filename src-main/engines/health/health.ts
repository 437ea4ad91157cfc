/**
 * Whether models are what they should be. Checks are asked for, or due; what they find is kept until a later check
 * of the same kind says otherwise. A failure to load makes a model suspect; only its bytes make it damaged.
 *
 * ```
 *            loads badly, headers contradict               digest or piece differs
 *  healthy ─────────────────────────────────▶ suspect ─────────────────────────────▶ damaged
 *     ▲  ▲           digest is right             │                                      │
 *     │  └───────────────────────────────────────┘                                      │
 *     └───────────────────────────── repaired and proven ◀──────────────────────────────┘
 * ```
 */
import type { Download } from '../../../src-shared/domain/download.ts';
import type {
  CheckDepth,
  Finding,
  HealthEvent,
  HealthSummary,
  ModelHealth,
  RepairMode,
  Verdict,
} from '../../../src-shared/domain/health.ts';
import type { Manifest } from '../../../src-shared/domain/model.ts';
import { AppError, toAppError } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { ModelMetadata } from '../../formats/format.ts';
import { mayBePickled } from '../../formats/safety/pickle-names.ts';
import type { Clock, Log, Publish } from '../ports.ts';
import { type CheckRequest, checkModel, lookForDanger, type Suspect } from './check-model.ts';
import { createCheckQueue } from './check-queue.ts';
import { wantedFiles } from './due.ts';
import { mergeFindings, type NewFinding, slower } from './findings.ts';
import type { CheckPorts, FileProof } from './ports.ts';
import {
  type HealthRecord,
  type ModelRecord,
  NEW_MODEL,
  withEvent,
  withModel,
  withoutModel,
} from './record.ts';
import { createSafetyMemory } from './safety-memory.ts';
import { createScrub } from './scrub.ts';
import { type GenerationMetrics, noteSpeed } from './speed.ts';
import { createSumming } from './summing.ts';
import { flawsIn, repairsOf, summaryOf } from './view.ts';
import { createViewCache } from './view-cache.ts';

export interface HealthPorts
  extends Pick<CheckPorts, 'clock' | 'hasher' | 'inspector' | 'findVirus' | 'look'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  /** Those of all libraries, also while their drives are away. */
  readonly manifests: () => readonly Manifest[];
  readonly manifest: (modelId: string) => Manifest | undefined;
  /** Whether the drive it is on is away. */
  readonly isOffline: (modelId: string) => boolean;
  readonly download: (modelId: string) => Download | undefined;
  /** Writes down what was proven of the files of a model. */
  readonly noteProofs: (modelId: string, proofs: readonly FileProof[]) => Promise<void>;
  /** Writes down what the headers say of a model. */
  readonly noteMetadata: (modelId: string, metadata: ModelMetadata) => Promise<void>;
  readonly store: {
    get(): HealthRecord;
    update(change: (record: HealthRecord) => HealthRecord): void;
  };
  readonly settings: () => Settings['health'];
  /** Why the background check should not read now; `null` when it may. */
  readonly hold: () => string | null;
  /** Fetches what is wrong or missing. @returns names in the quarantine of what was discarded */
  readonly fetchAgain: (modelId: string, request: RepairRequest) => Promise<readonly string[]>;
  /** Deletes what a repair that is proven now had set aside. */
  readonly discardAside: (modelId: string, names: readonly string[]) => Promise<void>;
  readonly quarantine: (modelId: string, reason: string) => Promise<void>;
  readonly release: (modelId: string, reason: string) => Promise<void>;
  /** Something a person should hear of, or no longer: once for each model. */
  readonly verdictChanged: (health: ModelHealth, before: Verdict) => void;
}

export interface RepairRequest {
  readonly paths: readonly string[];
  /** Files whose bytes are of no use: none of their pieces is to be kept. */
  readonly discard: readonly string[];
}

/** Ages are told in days. */
const HOUR_MS = 60 * 60 * 1000;

export type Health = ReturnType<typeof createHealth>;

export function createHealth(ports: HealthPorts) {
  const { clock, store } = ports;
  const safety = createSafetyMemory({ clock, store, scanner: () => ports.inspector.scanner });
  const checks = createCheckQueue({
    clock,
    totalBytes: (modelId) => sizeOf(find(modelId)),
    run: carryOut,
    changed: announce,
  });
  const scrub = createScrub({
    clock,
    hasher: ports.hasher,
    look: ports.look,
    manifests: () => ports.manifests().filter(({ id }) => !ports.isOffline(id)),
    settings: ports.settings,
    hold: () => (checks.isBusy() ? 'A check that was asked for comes first.' : ports.hold()),
    record: store.get,
    isDamaged: (modelId, path) => recordOf(modelId).findings.some(({ file }) => file === path),
    save: store.update,
    proven: (modelId, proof) => ports.noteProofs(modelId, [proof]),
    suspect: (modelId) => checks.add(modelId, 'full'),
    changed: () => announce(null),
  });

  const now = () => new Date(clock.now()).toISOString();
  const recordOf = (modelId: string): ModelRecord => store.get().models[modelId] ?? NEW_MODEL;
  const known = ports.manifest;

  function find(modelId: string): Manifest {
    const manifest = known(modelId);
    if (!manifest) throw new AppError('MODEL_UNKNOWN', { modelId });
    return manifest;
  }

  const views = createViewCache();
  const told = new Map<string, ModelHealth | null>();

  function view(manifest: Manifest): ModelHealth {
    const download = ports.download(manifest.id);
    return views.of({
      manifest,
      record: recordOf(manifest.id),
      isOffline: ports.isOffline(manifest.id),
      isMoving: download !== undefined && download.state.kind !== 'done',
      check: checks.running(manifest.id),
      dueDays: ports.settings().dueDays,
      now: Math.floor(clock.now() / HOUR_MS) * HOUR_MS,
    });
  }

  const viewAll = () => ports.manifests().map(view);
  const summary = (): HealthSummary => summaryOf(viewAll(), scrub.view());
  const summing = createSumming({ clock, summary, again: () => announce(null) });

  /** What is as it was last told is no news. */
  function announce(modelId: string | null): void {
    const manifest = modelId === null ? undefined : known(modelId);
    const health = manifest ? view(manifest) : null;
    if (modelId !== null && told.get(modelId) === health) return;
    if (modelId !== null) told.set(modelId, health);
    ports.publish('health.report', { modelId, health, summary: summing.now() });
  }

  function note(manifest: Manifest, kind: HealthEvent['kind'], sentence: string): void {
    const { id: modelId, name } = manifest;
    store.update((record) => withEvent(record, { at: now(), modelId, name, kind, sentence }));
  }

  /** Changes what is known of a model, and tells whoever should hear of it. */
  function change(manifest: Manifest, next: (model: ModelRecord) => ModelRecord): void {
    const before = view(manifest).verdict;
    store.update((record) => withModel(record, manifest.id, next(recordOf(manifest.id))));
    const after = view(known(manifest.id) ?? manifest);
    if (after.verdict !== before) ports.verdictChanged(after, before);
    announce(manifest.id);
  }

  async function carryOut(modelId: string, request: CheckRequest): Promise<void> {
    const manifest = known(modelId);
    if (!manifest?.installedAt || ports.isOffline(modelId)) return;
    try {
      const checked = await checkModel(checkPorts, manifest, request);
      await ports.noteProofs(modelId, checked.proofs);
      if (checked.metadata) await ports.noteMetadata(modelId, checked.metadata);
      take(known(modelId) ?? manifest, request.depth, checked);
    } catch (thrown) {
      if (request.signal.aborted) return;
      const { code, message } = toAppError(thrown);
      ports.log.warn('check failed', { modelId, code, message });
    }
  }

  function take(
    manifest: Manifest,
    depth: CheckDepth,
    { found, checks: kinds, proofs }: Awaited<ReturnType<typeof checkModel>>,
  ): void {
    const at = now();
    const knownIds = new Set(recordOf(manifest.id).findings.map(({ id }) => id));
    const proven = new Set(proofs.map(({ path }) => path));
    change(manifest, (model) => ({
      ...model,
      findings: mergeFindings(model.findings, found, {
        modelId: manifest.id,
        at,
        checks: depth === 'full' ? new Set([...kinds, 'load']) : kinds,
        files: null,
      }).filter(({ check, file }) => !(check === 'digest' && file && proven.has(file))),
      lastCheckedAt: at,
      scrub: depth === 'full' ? null : model.scrub,
    }));
    const fresh = recordOf(manifest.id).findings.filter(({ id }) => !knownIds.has(id));
    for (const finding of fresh) note(manifest, 'found', finding.sentence);
    if (depth === 'full' && fresh.length === 0) note(manifest, 'checked', view(manifest).sentence);
    // What only a quick look found odd is decided by its bytes.
    const isOpen = recordOf(manifest.id).findings.some(({ verdict }) => verdict === 'suspect');
    if (depth !== 'full' && isOpen) void checks.add(manifest.id, 'full');
  }

  /** Files that may hold code, and that this version of the scanner has not seen. */
  function hasUnscanned(manifest: Manifest): boolean {
    return wantedFiles(manifest).some(({ path, sha256, verifiedSha256 }) => {
      const digest = verifiedSha256 ?? sha256;
      return mayBePickled(path) && (!digest || !checkPorts.knownSafety(digest));
    });
  }

  const checkPorts: CheckPorts = {
    clock,
    hasher: ports.hasher,
    inspector: ports.inspector,
    findVirus: ports.findVirus,
    look: ports.look,
    knownSafety: safety.known,
    rememberSafety: safety.remember,
  };

  async function repair(modelId: string, mode: RepairMode): Promise<ModelHealth> {
    const manifest = find(modelId);
    const { findings } = recordOf(modelId);
    const [cost] = repairsOf(manifest, findings);
    if (!cost) throw new AppError('ACTION_NOT_POSSIBLE', { action: 'repair', state: 'healthy' });
    const wrong = findings.filter(
      ({ verdict, ignored }) => !ignored && (verdict === 'damaged' || verdict === 'incomplete'),
    );
    const paths =
      mode === 'model'
        ? wantedFiles(manifest).map(({ path }) => path)
        : [...new Set(wrong.flatMap(({ file }) => file ?? []))];
    const discard = mode === 'pieces' ? [] : paths;
    const aside = await ports.fetchAgain(modelId, { paths, discard });
    change(manifest, (model) => ({ ...model, aside: [...model.aside, ...aside] }));
    return view(find(modelId));
  }

  return {
    list: (): ModelHealth[] => {
      const all = viewAll();
      for (const one of all) told.set(one.modelId, one);
      return all;
    },
    get: (modelId: string): ModelHealth => view(find(modelId)),
    summary,
    history: () => store.get().history,
    /** Files known to be wrong, and why files that are right cannot be used together. */
    flaws: (modelId: string) => flawsIn(recordOf(modelId).findings),

    /** Quick check of everything, then whatever is due. */
    start: async (): Promise<void> => {
      scrub.start();
      await Promise.all(
        ports.manifests().map((manifest) => {
          return checks.add(manifest.id, hasUnscanned(manifest) ? 'structure' : 'quick');
        }),
      );
    },
    stop: async (): Promise<void> => {
      summing.stop();
      await checks.close();
      safety.flush();
      await scrub.stop();
    },
    /** @returns how many checks were queued */
    check: (modelIds: readonly string[] | undefined, depth: CheckDepth): number => {
      const chosen = modelIds?.map(find) ?? ports.manifests();
      const installed = chosen.filter(({ installedAt }) => installedAt !== undefined);
      for (const { id } of installed) void checks.add(id, depth);
      return installed.length;
    },
    checked: (modelId: string, depth: CheckDepth): Promise<void> => checks.add(modelId, depth),
    stopChecks: (modelIds: readonly string[] | undefined): number => {
      const ids = modelIds ?? ports.manifests().map(({ id }) => id);
      return ids.reduce((count, id) => count + checks.stop(id), 0);
    },
    lookForDanger: (suspect: Suspect): Promise<NewFinding[]> => lookForDanger(checkPorts, suspect),
    repair,
    ignore: (modelId: string, findingId: string, reason: string | null): ModelHealth => {
      const manifest = find(modelId);
      const finding = recordOf(modelId).findings.find(({ id }) => id === findingId);
      if (!finding) {
        const problem = `findingId: the model has no finding “${findingId}”`;
        throw new AppError('INPUT_INVALID', { problem });
      }
      const at = now();
      change(manifest, (model) => ({
        ...model,
        findings: model.findings.map((other) =>
          other.id === findingId ? decided(other, reason === null ? null : { at, reason }) : other,
        ),
      }));
      if (reason !== null) note(manifest, 'ignored', `${finding.sentence} (${reason})`);
      return view(manifest);
    },
    quarantine: async (modelId: string, reason: string): Promise<ModelHealth> => {
      const manifest = find(modelId);
      await ports.quarantine(modelId, reason);
      note(manifest, 'quarantined', reason);
      announce(modelId);
      return view(find(modelId));
    },
    release: async (modelId: string, reason: string): Promise<ModelHealth> => {
      const manifest = find(modelId);
      if (!manifest.quarantine) {
        throw new AppError('ACTION_NOT_POSSIBLE', {
          action: 'release',
          state: 'not in quarantine',
        });
      }
      await ports.release(modelId, reason);
      const at = now();
      note(manifest, 'released', reason);
      // Released by a person, who read what was found.
      change(find(modelId), (model) => ({
        ...model,
        findings: model.findings.map((finding) =>
          finding.check === 'safety' ? decided(finding, { at, reason }) : finding,
        ),
      }));
      return view(find(modelId));
    },
    /** Files of a model came, were replaced, or went. */
    filesChanged: (modelId: string, why: 'installed' | 'seen'): void => {
      const manifest = known(modelId);
      if (!manifest) {
        store.update((record) => withoutModel(record, modelId));
        announce(modelId);
        return;
      }
      if (why === 'installed') installed(manifest);
      // Of one that was taken in place nobody has read the headers yet.
      const isNew = why === 'installed' || recordOf(modelId).lastCheckedAt === null;
      void checks.add(modelId, isNew ? 'structure' : 'quick');
    },
    /** A program could not use the model. */
    loadFailed: (modelId: string, sentence: string): void => {
      const manifest = known(modelId);
      if (!manifest) return;
      const found: NewFinding = { check: 'load', verdict: 'suspect', sentence };
      const context = { modelId, at: now(), checks: new Set(['load' as const]), files: null };
      change(manifest, (model) => ({
        ...model,
        findings: mergeFindings(model.findings, [found], context),
      }));
      void checks.add(modelId, 'full');
    },
    /** A program used the model: how fast it was, and in what state the computer. */
    noteGeneration: (metrics: GenerationMetrics): void => {
      const factor = ports.settings().slowPercent / 100;
      const { state, finding } = noteSpeed(store.get().speed, metrics, { factor });
      store.update((record) => ({ ...record, speed: state }));
      const { modelId } = metrics;
      const manifest = known(modelId);
      const wasSlow = recordOf(modelId).findings.some(({ check }) => check === 'speed');
      if (!manifest || finding === undefined || (finding === null && !wasSlow)) return;
      const context = { modelId, at: now(), checks: new Set(['speed' as const]), files: null };
      change(manifest, (model) => ({
        ...model,
        findings: mergeFindings(model.findings, finding ? [slower(finding)] : [], context),
      }));
    },
    announce,
  };

  /** What was fetched was proven on its way, so what was found of it before is no longer true. */
  function installed(manifest: Manifest): void {
    const { findings: before, aside } = recordOf(manifest.id);
    void ports.discardAside(manifest.id, aside);
    const mended = before.filter(
      ({ verdict }) => verdict === 'damaged' || verdict === 'incomplete',
    );
    const kept = before.filter((finding) => !mended.includes(finding));
    change(manifest, (model) => ({ ...model, findings: kept, aside: [] }));
    if (mended.length === 0) return;
    note(manifest, 'repaired', describeMended(mended));
  }
}

function describeMended(mended: readonly Finding[]): string {
  const files = [...new Set(mended.flatMap(({ file }) => file ?? []))];
  return `Mended and proven: ${files.join(', ')}.`;
}

const sizeOf = (manifest: Manifest) =>
  wantedFiles(manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function decided({ ignored: _, ...finding }: Finding, ignored: Finding['ignored'] | null): Finding {
  return ignored ? { ...finding, ignored } : finding;
}
