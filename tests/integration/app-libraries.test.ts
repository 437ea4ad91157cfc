import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LarderEvent } from '../../src-shared/contract/events.ts';
import type { Core } from '../support/core-rig.ts';
import { startCore } from '../support/core-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { canMountDisks, plugInDrive } from '../support/small-disk.ts';
import { MODEL_BYTES, startWithTwoModels } from '../support/two-models.ts';

async function withDrive() {
  const rig = await startWithTwoModels();
  // It is a small drive.
  await rig.core.value('settings.patch', { downloads: { keepFreeBytes: 0 } });
  const folder = await temporaryFolder();
  const place = path.join(folder, 'plugged in');
  const drive = plugInDrive(path.join(folder, 'the drive'), place);
  onTestFinished(drive.release);
  const { items } = await rig.core.value('libraries.add', { folder: place });
  return { ...rig, drive, place, main: items[0]?.folder ?? '', elsewhere: path.join(folder, 'E') };
}

const isFinished = (modelId: string) => (event: LarderEvent) =>
  event.type === 'model.status' &&
  event.data.modelId === modelId &&
  event.data.model?.activity === 'idle' &&
  event.data.model.availability === 'available';

/** Resolves once a model is in this library, with nothing left to do. */
async function untilIn(core: Core, modelId: string, library: string): Promise<void> {
  await core.untilEvent(
    (event) =>
      isFinished(modelId)(event) &&
      event.type === 'model.status' &&
      event.data.model?.library === library,
  );
}

const weightsOf = ({ folder }: { folder: string }) => path.join(folder, 'weights.bin');

async function modelOf(core: Core, id: string) {
  const { items } = await core.value('models.status', { id });
  if (!items[0]) throw new Error('no such model');
  return items[0];
}

