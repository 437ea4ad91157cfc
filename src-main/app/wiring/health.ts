/** Health with everything it stands on, and what follows from a verdict. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ModelHealth, Verdict } from '../../../src-shared/domain/health.ts';
import {
  type Manifest,
  type ManifestFile,
  modelMetadataSchema,
} from '../../../src-shared/domain/model.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings/schema.ts';
import type { Conditions } from '../../engines/download/conditions.ts';
import type { DownloadEngine } from '../../engines/download/engine.ts';
import { createHealth } from '../../engines/health/health.ts';
import type { FileProof } from '../../engines/health/ports.ts';
import type { Clock, Hasher, Log } from '../../engines/ports.ts';
import type { ModelMetadata } from '../../formats/format.ts';
import type { Catalog } from '../../library/catalog.ts';
import type { Libraries } from '../../library/libraries.ts';
import type { Library } from '../../library/library.ts';
import { downloadIdIn, partsOf } from '../../library/parts-of-libraries.ts';
import { scanForViruses } from '../../platform/antivirus.ts';
import { createFileWatcher } from '../../platform/file-watcher.ts';
import { createInspector } from '../../platform/inspector.ts';
import { notedInspector, notedVirusScan, type OwnReads } from '../../platform/own-reads.ts';
import type { Alerts } from '../../stores/alerts.ts';
import type { AuditLog } from '../../stores/audit-log.ts';
import type { HealthDocument } from '../../stores/health-document.ts';
import type { EventBus } from '../../transports/events.ts';
import type { Screen } from './places.ts';

export interface HealthWiring {
  readonly libraries: Libraries;
  readonly catalog: Catalog;
  readonly engine: DownloadEngine;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly document: HealthDocument;
  readonly alerts: Alerts;
  readonly audit: AuditLog;
  readonly settings: () => Settings['health'];
  /** What nobody asked for waits behind what somebody did. */
  readonly prioritizeUnasked: (modelId: string) => Promise<void>;
  readonly conditions: Conditions;
  readonly ownReads: OwnReads;
  /** How long nobody has touched the computer. */
  readonly idleMs: () => number;
}

/** Nobody waits for the disk by then. */
const IDLE_MS = 3 * 60_000;

export function createHealthCare(wiring: HealthWiring) {
  const { libraries, catalog, engine, bus, alerts, audit, clock, ownReads } = wiring;
  const inspector = notedInspector(createInspector(clock), ownReads);
  const scan = notedVirusScan(findVirusIn, ownReads);
  const health = createHealth({
    ...wiring,
    inspector,
    publish: bus.publish,
    store: wiring.document,
    manifests: catalog.manifests,
    manifest: libraries.manifest,
    isOffline: (modelId) => libraries.stateOf(modelId)?.kind === 'closed',
    download: engine.get,
    findVirus: async (place) => (wiring.settings().antivirus ? scan(place) : null),
    look: (manifest) => libraries.of(manifest.id).look(manifest),
    noteProofs: (modelId, proofs) => noteProofs(libraries.of(modelId), modelId, proofs),
    noteMetadata: (modelId, metadata) => noteMetadata(libraries.of(modelId), modelId, metadata),
    hold: () => holdOf(wiring),
    fetchAgain: async (modelId, { paths, discard }) => {
      const library = libraries.of(modelId);
      const manifest = catalog.find(modelId);
      const aside = await library.setAside(manifest, discard);
      await engine.enqueue({ manifest, paths: [...paths], id: downloadIdIn(library, manifest) });
      await catalog.refresh(modelId);
      audit.record('repair', modelId, { paths, discarded: aside });
      return aside;
    },
    discardAside: (modelId, names) => libraries.of(modelId).discardAside(names),
    quarantine: async (modelId, reason) => {
      const at = new Date(clock.now()).toISOString();
      await libraries.of(modelId).quarantine(catalog.find(modelId), { at, reason });
      await catalog.refresh(modelId);
      audit.record('quarantine', modelId, { reason });
    },
    release: async (modelId, reason) => {
      const at = new Date(clock.now()).toISOString();
      await libraries.of(modelId).quarantine(catalog.find(modelId), null, { at, reason });
      await catalog.refresh(modelId);
      audit.record('release', modelId, { reason });
    },
    verdictChanged: (now, before) => {
      catalog.announce(now.modelId);
      tell(alerts, now);
      void act(now, before);
    },
  });

  /** What is allowed to be mended unasked is; what is not safe goes out of use. */
  async function act({ modelId, verdict, repairs, can, findings }: ModelHealth, before: Verdict) {
    try {
      if (verdict === 'unsafe' && can.quarantine) {
        const why = findings.find((finding) => finding.verdict === 'unsafe')?.sentence ?? '';
        await health.quarantine(modelId, why);
      }
      const mayMend = wiring.settings().automation === 'mend' && before !== verdict;
      const isKept = catalog.find(modelId).keep;
      const isDue = verdict === 'damaged' || (verdict === 'incomplete' && isKept);
      if (!isDue || !mayMend || repairs.length === 0) return;
      await health.repair(modelId, 'pieces');
      await wiring.prioritizeUnasked(modelId);
    } catch (error) {
      wiring.log.warn('health could not act', { modelId, error: String(error) });
    }
  }

  const stopHearing = bus.subscribe((event) => {
    if (event.type === 'model.status' && event.data.model === null) {
      health.filesChanged(event.data.modelId, 'seen');
    }
    if (event.type !== 'download.state') return;
    const { modelId, download } = event.data;
    if (download?.state.kind === 'done') health.filesChanged(modelId, 'installed');
    else health.announce(modelId);
  });

  const watcher = createFileWatcher({
    clock,
    log: wiring.log,
    changed: (paths) => {
      for (const { id } of modelsAt(catalog.manifests(), paths)) void lookAgain(id);
    },
  });

  async function lookAgain(modelId: string): Promise<void> {
    await catalog.refresh(modelId);
    health.filesChanged(modelId, 'seen');
  }

  /** Before anything gets to its place: what holds code that could run does not get there. */
  const screen: Screen = async ({ id, manifest }, proven) => {
    const { library, name } = partsOf(libraries, id);
    for (const file of manifest.files.filter((one) => proven.has(one.path))) {
      const digest = proven.get(file.path)?.sha256;
      const place = library.parts.partPath(name, file.path);
      const isThere = await access(place).then(
        () => true,
        () => false,
      );
      const found = isThere ? await health.lookForDanger({ file, place, digest }) : [];
      const unsafe = found.find(({ verdict }) => verdict === 'unsafe');
      if (!unsafe) continue;
      audit.record('quarantine', manifest.id, { reason: unsafe.sentence });
      return unsafe.sentence;
    }
    return undefined;
  };

  return {
    health,
    screen,
    /** Libraries were opened: everything is looked at, and watched from now on. */
    start: async (): Promise<void> => {
      watcher.follow(libraries.opened().map(({ folder }) => folder));
      await health.start();
    },
    /** A library is about to be closed. */
    stop: async (): Promise<void> => {
      watcher.follow([]);
      await health.stop();
    },
    close: async (): Promise<void> => {
      stopHearing();
      watcher.close();
      await health.stop();
      await inspector.close();
    },
  };
}

