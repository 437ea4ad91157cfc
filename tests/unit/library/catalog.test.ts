import { expect, it } from 'vitest';
import { createCatalog } from '../../../src-main/library/catalog.ts';
import type { Libraries } from '../../../src-main/library/libraries.ts';
import type { FilePresence } from '../../../src-main/library/presence.ts';
import { queued } from '../download/fake-engine.ts';
import { createManualClock } from '../transports/manual-clock.ts';

it('what lies in one library is not believed of the next one', async () => {
  const manifest = { ...queued('a').manifest, installedAt: '2026-01-01T00:00:00.000Z' };
  const library = (state: FilePresence['state']) => ({
    kind: 'open',
    library: {
      folder: '/library',
      manifests: { all: () => [manifest] },
      presences: async () => [manifest.files.map(({ path }) => ({ path, state }))],
    },
  });
  let state = library('present');
  const catalog = createCatalog({
    flaws: () => ({ damaged: new Set(), unfit: undefined }),
    libraries: {
      manifests: () => [manifest],
      manifest: () => manifest,
      stateOf: () => state,
    } as unknown as Libraries,
    download: () => undefined,
    publish: () => {},
    clock: createManualClock().clock,
  });
  const availability = () => catalog.list().map((model) => model.availability);
  await catalog.refreshAll();
  expect(availability()).toEqual(['available']);
  state = library('missing');
  const refreshed = catalog.refreshAll();
  expect(availability()).toEqual(['missing']);
  await refreshed;
});
