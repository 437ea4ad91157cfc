import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepsAccessTimes } from '../../src-main/platform/access-times.ts';
import { syntheticContent } from '../hub/content.ts';
import { type Core, startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { createForwardClock } from '../support/forward-clock.ts';
import { SECRET, startComfyUi, startOllama } from '../support/neighbour-programs.ts';
import { put, putInOllama } from './library/others/other-stores.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A home with models of Ollama and ComfyUI, both running, and Larder over it. */
async function startWithNeighbours() {
  const home = await temporaryFolder();
  await putInOllama(path.join(home, '.ollama/models'));
  await put(path.join(home, 'ComfyUI/models/checkpoints/sdxl.safetensors'), 'weights');
  await put(path.join(home, 'ComfyUI/models/loras/SDXL/detail.safetensors'), 'more weights');
  const ollama = await startOllama();
  const comfyUi = await startComfyUi();
  const clock = createForwardClock();
  const core = await startCore({
    userData: home,
    hubUrl: 'http://127.0.0.1:9',
    clock,
    environment: { OLLAMA_HOST: new URL(ollama.url).host, COMFYUI_BASE_URL: comfyUi.url },
  });
  await core.untilEvent(
    ({ type, data }) => type === 'inventory.state' && 'scan' in data && data.scan.endedAt !== null,
  );
  return { core, clock, ollama, comfyUi, minutesUntil: minutesOf(clock) };
}

/** Lets minutes pass until something is so. */
const minutesOf =
  (clock: { forward(milliseconds: number): void }) =>
  async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      clock.forward(MINUTE);
      await nextTurn();
    }
  };

const usesHeard = (core: Core) =>
  core.events.filter(({ type }) => type === 'analytics.updated').length;

it('R8.1 nobody is asked of uses unless the person wants it', async () => {
  const { core, clock, ollama, comfyUi } = await startWithNeighbours();
  for (let minute = 0; minute < 30; minute += 1) {
    clock.forward(MINUTE);
    await nextTurn();
  }
  await core.value('settings.patch', { analytics: { fromOllama: true, record: false } });
  clock.forward(MINUTE);
  await fetch(ollama.url);
  await fetch(comfyUi.url);
  expect(ollama.asked).toEqual(['/']);
  expect(comfyUi.asked).toEqual(['/']);
});

it('R8.1 with the switch on, uses in Ollama are figures', async () => {
  const { core, clock, ollama, minutesUntil } = await startWithNeighbours();
  await core.value('settings.patch', { analytics: { fromOllama: true } });
  await minutesUntil(() => ollama.asked.length > 1);
  const model = { name: 'tiny:1b', digest: 'a'.repeat(64) };
  const expiresAt = clock.now() + 300_500;
  ollama.hold(
    { ...model, expiresAt },
    { name: 'nobody-knows:latest', digest: 'b'.repeat(64), expiresAt },
  );
  await minutesUntil(() => usesHeard(core) > 0);
  const asked = ollama.asked.length;
  await minutesUntil(() => ollama.asked.length > asked + 3);
  expect(usesHeard(core)).toBe(1);
  ollama.hold({ ...model, expiresAt: expiresAt + 90_000 });
  await minutesUntil(() => usesHeard(core) > 1);
  const { items } = await core.value('analytics.get', {});
  expect(items).toMatchObject([
    { modelId: 'ollama:library/tiny:1b', uses: 2, successRate: 1, averageMs: null, p95Ms: null },
  ]);
  expect((await core.value('analytics.export', {})).text).toContain(',ollama\r\n');
});

it('R8.1 with the switch on, runs of ComfyUI are figures; what was asked is nowhere', async () => {
  const { core, clock, comfyUi, minutesUntil } = await startWithNeighbours();
  comfyUi.ran({ id: 'before', at: clock.now() - 3_600_000 });
  await core.value('settings.patch', { analytics: { fromComfyui: true } });
  await minutesUntil(() => comfyUi.asked.length > 1);
  comfyUi.ran({ id: 'one', at: clock.now(), durationMs: 9_000, lora: 'SDXL\\detail.safetensors' });
  comfyUi.ran({ id: 'two', at: clock.now() + 10_000, end: 'execution_error' });
  await minutesUntil(() => usesHeard(core) >= 3);
  const asked = comfyUi.asked.length;
  await minutesUntil(() => comfyUi.asked.length > asked + 3);
  const { uses, items } = await core.value('analytics.get', {});
  expect(uses).toBe(3);
  expect(items).toMatchObject([
    { modelId: 'local:comfyui/sdxl', uses: 2, successRate: 0.5, averageMs: 9_000 },
    { modelId: 'local:comfyui/detail', uses: 1, successRate: 1 },
  ]);
  const { text } = await core.value('analytics.export', { format: 'json' });
  expect(text).toContain('torch.OutOfMemoryError');
  expect(text).not.toContain(SECRET);
});

/** A check of every byte, from its beginning to its end. */
async function readByLarder(core: Core, modelId: string): Promise<void> {
  const last = async () => (await core.value('models.health', { modelId })).items[0]?.lastProvenAt;
  const before = await last();
  await core.value('health.check', { modelIds: [modelId], depth: 'full' });
  await core.untilHealth(
    modelId,
    ({ check, lastProvenAt }) => check === null && lastProvenAt !== before,
  );
}

it('R8.1 with the switch on, a model that another program has read was used, not one that we read', async () => {
  const hub = await startHubForTest({
    repositories: [
      {
        id: 'maker/model',
        commits: [
          { files: [{ path: 'weights.bin', content: syntheticContent({ sizeBytes: 2 ** 21 }) }] },
        ],
      },
    ],
  });
  const clock = createForwardClock();
  const core = await startCore({ userData: await temporaryFolder(), hubUrl: hub.url, clock });
  const { id } = await core.value('models.track', { ref: 'hf:maker/model' });
  await core.untilDownload(({ state }) => state.kind === 'done');
  const [model] = (await core.value('models.status', { id })).items;
  const file = path.join(model?.folder ?? '', 'weights.bin');
  // Whole seconds can be set again exactly.
  const writtenAt = new Date(1_700_000_000_000);
  await utimes(file, new Date(Date.now() - 2 * DAY), writtenAt);
  await core.value('settings.patch', { analytics: { fromFileTimes: true } });
  const keeps = await keepsAccessTimes(path.dirname(file));
  for (let turns = 0; turns < 50; turns += 1) await nextTurn();
  await readByLarder(core, id);
  // Time for a look that would take our own reading for a use.
  for (let minute = 0; minute < 50; minute += 1) {
    clock.forward(MINUTE);
    await nextTurn();
  }
  expect(usesHeard(core)).toBe(0);
  const readAt = new Set<string>();
  for (let turns = 0; keeps ? usesHeard(core) === 0 : turns < 200; turns += 1) {
    clock.forward(MINUTE);
    const now = new Date(clock.now());
    readAt.add(now.toISOString());
    await utimes(file, now, writtenAt);
  }
  const { text } = await core.value('analytics.export', { format: 'json' });
  const events: { startedAt: string }[] = JSON.parse(text);
  expect(events).toMatchObject(
    keeps ? [{ modelId: id, success: true, app: 'another program' }] : [],
  );
  expect(events.filter(({ startedAt }) => !readAt.has(startedAt))).toEqual([]);
});
