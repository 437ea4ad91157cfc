/** Criteria about whole processes: one that is killed, and two that want the same library. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { syntheticContent } from '../../hub/content.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import type { ChildOptions } from '../../support/engine-child.ts';
import { bundleEngineChild, startEngineProcess } from '../../support/engine-process.ts';
import { startHubForTest } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/folders.ts';
import {
  expectInstalled,
  filesIn,
  MiB,
  modelOf,
  REF,
  WEIGHTS,
  WEIGHTS_PATTERN,
  wireBytes,
} from './model-fixture.ts';

let child: string;
beforeAll(async () => {
  child = await bundleEngineChild('test-engine');
});

async function start(options: ChildOptions) {
  const engine = await startEngineProcess(child, options);
  onTestFinished(engine.kill);
  return engine;
}

async function setUp(sizeBytes: number) {
  const weights = syntheticContent({ sizeBytes, seed: sizeBytes });
  const hub = await startHubForTest({
    repositories: [modelOf({ path: WEIGHTS, content: weights })],
  });
  const home = await temporaryFolder();
  const options: ChildOptions = {
    folder: path.join(home, 'library'),
    hubUrl: hub.url,
    queueFile: path.join(home, 'queue.json'),
    saidFile: path.join(home, 'said.log'),
  };
  return { hub, weights, options };
}

/** What one kill may cost: what was not recorded yet, and what was on its way. */
const REFETCH_PER_KILL = 16 * MiB;

describe('criterion 1: kill −9 at random points', () => {
  it.each([1, 2, 3])(
    'criterion 1: seed %i: every run goes on by itself, little is fetched again, no foreign file is left',
    async (seed) => {
      const size = 48 * MiB;
      const kills = 3;
      const { hub, weights, options } = await setUp(size);
      hub.setRates({ totalBytesPerSecond: 60e6 });
      const random = createSeededRandom(seed);
      let engine = await start(options);
      await engine.ask({ command: 'fetch', ref: REF });
      for (let kill = 1; kill <= kills; kill += 1) {
        const sent = hub.bytesSent(WEIGHTS_PATTERN);
        const more = Math.floor((0.05 + 0.2 * random()) * size);
        await hub.until(() => hub.bytesSent(WEIGHTS_PATTERN) >= sent + more);
        await engine.kill();
        engine = await start(options);
      }
      hub.setRates({});
      await engine.until(({ state }) => state === 'done');
      await engine.stop();
      await expectInstalled(options.folder, weights);
      expect(wireBytes(hub)).toBeLessThan(size + kills * REFETCH_PER_KILL);
      expect(await filesIn(options.folder)).toEqual([
        '.larder/library.json',
        expect.stringMatching(/^\.larder\/manifests\/.*\.json$/),
        `maker/model/${WEIGHTS}`,
      ]);
    },
  );
});

describe('criterion 18: two processes on one library', () => {
  it('criterion 18: the second is refused; after kill −9 of the first it takes over at once', async () => {
    const { hub, weights, options } = await setUp(8 * MiB);
    hub.setRates({ totalBytesPerSecond: 4e6 });
    const first = await start(options);
    await first.ask({ command: 'fetch', ref: REF });
    await hub.until(() => wireBytes(hub) > MiB);
    await expect(
      startEngineProcess(child, { ...options, saidFile: `${options.saidFile}2` }),
    ).rejects.toThrow('LIBRARY_IN_USE');
    expect(existsSync(path.join(options.folder, '.larder', 'lock'))).toBe(true);
    await first.kill();
    hub.setRates({});
    const second = await start(options);
    await second.until(({ state }) => state === 'done');
    await second.stop();
    await expectInstalled(options.folder, weights);
  });
});