describe.runIf(canMountDisks)('a library on another drive', () => {
  it('R2.1 S9: a model moves there, verified and not fetched again, and is gone from the first only then', async () => {
    const { core, hub, first, main, place } = await withDrive();
    const before = await readFile(weightsOf(first));
    const asked = hub.log.length;
    await core.value('models.keep', { modelId: first.id, keep: true });
    const { download } = await core.value('models.move', { modelId: first.id, to: place });
    expect(download).toMatchObject({ movesFrom: main, sizeBytes: MODEL_BYTES });
    await untilIn(core, first.id, place);
    const moved = await modelOf(core, first.id);
    expect(moved).toMatchObject({ library: place, keep: true, availability: 'available' });
    expect(before.equals(await readFile(weightsOf(moved)))).toBe(true);
    expect(existsSync(weightsOf(first))).toBe(false);
    expect(hub.log.length, 'no request to the hub').toBe(asked);
    const { items } = await core.value('libraries.list', {});
    expect(items.map(({ modelCount, usedBytes }) => [modelCount, usedBytes])).toEqual([
      [1, MODEL_BYTES],
      [1, MODEL_BYTES],
    ]);
  });

  it('pulled out: its models are offline within seconds, not missing; put in again, they are ready, with the proof they had', async () => {
    const { core, first, place, drive } = await withDrive();
    await core.value('models.move', { modelId: first.id, to: place });
    await untilIn(core, first.id, place);
    const proof = (await modelOf(core, first.id)).integrity;
    drive.unplug();
    const is = (availability: string) => (event: LarderEvent) =>
      event.type === 'model.status' &&
      event.data.modelId === first.id &&
      event.data.model?.availability === availability;
    await core.untilEvent(is('offline'));
    const away = await modelOf(core, first.id);
    expect(away.sentence).toContain('is its drive plugged in?');
    expect(away.integrity.missingFiles).toEqual([]);
    const { items } = await core.value('libraries.list', {});
    expect(items[1]).toMatchObject({ state: 'offline', modelCount: 1, freeBytes: null });
    const refused = await core.call('models.remove', { id: first.id, toTrash: false });
    expect(refused).toMatchObject({ ok: false, error: { code: 'LIBRARY_MISSING' } });
    core.events.length = 0;
    drive.plugIn();
    await core.untilEvent(is('available'));
    expect((await modelOf(core, first.id)).integrity).toEqual(proof);
    expect(existsSync(path.join(place, '.larder'))).toBe(true);
  });

  it('that turns up under another name is the same library', async () => {
    const { core, main, place, elsewhere, drive } = await withDrive();
    drive.unplug();
    await core.untilEvent(({ type }) => type === 'settings.changed');
    drive.plugIn(elsewhere);
    onTestFinished(() => drive.unplug(elsewhere));
    for (;;) {
      const { items } = await core.value('libraries.list', {});
      if (items[1]?.state === 'offline') break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { items } = await core.value('libraries.add', { folder: elsewhere });
    expect(items.map(({ folder, state }) => [folder, state])).toEqual([
      [main, 'open'],
      [elsewhere, 'open'],
    ]);
    expect(items.some(({ folder }) => folder === place)).toBe(false);
  });

  it('takes over the whole main library, and then is the main one; the other is forgotten', async () => {
    const { core, first, second, main, place } = await withDrive();
    await core.value('libraries.move', { folder: main, to: place });
    await untilIn(core, first.id, place);
    await untilIn(core, second.id, place);
    await core.untilEvent(
      (event) => event.type === 'settings.changed' && event.data.values.library.folder === place,
    );
    // Answers once the libraries are those of the settings.
    await core.value('settings.patch', {});
    const { items } = await core.value('libraries.list', {});
    expect(items).toMatchObject([{ folder: place, isMain: true, modelCount: 2 }]);
    expect(existsSync(weightsOf(first))).toBe(false);
  });

  it('a move goes on where it was after an end in the middle', async () => {
    const { core, hub, userData, first, place } = await withDrive();
    await core.value('models.move', { modelId: first.id, to: place });
    await core.stop();
    const again = await startCore({ userData, hubUrl: hub.url });
    await again.untilEvent(isFinished(first.id));
    await expect.poll(async () => (await modelOf(again, first.id)).library).toBe(place);
    expect(existsSync(weightsOf(first))).toBe(false);
  });

  it('R1.2 a damaged original is mended on its way, with only the damaged pieces from the hub', async () => {
    const { core, hub, first, place } = await withDrive();
    const good = await readFile(weightsOf(first));
    const bad = Buffer.from(good);
    bad[1_500_000] = (bad[1_500_000] ?? 0) ^ 1;
    await writeFile(weightsOf(first), bad);
    const before = hub.bytesSent();
    await core.value('models.move', { modelId: first.id, to: place });
    await untilIn(core, first.id, place);
    expect(good.equals(await readFile(weightsOf(await modelOf(core, first.id))))).toBe(true);
    const sent = hub.bytesSent() - before;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(2 ** 20);
  });
});

describe('the budget of a library', () => {
  it('holds downloads that do not fit in it, until it is raised', async () => {
    const { core, first, main } = await startWithLibrary();
    await core.value('models.remove', { id: first.id, toTrash: false });
    await core.value('libraries.change', { folder: main, budgetBytes: MODEL_BYTES + 1_000_000 });
    await core.value('models.track', { ref: first.ref });
    const held = await core.untilDownload(({ state }) => state.kind === 'waiting-space');
    expect(held.state).toMatchObject({ error: { code: 'BUDGET_REACHED' } });
    await core.value('libraries.change', { folder: main, budgetBytes: null });
    core.events.length = 0;
    await core.untilDownload(({ modelId, state }) => modelId === first.id && state.kind === 'done');
  });
});

async function startWithLibrary() {
  const rig = await startWithTwoModels();
  const { items } = await rig.core.value('libraries.list', {});
  return { ...rig, main: items[0]?.folder ?? '' };
}

describe('libraries that cannot be', () => {
  it('are refused in a sentence, and change nothing', async () => {
    const { core, userData, main } = await startWithLibrary();
    await writeFile(path.join(userData, 'a file'), '');
    for (const folder of ['models', main, path.join(main, 'inner'), path.dirname(main)]) {
      const answer = await core.call('libraries.add', { folder });
      expect(answer, folder).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    }
    const file = await core.call('libraries.add', { folder: path.join(userData, 'a file') });
    expect(file).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    const none = await core.call('libraries.forget', { folder: '/nowhere' });
    expect(none).toMatchObject({ ok: false, error: { code: 'LIBRARY_UNKNOWN' } });
    const last = await core.call('libraries.forget', { folder: main });
    expect(last).toMatchObject({ ok: false, error: { code: 'ACTION_NOT_POSSIBLE' } });
    expect((await core.value('libraries.list', {})).items).toHaveLength(1);
  });

  it('of a model that is there already, or of an unknown library, a move is refused', async () => {
    const { core, first, main } = await startWithLibrary();
    const there = await core.call('models.move', { modelId: first.id, to: main });
    expect(there).toMatchObject({ ok: false, error: { code: 'ACTION_NOT_POSSIBLE' } });
    const unknown = await core.call('models.move', { modelId: first.id, to: '/nowhere' });
    expect(unknown).toMatchObject({ ok: false, error: { code: 'LIBRARY_UNKNOWN' } });
  });
});

it('a further library is forgotten with all its files left in place, and knows them when it is added again', async () => {
  const { core, first } = await startWithLibrary();
  const folder = path.join(await temporaryFolder(), 'second');
  await core.value('libraries.add', { folder });
  await core.value('models.move', { modelId: first.id, to: folder });
  await untilIn(core, first.id, folder);
  const { folder: place } = await modelOf(core, first.id);
  await core.value('libraries.forget', { folder });
  expect((await core.value('models.list', {})).items.map(({ id }) => id)).not.toContain(first.id);
  expect(existsSync(path.join(place, 'weights.bin'))).toBe(true);
  core.events.length = 0;
  await core.value('libraries.add', { folder });
  await core.untilEvent(isFinished(first.id));
  expect(await modelOf(core, first.id)).toMatchObject({ availability: 'available' });
});

it('a copy of a library is a library of its own', async () => {
  const { core, main } = await startWithLibrary();
  const folder = path.join(await temporaryFolder(), 'copy');
  await cp(main, folder, { recursive: true });
  await rm(path.join(folder, '.larder/lock'), { force: true });
  const { items } = await core.value('libraries.add', { folder });
  expect(items).toHaveLength(2);
  const again = (await core.value('libraries.list', {})).items.map(({ id }) => id);
  expect(new Set(again).size).toBe(2);
});
