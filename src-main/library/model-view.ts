/** Everything known of one model, in one object and one sentence. Pure. */
import path from 'node:path';
import {
  activityOf,
  describeAvailability,
  describeDownload,
} from '../../src-shared/domain/describe.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import type {
  Activity,
  Availability,
  Manifest,
  ModelFile,
  ModelStatus,
} from '../../src-shared/domain/model.ts';
import { actionsOf } from '../../src-shared/domain/model-actions.ts';
import type { ErrorReport } from '../../src-shared/errors.ts';
import { roleOf } from '../formats/bundle-roles.ts';
import { folderOfModel } from './model-folder.ts';
import { availabilityOf, type FilePresence } from './presence.ts';

export interface ModelFacts {
  readonly manifest: Manifest;
  /** Absolute path of the folder of its library. */
  readonly library: string;
  readonly presence: readonly FilePresence[];
  readonly download: Download | undefined;
  /** Why it cannot be used although its files are right. */
  readonly flaw: string | undefined;
  /** Why the library itself cannot be used. */
  readonly libraryError: ErrorReport | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function modelView(facts: ModelFacts): ModelStatus {
  const { manifest, download } = facts;
  const { origin } = manifest;
  const found = new Map(facts.presence.map((seen) => [seen.path, seen]));
  const arrived = new Map(download?.files.map(({ path, receivedBytes }) => [path, receivedBytes]));
  const files = manifest.files.map((file) =>
    fileView(file, found.get(file.path), arrived.get(file.path) ?? 0),
  );
  const atHand = facts.libraryError ? 'offline' : availabilityOf(manifest, facts.presence);
  const availability = atHand === 'available' && facts.flaw ? 'partial' : atHand;
  const unfinished = files.filter(({ state }) => state !== 'present' && state !== 'excluded');
  const missingBytes = unfinished.reduce(
    (sum, file) =>
      sum + (file.state === 'damaged' ? file.sizeBytes : file.sizeBytes - file.downloadedBytes),
    0,
  );
  const sizeBytes = manifest.files
    .filter(({ excluded }) => !excluded)
    .reduce((sum, file) => sum + file.sizeBytes, 0);
  const missingFiles = unfinished.map(({ path }) => path);
  const error = facts.libraryError ?? errorOf(download);
  return {
    id: manifest.id,
    ref: manifest.ref,
    name: manifest.name,
    source: origin.source,
    repository: origin.repository,
    ...(origin.variant !== undefined && { variant: origin.variant }),
    revision: origin.revision,
    availability,
    activity: activityFor(availability, download),
    keep: manifest.keep,
    ...(manifest.task !== undefined && { task: manifest.task }),
    tags: manifest.tags ?? [],
    ...(manifest.license !== undefined && { license: manifest.license }),
    ...(manifest.metadata && { metadata: manifest.metadata }),
    folder: path.join(facts.library, folderOfModel(manifest)),
    library: facts.library,
    sizeBytes,
    downloadedBytes: files.reduce((sum, file) => sum + file.downloadedBytes, 0),
    files,
    trackedAt: manifest.trackedAt,
    ...(manifest.installedAt !== undefined && { installedAt: manifest.installedAt }),
    ...(manifest.adopted && { adopted: { app: manifest.adopted.app, way: manifest.adopted.way } }),
    sentence: sentenceOf(
      facts,
      atHand === 'available' && facts.flaw
        ? facts.flaw
        : describeAvailability({ availability, sizeBytes, missingFiles, missingBytes }),
    ),
    actions: actionsOf(availability, download),
    ...(error && { error }),
    progress: progressOf(download),
    integrity: { ...proofOf(manifest), missingFiles, missingBytes },
    version: {
      requested: origin.requestedRevision,
      commit: origin.revision,
      endpoint: origin.endpoint,
    },
  };
}

/** Fetching pieces of a model that was whole before is a repair. */
function activityFor(availability: Availability, download: Download | undefined): Activity {
  const activity = download ? activityOf(download) : 'idle';
  return availability === 'corrupted' && activity === 'downloading' ? 'repairing' : activity;
}

function fileView(
  file: Manifest['files'][number],
  seen: FilePresence | undefined,
  receivedBytes: number,
): ModelFile {
  const found = seen?.state ?? 'missing';
  const { path, sizeBytes, sha256, gitSha1 } = file;
  // What is damaged is on the disk all the same, most of it right.
  const here = found === 'missing' ? receivedBytes : (seen?.foundBytes ?? 0);
  return {
    path,
    sizeBytes,
    ...(sha256 && { sha256 }),
    ...(gitSha1 && { gitSha1 }),
    state: found === 'missing' && here > 0 ? 'partial' : found,
    role: roleOf(path),
    downloadedBytes: found === 'excluded' ? 0 : Math.min(here, sizeBytes),
  };
}

function errorOf(download: Download | undefined): ErrorReport | undefined {
  return download && 'error' in download.state ? download.state.error : undefined;
}

function sentenceOf({ download, libraryError, now }: ModelFacts, atRest: string): string {
  if (libraryError) return libraryError.detail;
  if (!download || download.state.kind === 'done') return atRest;
  const words = describeDownload(download, now);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function progressOf(download: Download | undefined): ModelStatus['progress'] {
  if (!download || download.state.kind === 'done') return null;
  const { id, receivedBytes, verifiedBytes, bytesPerSecond, etaMs } = download;
  return { downloadId: id, receivedBytes, verifiedBytes, bytesPerSecond, etaMs };
}

function proofOf({ files, installedAt }: Manifest) {
  const proven = files.map(({ provenAt }) => provenAt).filter((at) => at !== undefined);
  const oldest = proven.length === files.length ? (proven.sort()[0] ?? null) : null;
  const proof = oldest ? 'digest' : installedAt ? 'size' : 'none';
  return { proof, lastProvenAt: oldest } as const;
}
