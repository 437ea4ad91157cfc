import { existsSync } from 'node:fs';
import { link, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { syntheticContent } from '../hub/content.ts';
import { startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';

const MiB = 2 ** 20;

/** Two models of the same size in the library. */
async function startWithModels() {
  const hub = await startHubForTest({
    repositories: ['first', 'second'].map((name, seed) => ({
      id: `maker/${name}`,
      commits: [
        {
          files: [{ path: 'weights.bin', content: syntheticContent({ sizeBytes: 3 * MiB, seed }) }],
        },
      ],
    })),
  });
  const userData = await temporaryFolder();
  const core = await startCore({ userData, hubUrl: hub.url });
  for (const name of ['first', 'second']) {
    const { id } = await core.value('models.track', { ref: `hf:maker/${name}` });
    await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
  }
  const { items } = await core.value('models.list', {});
  const folderOf = (name: string) =>
    items.find((model) => model.repository === `maker/${name}`)?.folder ?? '';
  const idOf = (name: string) =>
    items.find((model) => model.repository === `maker/${name}`)?.id ?? '';
  return { core, userData, folderOf, idOf };
}

it('R3.4 what takes room is told by kind, and adds up', async () => {
  const { core } = await startWithModels();
  const { volumes } = await core.value('storage.get', {});
  const volume = volumes.find(({ holdsLibrary }) => holdsLibrary);
  expect(volume?.parts).toMatchObject({ models: 6 * MiB, partial: 0, quarantine: 0 });
  const { models, partial, quarantine, programs, rest, free } = volume?.parts ?? {};
  const sum = [models, partial, quarantine, programs, rest, free].reduce<number>(
    (a, b) => a + (b ?? 0),
    0,
  );
  expect(sum).toBe(volume?.totalBytes);
});

it('R3.4 and R6.4: proposals free what they say, and what is kept stays', async () => {
  const { core, idOf, folderOf } = await startWithModels();
  await core.value('models.keep', { modelId: idOf('first'), keep: true });
  const { items, reachesTarget, chosenBytes } = await core.value('cleanup.propose', {
    targetBytes: MiB,
  });
  expect(items.map(({ modelId }) => modelId)).toEqual([idOf('second')]);
  expect({ reachesTarget, chosenBytes }).toEqual({ reachesTarget: true, chosenBytes: 3 * MiB });
  const modelIds = [idOf('first'), idOf('second')];
  const dry = await core.value('cleanup.run', { modelIds, dryRun: true });
  expect(dry.freedBytes).toBe(3 * MiB);
  expect((await core.value('models.list', {})).items).toHaveLength(2);
  const done = await core.value('cleanup.run', { modelIds, toTrash: false });
  expect(done).toMatchObject({
    freedBytes: 3 * MiB,
    items: [{ error: { code: 'ACTION_NOT_POSSIBLE' } }, { error: null }],
  });
  expect((await core.value('models.list', {})).items.map(({ id }) => id)).toEqual([idOf('first')]);
  expect(existsSync(path.join(folderOf('second'), 'weights.bin'))).toBe(false);
  expect(existsSync(path.join(folderOf('first'), 'weights.bin'))).toBe(true);
  const log = await core.value('audit.log', {});
  expect(log.items.filter(({ act }) => act === 'delete').map(({ subject }) => subject)).toEqual([
    idOf('second'),
  ]);
});

it('files with names elsewhere free nothing, and are not proposed', async () => {
  const { core, userData, folderOf, idOf } = await startWithModels();
  const weights = path.join(folderOf('first'), 'weights.bin');
  await link(weights, path.join(userData, 'another name'));
  const { items } = await core.value('cleanup.propose', {});
  expect(items.map(({ modelId }) => modelId)).toEqual([idOf('second')]);
  const removed = await core.value('models.remove', { id: idOf('first'), toTrash: false });
  expect(removed.freedBytes).toBe(0);
  expect((await stat(path.join(userData, 'another name'))).size).toBe(3 * MiB);
});
