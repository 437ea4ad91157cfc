import { existsSync } from 'node:fs';
import { link, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { MODEL_BYTES, startWithTwoModels } from '../support/two-models.ts';

it('R3.4 what takes room is told by kind, and adds up', async () => {
  const { core } = await startWithTwoModels();
  const { volumes } = await core.value('storage.get', {});
  const volume = volumes.find(({ holdsLibrary }) => holdsLibrary);
  expect(volume?.parts).toMatchObject({ models: 2 * MODEL_BYTES, partial: 0, quarantine: 0 });
  const { models, partial, quarantine, programs, rest, free } = volume?.parts ?? {};
  const sum = [models, partial, quarantine, programs, rest, free].reduce<number>(
    (a, b) => a + (b ?? 0),
    0,
  );
  expect(sum).toBe(volume?.totalBytes);
});

it('R3.4 and R6.4: proposals free what they say, and what is kept stays', async () => {
  const { core, first, second } = await startWithTwoModels();
  await core.value('models.keep', { modelId: first.id, keep: true });
  const { items, reachesTarget, chosenBytes } = await core.value('cleanup.propose', {
    targetBytes: 1,
  });
  expect(items.map(({ modelId }) => modelId)).toEqual([second.id]);
  expect({ reachesTarget, chosenBytes }).toEqual({ reachesTarget: true, chosenBytes: MODEL_BYTES });
  const modelIds = [first.id, second.id];
  const dry = await core.value('cleanup.run', { modelIds, dryRun: true });
  expect(dry.freedBytes).toBe(MODEL_BYTES);
  expect((await core.value('models.list', {})).items).toHaveLength(2);
  const done = await core.value('cleanup.run', { modelIds, toTrash: false });
  expect(done).toMatchObject({
    freedBytes: MODEL_BYTES,
    items: [{ error: { code: 'ACTION_NOT_POSSIBLE' } }, { error: null }],
  });
  expect((await core.value('models.list', {})).items.map(({ id }) => id)).toEqual([first.id]);
  expect(existsSync(path.join(second.folder, 'weights.bin'))).toBe(false);
  expect(existsSync(path.join(first.folder, 'weights.bin'))).toBe(true);
  const log = await core.value('audit.log', {});
  expect(log.items.filter(({ act }) => act === 'delete').map(({ subject }) => subject)).toEqual([
    second.id,
  ]);
});

it('files with names elsewhere free nothing, and are not proposed', async () => {
  const { core, userData, first, second } = await startWithTwoModels();
  const weights = path.join(first.folder, 'weights.bin');
  await link(weights, path.join(userData, 'another name'));
  const { items } = await core.value('cleanup.propose', {});
  expect(items.map(({ modelId }) => modelId)).toEqual([second.id]);
  const removed = await core.value('models.remove', { id: first.id, toTrash: false });
  expect(removed.freedBytes).toBe(0);
  expect((await stat(path.join(userData, 'another name'))).size).toBe(MODEL_BYTES);
});

it('R6.4: a rule about a tag is told of, and followed only once it may be', async () => {
  const { core, first, second } = await startWithTwoModels();
  await core.value('models.tag', { modelId: first.id, tags: ['trial', 'trial'] });
  expect((await core.value('models.status', { id: first.id })).items[0]?.tags).toEqual(['trial']);
  const rule = { name: 'Trials', tag: 'trial', action: 'trash' as const };
  await core.value('settings.patch', { storage: { rules: [rule] } });
  await expect.poll(core.alerts).toEqual(['RULES_DUE']);
  const reports = (await core.value('models.status', {})).items;
  expect(reports.map(({ id, lifecycle }) => [id, lifecycle])).toEqual([
    [first.id, 'candidate'],
    [second.id, 'present'],
  ]);
  const { items } = await core.value('cleanup.propose', {});
  expect(items.map(({ modelId, rule: by }) => [modelId, by])).toEqual([
    [first.id, 'Trials'],
    [second.id, null],
  ]);
  await core.value('settings.patch', { storage: { followRules: 'act' } });
  await expect.poll(core.alerts).toEqual(['RULES_FOLLOWED']);
  expect((await core.value('models.list', {})).items.map(({ id }) => id)).toEqual([second.id]);
  await core.value('models.restore', { id: first.id });
  expect((await core.value('models.status', { id: first.id })).items[0]).toMatchObject({
    availability: 'available',
    tags: ['trial'],
  });
});

it('earlier versions that are kept are a part of their own in the picture', async () => {
  const { core, first } = await startWithTwoModels();
  const version = path.join(first.library, '.larder/versions/one@main');
  await mkdir(version, { recursive: true });
  await writeFile(path.join(version, 'weights.bin'), Buffer.alloc(1_000_000, 1));
  const { volumes } = await core.value('storage.get', {});
  expect(volumes[0]?.parts.versions).toBeGreaterThanOrEqual(1_000_000);
});
