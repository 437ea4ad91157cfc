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
}

/**
 * The model with the origin and the paths of the hub, when a repository of that name has every one of its files with
 * the same digest; else as it was.
 */
export async function withOrigin(ports: OriginPorts, model: FoundModel): Promise<FoundModel> {
  const repository = model.origin ? null : repositoryIn(model);
  if (repository === null) return model;
  const asked = await ports.inspect({ source: 'hf', repository }).catch(() => null);
  if (!asked) return model;
  const { origin, files } = asked.listing;
  const pathOf = new Map(files.map((file) => [file.sha256, file.path]));
  const named = model.files.flatMap((file): FoundFile[] => {
    const known = file.sha256 === undefined ? undefined : pathOf.get(file.sha256);
    return known === undefined ? [] : [{ ...file, path: known }];
  });
  return named.length === model.files.length ? { ...model, origin, files: named } : model;
}

/** `<folder>/<owner>/<name>/<file>`, as LM Studio and Jan lay them out. */
function repositoryIn({ folder, files }: FoundModel): string | null {
  const [owner, name] = path.relative(folder, files[0]?.place ?? '').split(path.sep);
  const repository = `${owner}/${name}`;
  return files.length > 0 && isRepository(repository) ? repository : null;
}
