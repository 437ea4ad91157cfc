/** Where a found model may have come from: some programs name folders as the hub does. */
import path from 'node:path';
import type { FoundFile, FoundModel } from '../../src-shared/domain/inventory.ts';
import { isRepository, type ModelReference } from '../../src-shared/domain/reference.ts';
import type { RepositoryListing } from '../engines/ports.ts';

interface OriginPorts {
  /** @throws when the hub has no such repository, or cannot be asked */
  readonly inspect: (
    reference: ModelReference,
  ) => Promise<{ readonly listing: Pick<RepositoryListing, 'origin' | 'files'> }>;
  /** What a file of this digest belongs to; `null` when nobody knows. */
  readonly identify: (sha256: string) => Promise<ModelReference | null>;
}

/**
 * The model with the origin and the paths of its hub, when a repository of that name, or one that a hub knows by the
 * digest, has every one of its files with the same digest; else as it was.
 */
export async function withOrigin(ports: OriginPorts, model: FoundModel): Promise<FoundModel> {
  if (model.origin) return model;
  const repository = repositoryIn(model);
  const named = repository && (await madeOf(ports, model, { source: 'hf', repository }));
  if (named) return named;
  const reference = await byDigest(ports, model);
  return (reference && (await madeOf(ports, model, reference))) ?? model;
}

/** Language models are found by their names; those of images are known by what is in them. */
async function byDigest(ports: OriginPorts, { format, files }: FoundModel) {
  const sha256 = files[0]?.sha256;
  if (sha256 === undefined || format === 'gguf') return null;
  return ports.identify(sha256).catch(() => null);
}

/** @returns `null` when a file of the model is not one of this repository */
async function madeOf(
  ports: OriginPorts,
  model: FoundModel,
  reference: ModelReference,
): Promise<FoundModel | null> {
  const asked = await ports.inspect(reference).catch(() => null);
  if (!asked) return null;
  const { origin, files } = asked.listing;
  const pathOf = new Map(files.map((file) => [file.sha256, file.path]));
  const named = model.files.flatMap((file): FoundFile[] => {
    const known = file.sha256 === undefined ? undefined : pathOf.get(file.sha256);
    return known === undefined ? [] : [{ ...file, path: known }];
  });
  return named.length === model.files.length ? { ...model, origin, files: named } : null;
}

/** `<folder>/<owner>/<name>/<file>`, as LM Studio and Jan lay them out. */
function repositoryIn({ folder, files }: FoundModel): string | null {
  const [owner, name] = path.relative(folder, files[0]?.place ?? '').split(path.sep);
  const repository = `${owner}/${name}`;
  return files.length > 0 && isRepository(repository) ? repository : null;
}