async function findVirusIn(place: string): Promise<string | null> {
  const verdict = await scanForViruses(place);
  return verdict.kind === 'found' ? verdict.name : null;
}

function holdOf({ engine, conditions, idleMs }: HealthWiring): string | null {
  const { onBattery, asleep } = conditions.current();
  if (asleep) return 'Waits for the computer to wake up.';
  if (onBattery) return 'Waits for mains power.';
  if (engine.list().some(({ state }) => state.kind === 'running')) {
    return 'Waits while something is downloaded.';
  }
  return idleMs() < IDLE_MS ? 'Waits until nobody uses the computer.' : null;
}

/** Models whose folder holds one of the paths; all of them when one is not told. */
function modelsAt(manifests: readonly Manifest[], paths: readonly string[]): readonly Manifest[] {
  if (paths.includes('')) return manifests;
  return manifests.filter(({ folder, installedAt }) => {
    const prefix = folder + path.sep;
    return installedAt && paths.some((name) => name === folder || name.startsWith(prefix));
  });
}

/** The library itself says what was proven, and when. */
async function noteProofs(library: Library, modelId: string, proofs: readonly FileProof[]) {
  if (proofs.length === 0) return;
  const byPath = new Map(proofs.map((proof) => [proof.path, proof]));
  await library.manifests.change(modelId, (manifest) => ({
    ...manifest,
    files: manifest.files.map((file) => withProof(file, byPath.get(file.path))),
  }));
}

async function noteMetadata(library: Library, modelId: string, told: ModelMetadata) {
  const manifest = library.manifests.get(modelId);
  const { architecture, parameterCount, quantization, contextLength, license, chatTemplate } = told;
  const metadata = modelMetadataSchema.parse({
    architecture,
    parameterCount,
    quantization,
    contextLength,
    license,
    ...(chatTemplate && { hasChatTemplate: true }),
  });
  if (!manifest || isDeepStrictEqual(metadata, manifest.metadata ?? {})) return;
  await library.manifests.change(modelId, (known) => ({ ...known, metadata }));
}

function withProof(file: ManifestFile, proof: FileProof | undefined): ManifestFile {
  if (!proof) return file;
  const { sha256: verifiedSha256, at: provenAt, pieces } = proof;
  return { ...file, verifiedSha256, provenAt, ...(pieces && { pieces }) };
}

/** One alert for each model, not for each file. */
function tell(alerts: Alerts, { modelId, name, verdict, sentence }: ModelHealth): void {
  const cause = `health:${modelId}`;
  if (verdict === 'damaged') {
    alerts.raise(new AppError('MODEL_DAMAGED', { name, problem: sentence }), { cause, modelId });
  } else if (verdict === 'unsafe') {
    alerts.raise(new AppError('MODEL_UNSAFE', { name, problem: sentence }), { cause, modelId });
  } else {
    alerts.settle(cause);
  }
}
