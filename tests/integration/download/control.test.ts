import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { syntheticContent } from '../../hub/content.ts';
import type { HubRepository } from '../../hub/repository.ts';
import { isDone, isFailed, startEngine, startHubForTest } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { canMountDisks, mountSmallDisk } from '../../support/small-disk.ts';

const SIZE = 40_000_000;
const repository = (name: string, seed: number): HubRepository => ({
  id: `maker/${name}`,
  commits: [
    { files: [{ path: `${name}.gguf`, content: syntheticContent({ sizeBytes: SIZE, seed }) }] },
  ],
});
const repositories = [repository('first', 1), repository('second', 2)];
const FIRST = 'hf:maker/first';
const SECOND = 'hf:maker/second';

async function slowRig(options: Parameters<typeof startEngine>[1] = {}) {
  const tokens = { hf_verysecrettoken: { user: 'tester' } };
  const hub = await startHubForTest({ repositories, tokens });
  hub.setRates({ totalBytesPerSecond: 20_000_000 });
  return { hub, ...(await startEngine(hub, options)) };
}

describe('R5.1 pause, resume, cancel', () => {
  it('pauses with the bytes kept, over a restart, and goes on from there', async () => {
    const folder = path.join(await temporaryFolder(), 'library');
    const { hub, engine, fetch, until, stop, stored } = await slowRig({ folder });
    const id = await fetch(FIRST);
    await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 4);
    const paused = await engine.pause(id);
    expect(paused.state.kind).toBe('paused');
    const sent = hub.bytesSent('**/first.gguf');
    await stop();

    hub.setRates({});
    const next = await startEngine(hub, { folder, stored: stored() });
    const found = next.engine.get(id);
    expect(found?.state.kind).toBe('paused');
    expect(found?.receivedBytes).toBeGreaterThan(SIZE / 4);
    await next.engine.resume(id);
    await next.until(id, isDone);
    expect(hub.bytesSent('**/first.gguf')).toBeLessThan(Math.max(SIZE, sent) * 1.05);
  });

  it('goes on by itself after a restart when it was not paused', async () => {
    const folder = path.join(await temporaryFolder(), 'library');
    const { hub, fetch, until, stop, stored } = await slowRig({ folder });
    const id = await fetch(FIRST);
    await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 4);
    await stop();
    hub.setRates({});
    const next = await startEngine(hub, { folder, stored: stored() });
    await next.until(id, isDone);
  });

  it('cancels and keeps the partial, so that a later download goes on from it', async () => {
    const { hub, engine, fetch, until } = await slowRig();
    const id = await fetch(FIRST);
    await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 4);
    await engine.cancel(id, false);
    expect(engine.get(id)).toBeUndefined();
    hub.setRates({});
    await fetch(FIRST);
    expect(engine.get(id)?.receivedBytes).toBeGreaterThan(SIZE / 4);
    await until(id, isDone);
    expect(hub.bytesSent('**/first.gguf')).toBeLessThan(SIZE * 1.05);
  });

  it('cancels and deletes the partial when told so', async () => {
    const { engine, fetch, until } = await slowRig();
    const id = await fetch(FIRST);
    await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 4);
    await engine.cancel(id, true);
    await fetch(FIRST);
    expect(engine.get(id)?.receivedBytes).toBeLessThan(SIZE / 4);
  });

  it('refuses what is not possible, with a code', async () => {
    const { engine, fetch } = await slowRig();
    const id = await fetch(FIRST);
    await expect(engine.resume(id)).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' });
    await expect(engine.pause('hf:no/such')).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' });
  });
});

describe('R5.2 order', () => {
  it('a higher priority overtakes a running lower one, which goes on afterwards', async () => {
    const { hub, engine, fetch, until } = await slowRig({ concurrent: 1 });
    const low = await fetch(FIRST);
    const high = await fetch(SECOND);
    await until(low, ({ receivedBytes }) => receivedBytes > SIZE / 8);
    await engine.prioritize(high, { priority: 5 });
    await until(high, ({ state }) => state.kind === 'running');
    expect(engine.get(low)?.state.kind).toBe('queued');
    hub.setRates({});
    await until(high, isDone);
    await until(low, isDone);
    // What was in the system's buffers of each connection when it gave way was sent, and is gone.
    expect(hub.bytesSent('**/first.gguf')).toBeLessThan(SIZE * 1.3);
  });

  it('only as many run as the setting says, and a change counts at once', async () => {
    const { engine, fetch, until, settings } = await slowRig({ concurrent: 1 });
    const first = await fetch(FIRST);
    const second = await fetch(SECOND);
    await until(first, ({ state }) => state.kind === 'running');
    expect(engine.get(second)?.state.kind).toBe('queued');
    settings.concurrent = 2;
    engine.reschedule();
    await until(second, ({ state }) => state.kind === 'running');
  });
});

