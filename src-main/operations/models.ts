import type {
  OperationHandlers,
  OperationOutput,
  OperationRequest,
} from '../../src-shared/contract/operations.ts';
import { canCancel, type Download } from '../../src-shared/domain/download.ts';
import type { Manifest, ModelStatus } from '../../src-shared/domain/model.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { DownloadEngine } from '../engines/download/engine.ts';
import type { Clock } from '../engines/ports.ts';
import type { Catalog } from '../library/catalog.ts';
import type { Libraries } from '../library/libraries.ts';
import { downloadIdIn } from '../library/parts-of-libraries.ts';
import { downloadIdOf, planManifest } from '../library/plan-manifest.ts';
import type { Discover } from './discover.ts';
import type { Removals } from './ports.ts';

interface ModelOperationPorts {
  readonly catalog: Catalog;
  readonly libraries: Libraries;
  readonly engine: DownloadEngine;
  readonly discover: Discover;
  readonly removals: Removals;
  /** Deletes a file for good. */
  readonly deleteForGood: (path: string) => Promise<void>;
  readonly clock: Clock;
}

export function createModelOperations(ports: ModelOperationPorts) {
  const { catalog } = ports;
  return {
    'models.list': async ({ files }) => {
      await catalog.looked();
      const items = catalog.list();
      return { items: files ? items : items.map(withoutFiles) };
    },
    'models.track': (input) => track(ports, input),
    'models.remove': (input) => remove(ports, input),
    'models.restore': async ({ id }) => {
      await ports.removals.restore(id);
      return catalog.view(id);
    },
  } satisfies Partial<OperationHandlers>;
}

const WITHOUT_FILES = new WeakMap<ModelStatus, ModelStatus>();

/** The same object for the same one: what was checked against the contract is not checked again. */
function withoutFiles(model: ModelStatus): ModelStatus {
  const known = WITHOUT_FILES.get(model);
  if (known) return known;
  const brief = { ...model, files: [] };
  WITHOUT_FILES.set(model, brief);
  return brief;
}

async function track(
  ports: ModelOperationPorts,
  { ref, keep, download, library: folder }: OperationRequest<'models.track'>,
): Promise<ModelStatus> {
  const { libraries } = ports;
  libraries.at(folder);
  const reference = parseReference(ref);
  const { listing, groups } = await ports.discover.inspect(reference);
  const at = new Date(ports.clock.now()).toISOString();
  const plan = { reference, listing, groups, keep, at };
  const { id } = planManifest({ ...plan, others: [] });
  // Asked again: another library may have been opened meanwhile. What is known stays where it is.
  const library = libraries.stateOf(id) ? libraries.of(id) : libraries.at(folder);
  const planned = planManifest({ ...plan, others: library.manifests.all() });
  const known = library.manifests.get(id);
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
  { libraries, catalog, engine }: Pick<ModelOperationPorts, 'libraries' | 'catalog' | 'engine'>,
  modelId: string,
): Promise<Download | undefined> {
  const library = libraries.of(modelId);
  const manifest = catalog.find(modelId);
  const presence = await catalog.look(manifest);
  const lacking = presence
    .filter(({ state }) => state === 'missing' || state === 'damaged')
    .map(({ path }) => path);
  const paths = manifest.installedAt ? lacking : pathsOf(manifest);
  if (paths.length === 0) return undefined;
  return engine.enqueue({ manifest, paths, id: downloadIdIn(library, manifest) });
}

/** Leaves files out of a model, or takes them back in, and goes on with its download accordingly. */
export async function chooseFiles(
  { libraries, catalog, engine }: Pick<ModelOperationPorts, 'libraries' | 'catalog' | 'engine'>,
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
  await libraries.of(modelId).manifests.change(modelId, choose);
  const changed = catalog.find(modelId);
  const download = await engine.reselect(changed, pathsOf(changed));
  await catalog.refresh(modelId);
  if (download || excluded) return download;
  return startDownload({ libraries, catalog, engine }, modelId);
}

async function remove(
  ports: ModelOperationPorts,
  { id, toTrash }: OperationRequest<'models.remove'>,
): Promise<OperationOutput<'models.remove'>> {
  const manifest = ports.catalog.find(id);
  const library = ports.libraries.of(id);
  await leaveQueue(ports.engine, id);
  try {
    await library.parts.remove(downloadIdOf(manifest));
    if (!toTrash || !manifest.installedAt) {
      return { freedBytes: await library.remove(manifest, ports.deleteForGood), undoUntil: null };
    }
    return await ports.removals.toTrash(library, manifest);
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
