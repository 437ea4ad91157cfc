import { expect, it } from 'vitest';
import type { DownloadEngine } from '../../../src-main/engines/download/engine.ts';
import type { Catalog } from '../../../src-main/library/catalog.ts';
import type { Library } from '../../../src-main/library/library.ts';
import type { LibraryHost } from '../../../src-main/library/library-host.ts';
import type { Discover } from '../../../src-main/operations/discover.ts';
import { createModelOperations } from '../../../src-main/operations/models.ts';
import type { Desktop } from '../../../src-main/operations/ports.ts';
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
    host: { current: () => current } as unknown as LibraryHost,
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
    desktop: {} as unknown as Desktop,
    deleteForGood: async () => {},
    clock: createManualClock().clock,
  });
  await operations['models.track']({ ref: 'hf:maker/model', keep: true, download: false });
  expect(put).toEqual(['/two']);
});
