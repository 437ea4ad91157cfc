import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCore } from '../support/core-rig.ts';
import { MODEL_BYTES, startWithTwoModels } from '../support/two-models.ts';

type Rig = Awaited<ReturnType<typeof startWithTwoModels>>;

const weightsOf = ({ folder }: { folder: string }) => path.join(folder, 'weights.bin');
const removedIn = (library: string) => path.join(library, '.larder', 'removed');

/** As if the minute in which it can be taken back were over when the program starts again. */
async function startMuchLater({ core, hub, userData, first }: Rig) {
  await core.stop();
  const folder = removedIn(first.library);
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.json'))) {
    const file = path.join(folder, name);
    const record = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...record, at: '2026-01-01T00:00:00.000Z' }));
  }
  return startCore({ userData, hubUrl: hub.url });
}

async function untilEmpty(folder: string): Promise<void> {
  await expect.poll(() => readdir(folder)).toEqual([]);
}

describe('R5.4 a model that was removed', () => {
  it('is out of the library at once, and comes back as it was', async () => {
    const { core, first } = await startWithTwoModels();
    const before = await readFile(weightsOf(first));
    await core.value('models.keep', { modelId: first.id, keep: true });
    const { freedBytes, undoUntil } = await core.value('models.remove', { id: first.id });
    expect(freedBytes).toBe(MODEL_BYTES);
    expect(Date.parse(undoUntil ?? '')).toBeGreaterThan(Date.now());
    expect(existsSync(first.folder)).toBe(false);
    expect((await core.value('models.list', {})).items.map(({ id }) => id)).not.toContain(first.id);
    const back = await core.value('models.restore', { id: first.id });
    expect(back).toMatchObject({ availability: 'available', keep: true });
    expect(before.equals(await readFile(weightsOf(first)))).toBe(true);
    expect(await readdir(removedIn(first.library))).toEqual([]);
    const again = await core.call('models.restore', { id: first.id });
    expect(again).toMatchObject({ ok: false, error: { code: 'MODEL_UNKNOWN' } });
  });

  it('is on its way to the trash over a restart too, and leaves nothing behind', async () => {
    const rig = await startWithTwoModels();
    const { core, first } = rig;
    await core.value('models.remove', { id: first.id });
    const later = await startMuchLater(rig);
    await untilEmpty(removedIn(first.library));
    expect(existsSync(path.dirname(first.folder)), 'its publisher has another').toBe(true);
    expect(existsSync(first.folder)).toBe(false);
    const answer = await later.call('models.restore', { id: first.id });
    expect(answer).toMatchObject({ ok: false, error: { code: 'MODEL_UNKNOWN' } });
  });

  it('stays in the library when the trash does not take it, and that is told', async () => {
    const rig = await startWithTwoModels();
    const { core, first } = rig;
    await rm(weightsOf(first));
    await mkdir(path.join(weightsOf(first), 'what the trash of this test refuses'), {
      recursive: true,
    });
    await core.value('models.remove', { id: first.id });
    const later = await startMuchLater(rig);
    await expect.poll(() => later.alerts()).not.toEqual([]);
    expect((await later.value('models.list', {})).items.map(({ id }) => id)).toContain(first.id);
    await untilEmpty(removedIn(first.library));
  });

  it('does not get over one of the same name that was downloaded meanwhile', async () => {
    const rig = await startWithTwoModels();
    const { core, first } = rig;
    await core.value('models.remove', { id: first.id });
    core.events.length = 0;
    await core.value('models.track', { ref: first.ref });
    await core.untilDownload(({ modelId, state }) => modelId === first.id && state.kind === 'done');
    const refused = await core.call('models.restore', { id: first.id });
    expect(refused).toMatchObject({ ok: false, error: { code: 'ACTION_NOT_POSSIBLE' } });
    const later = await startMuchLater(rig);
    await untilEmpty(removedIn(first.library));
    const { items } = await later.value('models.status', { id: first.id });
    expect(items[0]?.availability).toBe('available');
  });

  it('is whole again after an end in the middle of its removal', async () => {
    const { core, hub, userData, first } = await startWithTwoModels();
    await core.value('models.remove', { id: first.id });
    await core.stop();
    const folder = removedIn(first.library);
    const [record] = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const { manifest } = JSON.parse(await readFile(path.join(folder, record ?? ''), 'utf8'));
    // The files had been moved, and the manifest was still to go.
    const manifests = path.join(first.library, '.larder', 'manifests');
    await writeFile(path.join(manifests, record ?? ''), JSON.stringify(manifest));
    const again = await startCore({ userData, hubUrl: hub.url });
    await untilEmpty(folder);
    const { items } = await again.value('models.status', { id: first.id });
    expect(items[0]?.availability).toBe('available');
  });

  it('S9: all that a clean-up removed can be taken back', async () => {
    const { core, first, second } = await startWithTwoModels();
    const modelIds = [first.id, second.id];
    const { undoUntil } = await core.value('cleanup.run', { modelIds });
    expect(undoUntil).not.toBeNull();
    expect((await core.value('models.list', {})).items).toEqual([]);
    for (const id of modelIds) await core.value('models.restore', { id });
    const { items } = await core.value('models.list', {});
    expect(items.map(({ availability }) => availability)).toEqual(['available', 'available']);
  });
});
