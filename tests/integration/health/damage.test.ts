import { copyFile, open, readdir, rename, rm, stat, truncate, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelHealth } from '../../../src-shared/domain/health.ts';
import { syntheticContent } from '../../hub/content.ts';
import { createSeededRandom } from '../../hub/seeded-random.ts';
import { type Core, startCore } from '../../support/core-rig.ts';
import { startHubForTest } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/folders.ts';

const MiB = 2 ** 20;
const SIZE = 24 * MiB;
/** As pieces of files of this size are. */
const PIECE = MiB;
const WEIGHTS = 'weights.bin';
const repositories = [
  {
    id: 'maker/model',
    commits: [
      { files: [{ path: WEIGHTS, content: syntheticContent({ sizeBytes: SIZE, seed: 7 }) }] },
    ],
  },
];

/** A model that came from the hub, with nothing wrong. */
async function installed({ automation = 'ask' }: { automation?: 'ask' | 'mend' } = {}) {
  const hub = await startHubForTest({ repositories });
  const userData = path.join(await temporaryFolder(), 'data');
  const core = await startCore({ userData, hubUrl: hub.url });
  await core.value('settings.patch', { health: { automation } });
  const { id, folder } = await core.value('models.track', { ref: 'hf:maker/model' });
  await core.untilDownload(({ state }) => state.kind === 'done');
  await checked(core, id, 'full');
  return { hub, core, id, userData, place: path.join(folder, WEIGHTS) };
}

const healthOf = async (core: Core, modelId: string): Promise<ModelHealth> => {
  const [health] = (await core.value('models.health', { modelId })).items;
  if (!health) throw new Error(`no health of ${modelId}`);
  return health;
};

/** Asks for a check and waits until it has been carried out. */
async function checked(core: Core, modelId: string, depth: 'quick' | 'full') {
  const before = (await healthOf(core, modelId)).lastCheckedAt;
  await core.value('health.check', { modelIds: [modelId], depth });
  await core.untilHealth(
    modelId,
    ({ check, lastCheckedAt }) => check === null && lastCheckedAt !== before,
  );
  return healthOf(core, modelId);
}

/** Changes one byte and nothing else: not even the time the file was changed. */
async function flip(place: string, offset: number) {
  const { atime, mtime } = await stat(place);
  const file = await open(place, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ 0xff;
    await file.write(byte, 0, 1, offset);
  } finally {
    await file.close();
  }
  await utimes(place, atime, mtime);
}

