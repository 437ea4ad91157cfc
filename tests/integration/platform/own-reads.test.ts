import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepsAccessTimes, readingsOf } from '../../../src-main/platform/access-times.ts';
import { createHasher } from '../../../src-main/platform/hasher.ts';
import {
  createOwnReads,
  notedHasher,
  notedInspector,
  notedVirusScan,
} from '../../../src-main/platform/own-reads.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { aManifest } from '../../unit/analytics/known-models.ts';
import { createManualClock } from '../../unit/transports/manual-clock.ts';

const MINUTE = 60_000;

async function rig() {
  const { clock, advance } = createManualClock();
  const ownReads = createOwnReads(clock);
  const hasher = notedHasher(createHasher(), ownReads);
  onTestFinished(hasher.close);
  const file = path.join(await temporaryFolder(), 'weights');
  await writeFile(file, 'weights');
  const wasOurs = (at = clock.now()) => ownReads.wasOurs(file, at);
  return { clock, advance, ownReads, hasher, file, wasOurs };
}

it('a file is ours from when its digest is begun until it is measured', async () => {
  const { clock, advance, hasher, file, wasOurs } = await rig();
  const begun = clock.now();
  expect(wasOurs()).toBe(false);
  const run = hasher.follow(file, {});
  advance(MINUTE);
  expect(wasOurs()).toBe(true);
  await run.finish(7);
  const ended = clock.now();
  advance(MINUTE);
  expect(wasOurs(begun - MINUTE)).toBe(false);
  expect(wasOurs(begun + 1)).toBe(true);
  expect(wasOurs(ended + 1_000)).toBe(true);
  expect(wasOurs()).toBe(false);
});

it('reads before the last one are known as long as they can be asked for', async () => {
  const { clock, advance, hasher, file, wasOurs } = await rig();
  const first = clock.now();
  await hasher.checksums(file, [{ from: 0, to: 7 }]);
  advance(10 * MINUTE);
  const run = hasher.follow(file, {});
  run.cancel();
  expect(wasOurs(first)).toBe(true);
  advance(2 * 60 * MINUTE);
  await hasher.checksums(file, [{ from: 0, to: 7 }]);
  expect(wasOurs(first)).toBe(false);
});

it('looking into a file, and having it scanned, are reads as well', async () => {
  const { advance, ownReads, file, wasOurs } = await rig();
  const seen: boolean[] = [];
  const look = async (..._asked: unknown[]) => {
    advance(MINUTE);
    seen.push(wasOurs());
    advance(MINUTE);
    return null as never;
  };
  const inspector = notedInspector({ scanner: 1, form: look, model: look, safety: look }, ownReads);
  await inspector.form(file, { name: 'a', depth: 'headers' as never });
  await inspector.model([{ path: file, name: 'a' }]);
  await inspector.safety(file, { name: 'a' });
  await notedVirusScan(look, ownReads)(file);
  expect(seen).toEqual([true, true, true, true]);
  advance(MINUTE);
  expect(wasOurs()).toBe(false);
});

it('trying whether times are kept leaves nothing behind, and a folder that is away keeps none', async () => {
  const folder = await temporaryFolder();
  await keepsAccessTimes(folder);
  expect(await readdir(folder)).toEqual([]);
  expect(await keepsAccessTimes(path.join(folder, 'away'))).toBe(false);
});

it('the large files of installed models are looked at', async () => {
  const library = await temporaryFolder();
  const installedAt = '2026-01-01T00:00:00.000Z';
  const file = (name: string, sizeBytes: number) => ({ path: name, localPath: name, sizeBytes });
  const files = [file('weights', 2 ** 21), file('config.json', 100), file('gone', 2 ** 21)];
  const adopted = {
    app: 'comfyui',
    at: installedAt,
    way: 'linked',
    places: { weights: '/there' },
  } as const;
  const models = [
    aManifest('hf:maker/here', { installedAt, files, adopted }),
    aManifest('hf:maker/listed', { files }),
    aManifest('hf:maker/unsafe', {
      ...{ installedAt, files },
      quarantine: { at: installedAt, reason: 'code' },
    }),
  ];
  for (const { folder } of models) {
    await mkdir(path.join(library, folder), { recursive: true });
    await writeFile(path.join(library, folder, 'weights'), 'w');
    await writeFile(path.join(library, folder, 'config.json'), '{}');
  }
  const readings = await readingsOf(library, models);
  expect(readings.map(({ modelId, places }) => ({ modelId, places }))).toEqual([
    { modelId: 'hf:maker/here', places: [path.join(library, 'maker/here/weights'), '/there'] },
  ]);
  expect(readings[0]?.readAt).toBeGreaterThan(Date.UTC(2025, 0, 1));
});
