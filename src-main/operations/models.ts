import type { OperationHandlers, OperationRequest } from '../../src-shared/contract/operations.ts';
import { canCancel, type Download } from '../../src-shared/domain/download.ts';
import type { Manifest, ModelStatus } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';
import type { Clock } from '../engines/ports.ts';
import type { Catalog } from '../library/catalog.ts';
import type { LibraryHost } from '../library/library-host.ts';
import { downloadIdOf, planManifest } from '../library/plan-manifest.ts';
import type { Discover } from './discover.ts';
import type { Desktop } from './ports.ts';

interface ModelOperationPorts {
  readonly catalog: Catalog;
  readonly host: LibraryHost;
  readonly engine: DownloadEngine;
  readonly discover: Discover;
  readonly desktop: Desktop;
  /** Deletes a file for good. */
  readonly deleteForGood: (path: string) => Promise<void>;
  readonly clock: Clock;
}

export function createModelOperations(ports: ModelOperationPorts) {
  const { catalog } = ports;
  return {
    'models.list': async () => ({ items: catalog.list() }),
    'models.track': (input) => track(ports, input),
    'models.remove': (input) => remove(ports, input),
  } satisfies Partial<OperationHandlers>;
}

async function track(
  ports: ModelOperationPorts,
  { ref, keep, download }: OperationRequest<'models.track'>,
): Promise<ModelStatus> {
  ports.host.current();
  const reference = parseReference(ref);
  const { listing, groups } = await ports.discover.inspect(reference);
  // Asked again: another library may have been opened meanwhile.
  const library = ports.host.current();
  const at = new Date(ports.clock.now()).toISOString();
  const others = library.manifests.all();
  const planned = planManifest({ reference, listing, groups, others, keep, at });
  const known = library.manifests.get(planned.id);
  if (!known || canReplace(ports, known, planned)) await library.manifests.put(planned);
  else if (reference.revision && known.origin.revision !== planned.origin.revision) {
    const { revision } = known.origin;
    throw new AppError('MODEL_AT_OTHER_REVISION', { modelId: known.id, revision });
  }
  await ports.catalog.refresh(planned.id);
  if (download) await startDownload(ports, planned.id);
  ports.catalog.announce(planned.id);
  return ports.catalog.view(planned.id);
}

/** What was only tracked, with nothing on disk or under way, may move to the newer commit. */
function canReplace({ engine }: ModelOperationPorts, known: Manifest, planned: Manifest): boolean {
  const moved = known.origin.revision !== planned.origin.revision;
  return moved && !known.installedAt && !engine.get(known.id);
}

/** Queues what a tracked model lacks. Nothing happens when it lacks nothing. */
export async function startDownload(
  { host, catalog, engine }: Pick<ModelOperationPorts, 'host' | 'catalog' | 'engine'>,
  modelId: string,
): Promise<Download | undefined> {
  host.current();
  const manifest = catalog.find(modelId);
  const presence = await catalog.look(manifest);
  const lacking = presence
    .filter(({ state }) => state === 'missing' || state === 'damaged')
    .map(({ path }) => path);
  const paths = manifest.installedAt ? lacking : pathsOf(manifest);
  if (paths.length === 0) return undefined;
  return engine.enqueue({ manifest, paths, id: downloadIdOf(manifest) });
}

/** Leaves files out of a model, or takes them back in, and goes on with its download accordingly. */
export async function chooseFiles(
  { host, catalog, engine }: Pick<ModelOperationPorts, 'host' | 'catalog' | 'engine'>,
  modelId: string,
  { paths, excluded }: { paths: readonly string[]; excluded: boolean },
): Promise<Download | undefined> {
  const manifest = catalog.find(modelId);
  const chosen = new Set(paths);
  const unknown = paths.find((path) => !manifest.files.some((file) => file.path === path));
  if (unknown !== undefined)
    throw new AppError('INPUT_INVALID', {
      problem: `paths: “${unknown}” is not a file of the model`,
    });
  const choose = (known: Manifest): Manifest => ({
    ...known,
    files: known.files.map((file) => (chosen.has(file.path) ? { ...file, excluded } : file)),
  });
  if (choose(manifest).files.every((file) => file.excluded)) {
    throw new AppError('INPUT_INVALID', { problem: 'paths: at least one file has to stay' });
  }
  await host.current().manifests.change(modelId, choose);
  const changed = catalog.find(modelId);
  const download = await engine.reselect(changed, pathsOf(changed));
  await catalog.refresh(modelId);
  if (download || excluded) return download;
  return startDownload({ host, catalog, engine }, modelId);
}

async function remove(
  ports: ModelOperationPorts,
  { id, toTrash }: OperationRequest<'models.remove'>,
): Promise<{ freedBytes: number }> {
  const library = ports.host.current();
  const manifest = ports.catalog.find(id);
  await leaveQueue(ports.engine, id);
  const discard = toTrash ? ports.desktop.moveToTrash : ports.deleteForGood;
  try {
    await library.parts.remove(downloadIdOf(manifest));
    return { freedBytes: await library.remove(manifest, discard) };
  } finally {
    await ports.catalog.refresh(id);
  }
}

async function leaveQueue(engine: DownloadEngine, id: string): Promise<void> {
  const stateOf = () => engine.get(id)?.state;
  const state = stateOf();
  if (state && canCancel(state)) {
    await engine.cancel(id, true).catch((error: unknown) => {
      // It was put in its place meanwhile, and goes from there.
      if (stateOf()?.kind !== 'done') throw error;
    });
  }
  if (stateOf()?.kind === 'done') await engine.dismiss(id);
}

/** The files of a model that were not left out. */
export const pathsOf = ({ files }: Manifest) =>
  files.filter(({ excluded }) => !excluded).map(({ path }) => path);