describe('R6.2 damage on the disk', () => {
  it('one byte: the next full check names file and piece, and a repair moves that piece', async () => {
    const { hub, core, id, place } = await installed();
    await flip(place, 10 * MiB + 1);
    expect((await checked(core, id, 'quick')).verdict).toBe('healthy');
    const damaged = await checked(core, id, 'full');
    expect(damaged.verdict).toBe('damaged');
    const [finding] = damaged.findings;
    expect(finding).toMatchObject({ check: 'digest', file: WEIGHTS });
    expect(finding?.pieces).toHaveLength(1);
    const [cheapest] = damaged.repairs;
    expect(cheapest).toMatchObject({ mode: 'pieces', files: 1 });
    expect((await core.value('models.status', { id })).items[0]).toMatchObject({
      availability: 'corrupted',
      integrity: { missingFiles: [WEIGHTS] },
    });
    expect(await core.alerts()).toContain('MODEL_DAMAGED');

    const before = hub.bytesSent(`**/${WEIGHTS}`);
    await core.value('health.repair', { modelId: id, mode: 'pieces' });
    await core.untilHealth(id, ({ verdict }) => verdict !== 'damaged');
    expect(hub.bytesSent(`**/${WEIGHTS}`) - before).toBeLessThanOrEqual(cheapest?.bytes ?? 0);
    expect((await checked(core, id, 'full')).findings.map(({ check }) => check)).not.toContain(
      'digest',
    );
    expect((await core.value('models.status', { id })).items[0]?.availability).toBe('available');
    expect(await core.alerts()).not.toContain('MODEL_DAMAGED');
  });

  it.each(['pieces', 'files', 'model'] as const)(
    'nothing is left in the quarantine once a repair of %s is proven',
    async (mode) => {
      const { hub, core, id, place, userData } = await installed();
      await flip(place, 10 * MiB);
      await checked(core, id, 'full');
      const before = hub.bytesSent(`**/${WEIGHTS}`);
      await core.value('health.repair', { modelId: id, mode });
      await core.untilHealth(id, ({ verdict }) => verdict !== 'damaged');
      const sent = hub.bytesSent(`**/${WEIGHTS}`) - before;
      if (mode === 'pieces') expect(sent).toBeLessThan(2 * PIECE);
      else expect(sent).toBeGreaterThanOrEqual(SIZE);
      const quarantine = path.join(userData, 'library', '.larder', 'quarantine');
      await expect.poll(() => readdir(quarantine)).toEqual([]);
    },
  );

  it('is mended without being asked where that is allowed', async () => {
    const { hub, core, id, place } = await installed({ automation: 'mend' });
    const before = hub.bytesSent(`**/${WEIGHTS}`);
    await flip(place, 3);
    await core.value('health.check', { modelIds: [id], depth: 'full' });
    await core.untilEvent(
      ({ type, data }) => type === 'health.report' && data.health?.verdict === 'damaged',
    );
    await core.untilHealth(id, ({ verdict, check }) => verdict !== 'damaged' && check === null);
    expect(hub.bytesSent(`**/${WEIGHTS}`) - before).toBeLessThanOrEqual(4 * MiB);
    const history = (await core.value('models.health', {})).history.map(({ kind }) => kind);
    expect(history).toEqual(expect.arrayContaining(['found', 'repaired']));
  });

  it('a file that was cut off keeps what is left of it, and one that is gone is named', async () => {
    const { hub, core, id, place } = await installed();
    await truncate(place, 20 * MiB);
    const short = await checked(core, id, 'quick');
    expect(short).toMatchObject({ verdict: 'damaged' });
    expect(short.findings[0]).toMatchObject({ check: 'presence', measured: `${20 * MiB} bytes` });
    const before = hub.bytesSent(`**/${WEIGHTS}`);
    await core.value('health.repair', { modelId: id });
    await core.untilHealth(id, ({ verdict }) => verdict !== 'damaged');
    expect(hub.bytesSent(`**/${WEIGHTS}`) - before).toBeLessThanOrEqual(4 * MiB);

    await rm(place);
    const gone = await checked(core, id, 'quick');
    expect(gone).toMatchObject({ verdict: 'incomplete' });
    expect(gone.sentence).toContain(`${WEIGHTS} is missing`);
  });

  it('a file that was written to since is suspect, and its bytes decide', async () => {
    const { core, id, place } = await installed();
    const later = new Date(Date.now() + 60_000);
    await utimes(place, later, later);
    await core.value('health.check', { modelIds: [id], depth: 'quick' });
    await core.untilEvent(
      ({ type, data }) => type === 'health.report' && data.health?.verdict === 'suspect',
    );
    await core.untilHealth(id, ({ verdict, check }) => verdict !== 'suspect' && check === null);
    expect((await healthOf(core, id)).findings.map(({ check }) => check)).not.toContain('presence');
  });

  it('without the hub it stays damaged, with a plan', async () => {
    const { hub, core, id, place } = await installed();
    await flip(place, 5 * MiB);
    hub.goOffline();
    const damaged = await checked(core, id, 'full');
    await core.value('health.repair', { modelId: id });
    expect((await healthOf(core, id)).verdict).toBe('damaged');
    expect(damaged.repairs.map(({ mode }) => mode)).toEqual(['pieces', 'files', 'model']);
  });
});

