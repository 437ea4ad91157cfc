import { expect, it } from 'vitest';
import type { DownloadEngine } from '../../../src-main/engines/download/engine.ts';
import type { Catalog } from '../../../src-main/library/catalog.ts';
import type { Libraries } from '../../../src-main/library/libraries.ts';
import type { Library } from '../../../src-main/library/library.ts';
import type { Discover } from '../../../src-main/operations/discover.ts';
import { createModelOperations } from '../../../src-main/operations/models.ts';
import type { Removals } from '../../../src-main/operations/ports.ts';
import { groupVariants } from '../../../src-shared/domain/variants.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { listing } from './listing.ts';

it('S4 a model is tracked in the library that is open once the hub has answered', async () => {
  const put: string[] = [];
  const library = (folder: string) =>
    ({
      folder,
      manifests: { all: () => [], get: () => undefined, put: async () => void put.push(folder) },
    }) as unknown as Library;
  let current = library('/one');
  const operations = createModelOperations({
    libraries: { at: () => current, stateOf: () => undefined } as unknown as Libraries,
    discover: {
      inspect: async () => {
        current = library('/two');
        return { listing, groups: groupVariants(listing.files) };
      },
    } as unknown as Discover,
    catalog: {
      refresh: async () => {},
      announce: () => {},
      view: () => ({}),
    } as unknown as Catalog,
    engine: {} as unknown as DownloadEngine,
    removals: {} as unknown as Removals,
    deleteForGood: async () => {},
    clock: createManualClock().clock,
  });
  await operations['models.track']({ ref: 'hf:maker/model', keep: true, download: false });
  expect(put).toEqual(['/two']);
});
