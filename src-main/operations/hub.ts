import type { OperationHandlers } from '../../src-shared/contract/operations.ts';
import type { SearchHit, Variant } from '../../src-shared/domain/hub.ts';
import { parseReference } from '../../src-shared/domain/reference.ts';
import { toAppError } from '../../src-shared/errors.ts';
import type { ListedModel, Log, ModelSource } from '../engines/ports.ts';
import type { Discover } from './discover.ts';

interface HubOperationPorts {
  readonly source: ModelSource;
  readonly discover: Discover;
  readonly log: Log;
}

const LOOK_AT_ONCE = 6;

export function createHubOperations({ source, discover, log }: HubOperationPorts) {
  /** A hit whose files cannot be listed is shown without variants rather than not at all. */
  async function variantsOf(hit: ListedModel): Promise<Variant[]> {
    return discover.variants(parseReference(hit.ref)).catch((error: unknown) => {
      log.warn('variants not known', { model: hit.ref, code: toAppError(error).code });
      return [];
    });
  }

  /** Looks at a few repositories at a time: each costs the hub two or three requests. */
  async function onlyFitting(listed: readonly ListedModel[]): Promise<SearchHit[]> {
    const hits: SearchHit[] = [];
    for (let start = 0; start < listed.length; start += LOOK_AT_ONCE) {
      const some = listed.slice(start, start + LOOK_AT_ONCE);
      hits.push(
        ...(await Promise.all(
          some.map(async (hit) => ({ ...hit, variants: await variantsOf(hit) })),
        )),
      );
    }
    return hits.filter(({ variants }) => variants.some(runsHere));
  }

  return {
    'hub.search': async ({ source: kind, q, task, limit, cursor, fits }) => {
      const found = await source.search({
        source: kind,
        text: q,
        limit,
        ...(task !== undefined && { task }),
        ...(cursor !== undefined && { cursor }),
      });
      return {
        items: fits ? await onlyFitting(found.items) : found.items.map(withoutVariants),
        ...(found.nextCursor !== undefined && { nextCursor: found.nextCursor }),
      };
    },
    'hub.repository': ({ ref }) => discover.describe(parseReference(ref)),
  } satisfies Partial<OperationHandlers>;
}

const withoutVariants = (hit: ListedModel): SearchHit => ({ ...hit, variants: [] });

function runsHere({ fit }: Pick<Variant, 'fit'>): boolean {
  return fit.verdict !== 'too-large' && fit.onDisk !== 'needs-space';
}