describe('R1.2 bytes for a repair', () => {
  const twice = ['model', 'twin'].map((name) => ({
    id: `maker/${name}`,
    commits: [
      { files: [{ path: WEIGHTS, content: syntheticContent({ sizeBytes: SIZE, seed: 7 }) }] },
    ],
  }));

  it('come from an equal file of another model while the hub is away', async () => {
    const hub = await startHubForTest({ repositories: twice });
    const userData = path.join(await temporaryFolder(), 'data');
    const core = await startCore({ userData, hubUrl: hub.url });
    await core.value('settings.patch', { health: { automation: 'ask' } });
    const models = [];
    for (const { id } of twice) models.push(await core.value('models.track', { ref: `hf:${id}` }));
    for (const { id } of models) {
      await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
    }
    const [first] = models;
    if (!first) throw new Error('no model');
    await checked(core, first.id, 'full');
    hub.goOffline();
    // The two may share their bytes on the disk: the damaged one has to be a file of its own.
    const place = path.join(first.folder, WEIGHTS);
    await copyFile(place, `${place}.own`);
    await rename(`${place}.own`, place);
    await flip(place, 5 * MiB);
    expect((await checked(core, first.id, 'full')).verdict).toBe('damaged');
    await core.value('health.repair', { modelId: first.id });
    await core.untilHealth(first.id, ({ verdict }) => verdict === 'healthy');
  });

  it('come from a mirror when the hub has not the right ones', async () => {
    const { hub, core, id, place } = await installed();
    const mirror = await startHubForTest({ repositories });
    await core.value('settings.patch', { hub: { mirrors: [mirror.url] } });
    await flip(place, 5 * MiB);
    await checked(core, id, 'full');
    hub.setFaults(`**/${WEIGHTS}`, { kind: 'status', status: 404 });
    await core.value('health.repair', { modelId: id });
    await core.untilHealth(id, ({ verdict }) => verdict === 'healthy');
    expect(mirror.bytesSent(`**/${WEIGHTS}`)).toBeGreaterThan(0);
  });
});

describe('decisions of a person', () => {
  it('a finding that is ignored with a reason no longer counts, and can be counted again', async () => {
    const { core, id, place } = await installed();
    await flip(place, 1);
    const { findings } = await checked(core, id, 'full');
    const findingId = findings.find(({ check }) => check === 'digest')?.id ?? '';
    const ignored = await core.value('health.ignore', { modelId: id, findingId, reason: 'mine' });
    expect(ignored.verdict).not.toBe('damaged');
    expect((await core.value('models.status', { id })).items[0]?.availability).toBe('available');
    const counted = await core.value('health.ignore', { modelId: id, findingId, reason: null });
    expect(counted.verdict).toBe('damaged');
  });

  it('quarantine takes the files out of use and release puts them back', async () => {
    const { core, id, place } = await installed();
    await core.value('health.quarantine', { modelId: id });
    await expect(stat(place)).rejects.toThrow();
    const [model] = (await core.value('models.status', { id })).items;
    expect(model?.availability).toBe('quarantined');
    await core.value('health.release', { modelId: id, reason: 'I made it myself' });
    expect((await stat(place)).size).toBe(SIZE);
    expect((await core.value('models.status', { id })).items[0]?.availability).toBe('available');
  });
});

describe('between checks', () => {
  it('a file that is deleted or written to is noticed by itself', async () => {
    const { core, id, place } = await installed();
    await rm(place);
    await core.untilHealth(id, ({ verdict }) => verdict === 'incomplete');
    expect((await core.value('models.list', {})).items[0]?.availability).toBe('missing');
  });
});

it('S7: of 200 random flips every one is found, file and piece', async () => {
  const { core, id, place } = await installed();
  const [{ files } = { files: [] }] = (await core.value('models.list', {})).items;
  expect(files).toHaveLength(1);
  const random = createSeededRandom(4711);
  let found = 0;
  for (let flips = 0; flips < 200; flips += 1) {
    const offset = Math.floor(random() * SIZE);
    await flip(place, offset);
    const { findings } = await checked(core, id, 'full');
    const pieces = findings.find(({ check }) => check === 'digest')?.pieces ?? [];
    if (pieces.length === 1 && pieces[0] === Math.floor(offset / PIECE)) found += 1;
    await flip(place, offset);
  }
  expect(found).toBe(200);
}, 120_000);
