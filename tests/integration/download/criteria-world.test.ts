/** Criteria about the world around a download: sleep, names, secrets, connections, other clients. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  backOff,
  nextCount,
  startCount,
} from '../../../src-main/engines/download/connection-count.ts';
import type { Hold } from '../../../src-shared/domain/download.ts';
import { bytesContent, syntheticContent } from '../../hub/content.ts';
import { isDone, isSettled, startEngine, startHubForTest } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/folders.ts';
import {
  deliveries,
  digestOf,
  expectInstalled,
  filesIn,
  installedPath,
  MiB,
  modelOf,
  REF,
  REPOSITORY,
  resolves,
  WEIGHTS,
  WEIGHTS_PATTERN,
  weightsRig,
  wireBytes,
} from './model-fixture.ts';

const SIZE = 20 * MiB;
const SLOW = { totalBytesPerSecond: 20e6 };

describe('criterion 19: sleep, no network, another time', () => {
  it('criterion 19: without a network it waits as long as it takes, no attempt is charged, and it goes on', async () => {
    let isOnline = true;
    const attempts = 2;
    const rig = await weightsRig(SIZE, { attempts, isOnline: () => isOnline });
    const { hub, weights, fetch, until, folder, heard, hosts } = rig;
    hub.setRates(SLOW);
    const id = await fetch(REF);
    await hub.until(() => wireBytes(hub) > SIZE / 3);
    isOnline = false;
    await hub.goOffline();
    const waits = () =>
      heard
        .flatMap(({ download }) => download?.files ?? [])
        .flatMap(({ state }) => (state.kind === 'retrying' ? [state.at] : []));
    await until(id, () => new Set(waits()).size > 3 * attempts);
    await hub.goOnline();
    isOnline = true;
    hosts.forgive();
    hub.setRates({});
    await until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeLessThan(1.2 * SIZE);
  });

  it('criterion 19: asleep it lets go of its bytes, awake eight hours later it renews its link and goes on', async () => {
    let hold: Hold | null = null;
    let laterMs = 0;
    const now = () => Date.now() + laterMs;
    const rig = await weightsRig(SIZE, { now, holdFor: () => hold, attempts: 1 });
    const { hub, weights, fetch, until, folder, engine } = rig;
    hub.setRates(SLOW);
    const id = await fetch(REF);
    await hub.until(() => wireBytes(hub) > SIZE / 3);
    hold = { kind: 'asleep' };
    engine.reschedule();
    const asleep = await until(id, ({ state }) => state.kind === 'queued');
    expect(asleep.hold).toEqual({ kind: 'asleep' });
    laterMs = 8 * 3_600_000;
    hold = null;
    hub.setRates({});
    engine.reschedule();
    await until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeLessThan(1.3 * SIZE);
  });

  it('criterion 19: a clock that jumps while bytes flow costs a new link and nothing else', async () => {
    let laterMs = 0;
    const now = () => Date.now() + laterMs;
    const { hub, weights, fetch, until, folder } = await weightsRig(SIZE, { now, attempts: 1 });
    hub.setRates(SLOW);
    const id = await fetch(REF);
    await hub.until(() => wireBytes(hub) > SIZE / 3);
    laterMs = 8 * 3_600_000;
    hub.setRates({});
    await until(id, isDone);
    await expectInstalled(folder, weights);
    expect(wireBytes(hub)).toBeLessThan(1.05 * SIZE);
    expect(resolves(hub).length).toBeGreaterThan(1);
  });
});

describe('criterion 20: names', () => {
  const text = bytesContent('{"model_type":"llama"}');

  it.each([
    '../x.json',
    '..\\x.json',
    'C:\\x.json',
    '\\\\host\\x.json',
    '/x.json',
    'a/../../x.json',
  ])('criterion 20: %s is refused, and nothing is written anywhere', async (name) => {
    const hub = await startHubForTest({ repositories: [modelOf({ path: name, content: text })] });
    const { fetch, folder } = await startEngine(hub);
    const before = await filesIn(path.dirname(folder));
    await expect(fetch(REF)).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
    expect(await filesIn(path.dirname(folder))).toEqual(before);
  });

  it('criterion 20: names some system cannot take arrive under others, twins beside each other', async () => {
    const names = ['CON.json', 'a:b.json', 'dot.', `${'n'.repeat(300)}.json`];
    const twins = ['A.json', 'a.json', '\u00e9.json', 'e\u0301.json'];
    const files = [...names, ...twins].map((name, index) => ({
      path: name,
      content: bytesContent(`{"file":${index}}`),
    }));
    const hub = await startHubForTest({ repositories: [modelOf(...files)] });
    const { fetch, until, folder, library } = await startEngine(hub);
    const id = await fetch(REF);
    await until(id, isDone);
    const placed = library.manifests.get(id)?.files ?? [];
    expect(placed).toHaveLength(files.length);
    for (const [index, { path: name }] of files.entries()) {
      const { localPath = '' } = placed.find((file) => file.path === name) ?? {};
      expect(localPath).toMatch(/^[^<>:"|?*\\]{1,240}$/);
      expect(localPath).not.toMatch(/^(con)(\.|$)|[. ]$/i);
      const found = await readFile(path.join(folder, REPOSITORY, localPath), 'utf8');
      expect(found).toBe(`{"file":${index}}`);
    }
    const folded = placed.map(({ localPath }) => localPath.normalize('NFC').toLowerCase());
    expect(new Set(folded).size).toBe(files.length);
  });

  it('criterion 20: a link planted at the target is not followed', async () => {
    const outside = await temporaryFolder();
    const precious = path.join(outside, 'precious');
    await writeFile(precious, 'precious');
    const { fetch, until, folder } = await weightsRig(2 * MiB);
    await mkdir(path.dirname(installedPath(folder)), { recursive: true });
    await symlink(precious, installedPath(folder));
    const failed = await until(await fetch(REF), isSettled);
    expect(failed.state).toMatchObject({ kind: 'failed', error: { code: 'FILE_NAME_UNSAFE' } });
    expect(await readFile(precious, 'utf8')).toBe('precious');
  });
});

describe('criterion 21: secrets', () => {
  const TOKEN = 'hf_verysecrettoken';
  const SECRETS = /verysecret|Signature=|X-Amz-|Key-Pair-Id|[?&]token=|Bearer /i;

  it('criterion 21: no token and no signature in files, the queue, events, the log or errors, whatever goes wrong', async () => {
    const content = syntheticContent({ sizeBytes: 8 * MiB, seed: 21 });
    const model = modelOf(
      { path: WEIGHTS, content },
      { path: 'c.json', content: bytesContent('{}') },
    );
    const repositories = [{ ...model, private: true }];
    const tokens = { [TOKEN]: { user: 'maker' } };
    const said: string[] = [];
    for (const kind of ['fin', 'expire', 'html', 'status', 'bitflip', 'wrong-range'] as const) {
      const hub = await startHubForTest({ repositories, tokens });
      const rig = await startEngine(hub, { token: TOKEN, attempts: 1 });
      hub.setRates(SLOW);
      hub.setFaults(WEIGHTS_PATTERN, { kind, status: 403, origin: 'cdn', offset: 5_000_000 });
      const id = await rig.fetch(REF);
      await rig.engine.pause(id);
      const halves = (await filesIn(rig.folder)).filter((file) => !file.endsWith('.part'));
      for (const file of halves) said.push(await readFile(path.join(rig.folder, file), 'latin1'));
      await rig.engine.resume(id);
      await rig.until(id, isSettled);
      const rest = (await filesIn(rig.folder)).filter((file) => !file.includes(WEIGHTS));
      for (const file of rest) said.push(await readFile(path.join(rig.folder, file), 'latin1'));
      said.push(JSON.stringify([rig.stored(), rig.heard, rig.logged, rest]));
      expect(hub.leaks).toEqual([]);
      expect(hub.log.some(({ sawAuthorization }) => sawAuthorization)).toBe(true);
    }
    const everything = said.join('\n');
    expect(everything).toContain(WEIGHTS);
    expect(SECRETS.exec(everything)?.[0]).toBeUndefined();
  });
});

describe('criterion 22: as many connections as help', () => {
  const settleAt = (bytesPerSecond: (count: number) => number, cap = 16) => {
    let state = startCount();
    for (let now = 0; now < 60_000; now += 250) {
      state = nextCount(state, { sample: bytesPerSecond(state.count), now, cap });
    }
    return state.count;
  };

  it('criterion 22: each connection capped: up to the cap; one shared bottleneck: no more than four; too much: half', () => {
    expect(settleAt((count) => 5e6 * count)).toBe(16);
    expect(settleAt((count) => 5e6 * count, 8)).toBe(8);
    expect(settleAt(() => 50e6)).toBeLessThanOrEqual(4);
    expect(settleAt((count) => Math.min(40e6, 5e6 * count))).toBeGreaterThanOrEqual(8);
    expect(backOff(startCount(8), 0).count).toBe(4);
  });

  it('criterion 22: the hub sees more connections when each is capped than when the line is', async () => {
    const most = async (
      rates: Parameters<Awaited<ReturnType<typeof startHubForTest>>['setRates']>[0],
    ) => {
      const { hub, fetch, until } = await weightsRig(64 * MiB);
      hub.setRates(rates);
      let busiest = 0;
      const count = () => {
        busiest = Math.max(
          busiest,
          deliveries(hub).filter(({ outcome }) => outcome === 'open').length,
        );
        return false;
      };
      void hub.until(count);
      await until(await fetch(REF), isDone);
      return busiest;
    };
    const [capped, shared] = await Promise.all([
      most({ perConnectionBytesPerSecond: 2e6 }),
      most({ totalBytesPerSecond: 16e6 }),
    ]);
    expect(capped).toBeGreaterThanOrEqual(8);
    expect(shared).toBeLessThan(capped);
  });
});

describe('criterion 24: fidelity', () => {
  const run = promisify(execFile);

  it('criterion 24: curl -C - gets the same bytes of the hub as the engine (more in tests/integration/hub: command-line-clients, official-client)', async () => {
    const { hub, weights, fetch, until, folder } = await weightsRig(4 * MiB);
    await until(await fetch(REF), isDone);
    const target = path.join(await temporaryFolder(), 'half');
    const half = await readFile(installedPath(folder));
    await writeFile(target, half.subarray(0, MiB));
    const url = `${hub.url}/${REPOSITORY}/resolve/main/${WEIGHTS}`;
    await run('curl', ['-sSfL', '-C', '-', '-o', target, url]);
    expect(await digestOf(target)).toBe(await weights.sha256());
    expect(await digestOf(installedPath(folder))).toBe(await weights.sha256());
  });
});