describe('R3.4 space', () => {
  it('criterion 17: does not start what cannot fit, counting what others still need', async () => {
    const { fetch, until } = await slowRig({ concurrent: 2, freeBytes: () => SIZE * 1.5 });
    await fetch(FIRST);
    const second = await fetch(SECOND);
    const waiting = await until(second, ({ state }) => state.kind === 'waiting-space');
    expect(waiting.state).toMatchObject({ error: { code: 'DISK_FULL' } });
    expect(waiting.can.retry).toBe(true);
  });
});

describe('progress', () => {
  it('S2 is told at most four times a second for one download', async () => {
    const { heard, fetch, until } = await slowRig();
    const startedAt = Date.now();
    await until(await fetch(FIRST), isDone);
    const seconds = (Date.now() - startedAt) / 1000;
    const progress = heard.filter((data) => !('downloadId' in data));
    expect(progress.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
    expect(progress.length).toBeGreaterThan(0);
  });
});

describe('S7 secrets', () => {
  it('criterion 21: no token and no signature in anything that is stored', async () => {
    const { folder, fetch, until, stored, engine } = await slowRig({ token: 'hf_verysecrettoken' });
    const id = await fetch(FIRST);
    await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 4);
    await engine.pause(id);
    const names = await readdir(path.join(folder, '.larder'), {
      recursive: true,
      withFileTypes: true,
    });
    const journals = names.filter((entry) => entry.isFile() && !entry.name.endsWith('.part'));
    const texts = await Promise.all(
      journals.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')),
    );
    const everything = [...texts, JSON.stringify(stored())].join('\n');
    expect(journals.length).toBeGreaterThan(1);
    expect(everything).not.toMatch(/hf_verysecret|Signature=|X-Amz-|Key-Pair-Id/);
  });
});

it('R1.4 a repository that was withdrawn fails with its sentence', async () => {
  const { hub, engine, fetch, until } = await slowRig();
  const id = await fetch(FIRST);
  await until(id, ({ receivedBytes }) => receivedBytes > SIZE / 8);
  await engine.pause(id);
  hub.removeRepository('maker/first');
  await engine.resume(id);
  const failed = await until(id, isFailed);
  expect(failed.state).toMatchObject({ error: { category: 'authentication' } });
});

it.runIf(canMountDisks)(
  'criterion 17: a disk that fills up in the middle loses nothing, and the download goes on when there is space',
  async () => {
    const disk = mountSmallDisk(await temporaryFolder(), 'size=16m');
    try {
      const hub = await startHubForTest({ repositories });
      const rig = await startEngine(hub, { folder: path.join(disk.folder, 'library') });
      const id = await rig.fetch(FIRST);
      const waiting = await rig.until(id, ({ state }) => state.kind === 'waiting-space');
      expect(waiting.state).toMatchObject({ error: { code: 'DISK_FULL' } });
      expect(waiting.receivedBytes).toBeGreaterThan(SIZE / 4);
      disk.remount('size=128m');
      await rig.engine.retry(id);
      await rig.until(id, isDone);
      expect(hub.bytesSent('**/first.gguf')).toBeLessThan(SIZE * 1.2);
      await rig.stop();
    } finally {
      disk.release();
    }
  },
);

describe('R5.2 fairness', () => {
  it('a small download beside a large one on a slow line gets its share at once', async () => {
    const tiny = {
      id: 'maker/tiny',
      commits: [
        {
          files: [{ path: 'tiny.bin', content: syntheticContent({ sizeBytes: 500_000, seed: 3 }) }],
        },
      ],
    };
    const hub = await startHubForTest({ repositories: [repository('first', 1), tiny] });
    hub.setRates({ totalBytesPerSecond: 2_000_000 });
    const { engine, fetch, until } = await startEngine(hub, { concurrent: 2 });
    const large = await fetch(FIRST);
    await until(large, ({ connections }) => connections >= 4);
    await until(await fetch('hf:maker/tiny'), isDone);
    expect(engine.get(large)?.receivedBytes).toBeLessThan(SIZE / 2);
  });
});
