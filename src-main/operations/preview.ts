/** The dry run of a download: what it would bring, and what is here already. Changes nothing. */
import type { DownloadPreview } from '../../src-shared/domain/download.ts';
import type { Manifest, ManifestFile } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { identityOf } from '../engines/download/fetch-file.ts';
import type { Reuse } from '../engines/ports.ts';
import type { Libraries } from '../library/libraries.ts';
import type { Library } from '../library/library.ts';
import { downloadIdIn } from '../library/parts-of-libraries.ts';
import { downloadIdOf, planManifest } from '../library/plan-manifest.ts';
import type { Discover } from './discover.ts';

export interface PreviewPorts {
  readonly libraries: Libraries;
  readonly discover: Discover;
  readonly reuse: Reuse;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function previewDownload(ports: PreviewPorts, ref: string): Promise<DownloadPreview> {
  const { libraries } = ports;
  libraries.current();
  const reference = parseReference(ref);
  const { listing, groups } = await ports.discover.inspect(reference);
  const at = new Date(ports.now()).toISOString();
  const plan = { reference, listing, groups, keep: false, at };
  const library = libraries.of(planManifest({ ...plan, others: [] }).id);
  const planned = planManifest({ ...plan, others: library.manifests.all() });
  const known = library.manifests.get(planned.id);
  const manifest = known?.origin.revision === planned.origin.revision ? known : planned;
  const presence = await library.presence(manifest);
  const present = new Set(presence.flatMap(({ path, state }) => (state === 'present' ? path : [])));
  const wanted = manifest.files.filter(({ excluded }) => !excluded);
  const files = await Promise.all(
    wanted.map((file) => look(ports.reuse, library, manifest, file, present.has(file.path))),
  );
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const toFetchBytes = files
    .filter(({ here }) => here === 'no' || here === 'partial')
    .reduce((sum, file) => sum + file.sizeBytes - file.presentBytes, 0);
  const freeBytes = await library.freeBytes().catch(() => null);
  const fits = freeBytes === null || toFetchBytes <= freeBytes;
  const { id: modelId, name } = manifest;
  return { modelId, name, sizeBytes, toFetchBytes, freeBytes, fits, files };
}

type Looked = DownloadPreview['files'][number];

async function look(
  reuse: Reuse,
  library: Library,
  manifest: Manifest,
  file: ManifestFile,
  isPresent: boolean,
): Promise<Looked> {
  const { path, sizeBytes } = file;
  if (isPresent) return { path, sizeBytes, presentBytes: sizeBytes, here: 'library' };
  const identity = identityOf({ origin: manifest.origin, file });
  const { receivedBytes } = await library.parts.peek(downloadIdOf(manifest), identity);
  if (receivedBytes > 0) return { path, sizeBytes, presentBytes: receivedBytes, here: 'partial' };
  const downloadId = downloadIdIn(library, manifest);
  const found = file.sha256 ? await reuse.find({ downloadId, manifest, file }) : null;
  if (found?.kind === 'copy') return { path, sizeBytes, presentBytes: sizeBytes, here: found.from };
  const presentBytes = found?.kind === 'partial' ? found.bytes : 0;
  return { path, sizeBytes, presentBytes, here: presentBytes > 0 ? 'partial' : 'no' };
}
