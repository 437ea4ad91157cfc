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

export function createHubOperations({ source, discover, log }: HubOperationPorts) {
  /** A hit whose files cannot be listed is shown without variants rather than not at all. */
  async function variantsOf(hit: ListedModel): Promise<Variant[]> {
    return discover.variants(parseReference(hit.ref)).catch((error: unknown) => {
      log.warn('variants not known', { model: hit.ref, code: toAppError(error).code });
      return [];
    });
  }

  return {
    'hub.search': async ({ q, task, limit, cursor, fits }) => {
      const found = await source.search({
        text: q,
        limit,
        ...(task !== undefined && { task }),
        ...(cursor !== undefined && { cursor }),
      });
      const hits: SearchHit[] = [];
      for (const hit of found.items) {
        const variants = fits ? await variantsOf(hit) : [];
        if (!fits || variants.some(runsHere)) hits.push({ ...hit, variants });
      }
      return {
        items: hits,
        ...(found.nextCursor !== undefined && { nextCursor: found.nextCursor }),
      };
    },
    'hub.repository': ({ ref }) => discover.describe(parseReference(ref)),
  } satisfies Partial<OperationHandlers>;
}

function runsHere({ fit }: Variant): boolean {
  return fit.verdict !== 'too-large' && fit.onDisk !== 'needs-space';
}
