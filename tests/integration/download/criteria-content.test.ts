/** Criteria about answers that are not what was asked for. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../hub/fault-plan.ts';
import { isDone, isFailed, isSettled } from '../../support/engine-rig.ts';
import {
  deliveries,
  expectInstalled,
  installedPath,
  MiB,
  REF,
  WEIGHTS_PATTERN,
  weightsRig,
  wireBytes,
} from './model-fixture.ts';

const SIZE = 20 * MiB;
const WAYS = ['fast', 'got'] as const;
const quarantineOf = (folder: string) =>
  readdir(path.join(folder, '.larder', 'quarantine')).catch(() => []);

describe.each(WAYS)('criterion 11: ranges ignored, way %s', (way) => {
  it('criterion 11: from the start: one stream, nothing appended', async () => {
    const { hub, weights, fetch, until, folder } = await weightsRig(SIZE, { way });
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'ignore-range' });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder, weights);
    expect(deliveries(hub).filter(({ bodyBytes }) => bodyBytes > SIZE / 2)).toHaveLength(1);
    expect(wireBytes(hub)).toBeLessThan(1.1 * SIZE);
  });

  it('criterion 11: from the middle on: one stream for the rest, what was there is kept', async () => {
    const { hub, weights, fetch, until, folder, heard } = await weightsRig(SIZE, { way });
    hub.setRates({ totalBytesPerSecond: 40e6 });
    const id = await fetch(REF);
    await hub.until(() => wireBytes(hub) > SIZE / 2);
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'ignore-range' });
    await until(id, isDone);
    await expectInstalled(folder, weights);
    const shown = heard.flatMap(({ download }) => (download ? [download.receivedBytes] : []));
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  });
});

it('criterion 11: with one connection allowed, those that waited for it do not fetch it all again', async () => {
  const { hub, weights, fetch, until, folder } = await weightsRig(SIZE, { connections: 1 });
  hub.setFaults(WEIGHTS_PATTERN, { kind: 'wrong-range', wrong: 'missing' });
  await until(await fetch(REF), isDone);
  await expectInstalled(folder, weights);
  expect(deliveries(hub).filter(({ bodyBytes }) => bodyBytes > SIZE / 2)).toHaveLength(1);
});

describe.each(WAYS)('criterion 12: odd ranges, way %s', (way) => {
  it('criterion 12: 200 with the right Content-Range is taken as the part it is', async () => {
    const { hub, weights, fetch, until, folder } = await weightsRig(SIZE, { way });
    hub.setFaults(WEIGHTS_PATTERN, { kind: '200-with-content-range' });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder, weights);
    expect(deliveries(hub).length).toBeGreaterThan(2);
    expect(wireBytes(hub)).toBeLessThan(1.1 * SIZE);
  });

  it.each(['start', 'total', 'missing'] as const)(
    'criterion 12: 206 with a wrong Content-Range (%s) is refused, and not a byte of it is written',
    async (wrong) => {
      const { hub, source, transfers, library, engine, fetch } = await weightsRig(SIZE, { way });
      const id = await fetch(REF);
      await engine.cancel(id, true);
      const [manifest] = library.manifests.all();
      const [file] = manifest?.files ?? [];
      if (!manifest || !file) throw new Error('no manifest');
      hub.setFaults(WEIGHTS_PATTERN, { kind: 'wrong-range', wrong });
      const { repository, revision, endpoint } = manifest.origin;
      const identity = { repository, revision, endpoint, ...file, digest: 'sha256:' };
      const part = await library.parts.open('direct', identity);
      const location = await source.routes(manifest.origin, file)[0]?.locate();
      if (!location) throw new Error('no route');
      const told: unknown[] = [];
      const transfer = transfers.start(
        {
          path: file.path,
          location,
          partPath: part.path,
          sizeBytes: SIZE,
          pieceBytes: MiB,
          span: { from: 2 * MiB, to: 4 * MiB },
          crc32: 0,
          mode: 'range',
          stallTimeoutMs: 10_000,
          limits: [],
        },
        (states) => told.push(...states),
      );
      expect(await transfer.ended).toMatchObject({ error: { code: 'RANGE_WRONG' } });
      expect(await transfer.offered).toBeNull();
      expect(told).toEqual([]);
      const { blocks } = await stat(part.path);
      expect(blocks).toBe(0);
      await part.close();
    },
  );
});

const BAD_BODIES: readonly (readonly [string, FaultPlan])[] = [
  ['a short body', { kind: 'short', byteCount: 5_000 }],
  ['a short body under its right length', { kind: 'short', byteCount: 5_000, framing: 'length' }],
  ['an over-long body', { kind: 'long', byteCount: 5_000 }],
  ['an over-long body with its length', { kind: 'long', byteCount: 5_000, framing: 'length' }],
  ['chunks without a length', { kind: 'no-length' }],
  ['gzip despite identity', { kind: 'gzip' }],
];

describe.each(WAYS)('criterion 13: bodies that do not fit, way %s', (way) => {
  it.each(BAD_BODIES)('criterion 13: %s: the right file or a coded error', async (_name, fault) => {
    const { hub, weights, fetch, until, folder } = await weightsRig(6 * MiB, { way, attempts: 3 });
    hub.setFaults(WEIGHTS_PATTERN, fault);
    const { state } = await until(await fetch(REF), isSettled);
    if (state.kind === 'done') await expectInstalled(folder, weights);
    else {
      expect(state).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/) } });
      expect(state).not.toMatchObject({ error: { code: 'INTERNAL' } });
      expect(existsSync(installedPath(folder))).toBe(false);
    }
  });
});

describe('criterion 15: bytes flipped on the wire', () => {
  const BIG = 40 * MiB;

  it('criterion 15: in a piece that came in two goes: only the doubtful ones are fetched again', async () => {
    const { hub, weights, fetch, until, folder } = await weightsRig(BIG, { connections: 1 });
    hub.setFaults(WEIGHTS_PATTERN, [
      { kind: 'fin', origin: 'cdn', afterBytes: 1_500_000, times: 1 },
      { kind: 'bitflip', offset: 1_500_000 + 300_000, times: 1 },
    ]);
    await until(await fetch(REF), isDone);
    await expectInstalled(folder, weights);
    expect(deliveries(hub).some(({ fault }) => fault === 'bitflip')).toBe(true);
    expect(wireBytes(hub)).toBeGreaterThan(BIG);
    expect(wireBytes(hub)).toBeLessThan(1.05 * BIG);
    expect(await quarantineOf(folder)).toEqual([]);
  });

  it('criterion 15: anywhere else: the whole is fetched once more, and the damaged copy kept', async () => {
    const { hub, weights, fetch, until, folder } = await weightsRig(BIG);
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'bitflip', offset: 9_999_999, times: 1 });
    await until(await fetch(REF), isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeLessThan(2.1 * BIG);
    expect(await quarantineOf(folder)).toHaveLength(1);
  });

  it('criterion 15: each time: two copies are kept, none is installed, and the reason is said', async () => {
    const { hub, fetch, until, folder } = await weightsRig(4 * MiB);
    hub.setFaults(WEIGHTS_PATTERN, { kind: 'bitflip', offset: 99 });
    const failed = await until(await fetch(REF), isFailed);
    expect(failed.state).toMatchObject({ error: { code: 'DIGEST_MISMATCH' } });
    expect(existsSync(installedPath(folder))).toBe(false);
    expect(await quarantineOf(folder)).toHaveLength(2);
  });
});
