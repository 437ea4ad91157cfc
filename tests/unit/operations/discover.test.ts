import { expect, it } from 'vitest';
import { createDiscover } from '../../../src-main/operations/discover.ts';
import { parseReference } from '../../../src-shared/domain/reference.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { listing } from './listing.ts';

const REMEMBERED_MS = 5 * 60_000;
function rig(freeDiskBytes = 1e12) {
  const { clock, advance } = createManualClock();
  const tracked = new Set<string>();
  let asked = 0;
  const discover = createDiscover({
    source: {
      inspect: async () => {
        asked += 1;
        return listing;
      },
      search: () => Promise.reject(new Error('not asked')),
      routes: () => [],
      pageUrl: () => '',
    },
    clock,
    hardware: async () => ({ memoryBytes: 16e9, videoMemoryBytes: null, cpu: 'any', cores: 4 }),
    freeDiskBytes: async () => freeDiskBytes,
    keepFreeBytes: () => 0,
    isInLibrary: (modelId) => tracked.has(modelId),
  });
  return { discover, advance, tracked, asked: () => asked };
}

const reference = parseReference('hf:maker/model');

it('recommends nothing where nothing fits, and still knows what is meant', async () => {
  const { discover } = rig(0);
  const { variants } = await discover.describe(reference);
  expect(variants.map(({ recommended }) => recommended)).not.toContain(true);
  const { groups } = await discover.inspect(reference);
  expect(groups.filter(({ recommended }) => recommended)).toHaveLength(1);
});

it('recommends one that fits', async () => {
  const { discover } = rig();
  const { variants } = await discover.describe(reference);
  expect(variants.filter(({ recommended }) => recommended)).toHaveLength(1);
});

it('asks a hub for the variants of a repository once in a while', async () => {
  const { discover, advance, asked } = rig();
  await discover.variants(reference);
  await discover.variants(reference);
  expect(asked()).toBe(1);
  advance(REMEMBERED_MS);
  await discover.variants(reference);
  expect(asked()).toBe(2);
});

it('says at once which variants are in the library, also of a repository it remembers', async () => {
  const { discover, tracked } = rig();
  await discover.variants(reference);
  tracked.add('hf:maker/model:Q4_K_M');
  const [variant] = await discover.variants(reference);
  expect(variant?.inLibrary).toBe(true);
});
