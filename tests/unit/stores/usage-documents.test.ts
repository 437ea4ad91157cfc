import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openUsageDocuments } from '../../../src-main/stores/usage-documents.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { use, utc } from '../analytics/usage-builders.ts';
import { createManualClock } from '../transports/manual-clock.ts';

async function rig(folder?: string) {
  const place = folder ?? (await temporaryFolder());
  const { clock, advance } = createManualClock();
  const raised: string[] = [];
  const alerts = { raise: (error: { code: string }) => void raised.push(error.code) };
  const store = openUsageDocuments({ folder: place, clock, toLocal: utc, alerts: alerts as never });
  return { store, advance, place, raised };
}

const ALL = ['2026-01-01', '2026-12-31'] as const;

it('R8.1 uses are kept by month, and are there after a restart', async () => {
  const { store, place } = await rig();
  store.add(use('hf:a', '2026-01-31T23:59:00.000Z'));
  store.add(use('hf:a', '2026-02-01T00:01:00.000Z', { success: false }));
  await store.flush();
  expect((await readdir(place)).toSorted()).toEqual(['2026-01.json', '2026-02.json']);
  const again = await rig(place);
  const days = await again.store.days(...ALL);
  expect(Object.keys(days)).toEqual(['2026-01-31', '2026-02-01']);
  expect(days['2026-02-01']?.['hf:a']).toMatchObject({ uses: 1, failures: 1 });
  expect(await again.store.events('2026-02-01', '2026-02-28')).toHaveLength(1);
});

it('are written a second later, or together when there are many', async () => {
  const { store, place, advance } = await rig();
  store.add(use('hf:a', '2026-01-05T10:00:00.000Z'));
  expect(await readdir(place).catch(() => [])).toEqual([]);
  advance(1_000);
  await store.flush();
  expect(await readdir(place)).toEqual(['2026-01.json']);
});

it('R8.1 take no more room however many there are: all count, the newest are kept', async () => {
  const { store, place } = await rig();
  for (let second = 0; second < 5_000; second += 1) {
    const at = new Date(Date.UTC(2026, 0, 5, 10) + second * 1_000).toISOString();
    store.add(use('hf:a', at));
  }
  await store.flush();
  const events = await store.events(...ALL);
  expect(events).toHaveLength(2_000);
  expect(events.at(-1)?.startedAt).toBe('2026-01-05T11:23:19.000Z');
  expect((await store.days(...ALL))['2026-01-05']?.['hf:a']?.uses).toBe(5_000);
  expect((await stat(path.join(place, '2026-01.json'))).size).toBeLessThan(500_000);
});

it('R8.1 two hundred models of a month have counts of their own, the others one together', async () => {
  const { store } = await rig();
  for (let model = 0; model < 205; model += 1) {
    const at = new Date(Date.UTC(2026, 0, 1 + (model % 28))).toISOString();
    store.add(use(`hf:m${model}`, at));
    if (model >= 5) store.add(use(`hf:m${model}`, at));
  }
  await store.flush();
  const days = Object.values(await store.days(...ALL));
  const names = new Set(days.flatMap(Object.keys));
  expect(names.size).toBe(201);
  expect([...names].filter((name) => /^hf:m[0-4]$/.test(name))).toEqual([]);
  const others = days.flatMap((day) => day['(other)']?.uses ?? []);
  expect(others.reduce((sum, uses) => sum + uses, 0)).toBe(5);
});

it('of more than can be written the newest ten thousand are kept, and the others counted', async () => {
  const { store } = await rig();
  const start = Date.UTC(2026, 0, 5);
  for (let second = 0; second < 10_003; second += 1) {
    store.add(use('hf:a', new Date(start + second * 1_000).toISOString()));
  }
  await store.flush();
  expect(store.dropped()).toBe(3);
  expect((await store.days(...ALL))['2026-01-05']?.['hf:a']?.uses).toBe(10_000);
  expect((await store.events(...ALL)).at(-1)?.startedAt).toBe('2026-01-05T02:46:42.000Z');
});

it('R8.1 what was asked has no place in them', async () => {
  const { store, place } = await rig();
  store.add(use('hf:a', '2026-01-05T10:00:00.000Z'));
  await store.flush();
  expect(await readFile(path.join(place, '2026-01.json'), 'utf8')).not.toMatch(
    /prompt|message|text/i,
  );
});

it('R8.2 erased, nothing is left, not even the generation before', async () => {
  const { store, place } = await rig();
  for (const minute of ['00', '01']) {
    store.add(use('hf:a', `2026-01-05T10:${minute}:00.000Z`));
    await store.flush();
  }
  store.add(use('hf:b', '2026-01-05T11:00:00.000Z'));
  await store.erase();
  expect(await readdir(place)).toEqual([]);
  expect(await store.days(...ALL)).toEqual({});
});

it('months that are not to be kept go', async () => {
  const { store, place } = await rig();
  store.add(use('hf:a', '2025-11-05T10:00:00.000Z'));
  store.add(use('hf:a', '2026-01-05T10:00:00.000Z'));
  await store.flush();
  await store.prune('2026-01');
  expect(await readdir(place)).toEqual(['2026-01.json']);
});

it('a damaged month is set aside and told, and the others are read', async () => {
  const { store, place } = await rig();
  store.add(use('hf:a', '2026-01-05T10:00:00.000Z'));
  store.add(use('hf:a', '2026-02-05T10:00:00.000Z'));
  await store.flush();
  await writeFile(path.join(place, '2026-01.json'), '{');
  const again = await rig(place);
  expect(Object.keys(await again.store.days(...ALL))).toEqual(['2026-02-05']);
  expect(again.raised).toEqual(['DOCUMENT_DAMAGED']);
});

it('a folder that cannot be used is told, and nothing else fails', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'analytics'), 'in the way');
  const { store, raised, advance } = await rig(path.join(folder, 'analytics'));
  store.add(use('hf:a', '2026-01-05T10:00:00.000Z'));
  advance(1_000);
  await store.flush().catch(() => {});
  expect(raised).toEqual(['DATA_FILE_UNUSABLE']);
});
