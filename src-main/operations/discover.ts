/** What a hub offers, seen from this machine: which sets of files there are, and how they would run here. */
import { chooseRecommended, isAdvisable } from '../../src-shared/domain/choose-variant.ts';
import { assessFit } from '../../src-shared/domain/fit.ts';
import type { Fit, Repository, Variant } from '../../src-shared/domain/hub.ts';
import {
  formatReference,
  type ModelReference,
  modelIdOf,
} from '../../src-shared/domain/reference.ts';
import { type FileGroup, groupVariants } from '../../src-shared/domain/variants.ts';
import type { Clock, Hardware, ModelSource, RepositoryListing } from '../engines/ports.ts';

interface DiscoverPorts {
  readonly source: ModelSource;
  readonly clock: Clock;
  readonly hardware: () => Promise<Hardware>;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly keepFreeBytes: () => number;
  readonly isInLibrary: (modelId: string) => boolean;
}

export interface Inspected {
  readonly listing: RepositoryListing;
  /** With the one marked that is taken where none is named. */
  readonly groups: readonly FileGroup[];
}

export interface Discover {
  inspect(reference: ModelReference): Promise<Inspected>;
  describe(reference: ModelReference): Promise<Repository>;
  /** How all variants of a repository would run here; answered from memory for a while. */
  variants(reference: ModelReference): Promise<Variant[]>;
  /** Forgets what was remembered, e.g. because another token sees more. */
  forget(): void;
}

const REMEMBERED_MS = 5 * 60_000;

export function createDiscover(ports: DiscoverPorts): Discover {
  const remembered = new Map<string, { at: number; inspected: Promise<Inspected> }>();

  async function fitOnThisMachine(): Promise<(sizeBytes: number) => Fit> {
    const hardware = await ports.hardware();
    const freeDiskBytes = await ports.freeDiskBytes();
    const keepFreeBytes = ports.keepFreeBytes();
    return (sizeBytes) => assessFit({ sizeBytes, hardware, freeDiskBytes, keepFreeBytes });
  }

  async function inspect(reference: ModelReference): Promise<Inspected> {
    const listing = await ports.source.inspect(reference);
    const fitFor = await fitOnThisMachine();
    const groups = groupsOf(listing);
    return { listing, groups: chooseRecommended(groups, ({ sizeBytes }) => fitFor(sizeBytes)) };
  }

  /** Hubs are asked again only after a while; what is in the library here changes sooner. */
  function inspectNowAndThen(reference: ModelReference): Promise<Inspected> {
    const now = ports.clock.now();
    for (const [key, { at }] of remembered) {
      if (now - at >= REMEMBERED_MS) remembered.delete(key);
    }
    const key = formatReference(reference);
    const known = remembered.get(key);
    if (known) return known.inspected;
    const inspected = inspect(reference);
    remembered.set(key, { at: now, inspected });
    inspected.catch(() => remembered.delete(key));
    return inspected;
  }

  async function variantsOf(
    reference: ModelReference,
    { listing, groups }: Inspected,
  ): Promise<Variant[]> {
    const fitFor = await fitOnThisMachine();
    const { repository } = listing.origin;
    return groups.map((group) =>
      variantOf(reference, repository, group, fitFor, ports.isInLibrary),
    );
  }

  async function describeRepository(reference: ModelReference): Promise<Repository> {
    const inspected = await inspect(reference);
    const { listing } = inspected;
    const { origin, files, ...facts } = listing;
    const { repository } = origin;
    const { source, revision } = reference;
    // Of Ollama, a tag is a model of its own.
    const tag = source === 'ollama' ? reference.variant : undefined;
    return {
      ...facts,
      tags: [...listing.tags],
      ref: formatReference({
        source,
        repository,
        ...(revision && { revision }),
        ...(tag && { variant: tag }),
      }),
      repository,
      requestedRevision: origin.requestedRevision,
      revision: origin.revision,
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      files: [...files],
      variants: await variantsOf(reference, inspected),
    };
  }

  return {
    inspect,
    describe: describeRepository,
    variants: async (reference) => variantsOf(reference, await inspectNowAndThen(reference)),
    forget: () => remembered.clear(),
  };
}

/** A tag of Ollama has one set of files, and its name says nothing of theirs. */
function groupsOf({ origin, files }: RepositoryListing): FileGroup[] {
  if (origin.source !== 'ollama') return groupVariants(files);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const name = origin.requestedRevision;
  return [{ name, format: 'gguf', files, sizeBytes, recommended: true, rank: 0 }];
}

function variantOf(
  { source, revision }: ModelReference,
  repository: string,
  { name, format, sizeBytes, files, recommended }: FileGroup,
  fitFor: (sizeBytes: number) => Fit,
  isInLibrary: (modelId: string) => boolean,
): Variant {
  const reference = { source, repository, variant: name };
  const fit = fitFor(sizeBytes);
  return {
    ref: formatReference({ ...reference, ...(revision && { revision }) }),
    name,
    format,
    sizeBytes,
    files: [...files],
    recommended: recommended && isAdvisable(fit),
    fit,
    inLibrary: isInLibrary(modelIdOf(reference)) || isInLibrary(modelIdOf({ source, repository })),
  };
}
