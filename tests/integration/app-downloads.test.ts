import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SensorEvent, Sensors } from '../../src-main/platform/conditions.ts';
import type { Download } from '../../src-shared/domain/download.ts';
import { bytesContent, syntheticContent } from '../hub/content.ts';
import { startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';

const SIZE = 8 * 2 ** 20;
const weights = syntheticContent({ sizeBytes: SIZE, seed: 7 });
const file = (name: string) => ({ path: name, content: weights });
const repositories = [
  { id: 'maker/first', commits: [{ files: [file('first.gguf')] }] },
  { id: 'maker/second', commits: [{ files: [file('other-name.gguf')] }] },
  {
    id: 'maker/with-empty',
    commits: [
      { files: [file('with-empty.bin'), { path: 'added.txt', content: bytesContent('') }] },
    ],
  },
  {
    id: 'maker/parts',
    commits: [
      {
        files: [
          { path: 'config.json', content: bytesContent('{"model_type":"llama"}') },
          { path: 'a.bin', content: syntheticContent({ sizeBytes: SIZE, seed: 8 }) },
          { path: 'b.bin', content: syntheticContent({ sizeBytes: SIZE, seed: 9 }) },
        ],
      },
    ],
  },
];
const isDone = ({ state }: Download) => state.kind === 'done';

async function start(
  options: { sensors?: Sensors; prepare?: (home: string) => Promise<void> } = {},
) {
  const hub = await startHubForTest({ repositories });
  const userData = path.join(await temporaryFolder(), 'data');
  await options.prepare?.(userData);
  const { sensors } = options;
  const core = await startCore({ userData, hubUrl: hub.url, ...(sensors && { sensors }) });
  return { hub, core, userData };
}

type Core = Awaited<ReturnType<typeof start>>['core'];

const downloadOf = async (core: Core, modelId: string) =>
  (await core.value('downloads.list', {})).items.find((item) => item.modelId === modelId);

async function finished(core: Core, modelId: string) {
  await core.untilDownload((download) => download.modelId === modelId && isDone(download));
}

/** The rows of a dry run, without what depends on the disk. */
async function preview(core: Core, ref: string) {
  const { files, toFetchBytes, fits } = await core.value('downloads.preview', { ref });
  const here = Object.fromEntries(files.map((row) => [row.path, row.here]));
  return { here, toFetchBytes, fits };
}

describe('a dry run', () => {
  it('says what has to be fetched, what is half here, and what is in its place', async () => {
    const { hub, core } = await start();
    const ref = 'hf:maker/first';
    const before = await preview(core, ref);
    expect(before).toEqual({ here: { 'first.gguf': 'no' }, toFetchBytes: SIZE, fits: true });
    expect((await core.value('models.list', {})).items).toEqual([]);

    hub.setRates({ totalBytesPerSecond: 4e6 });
    const { id } = await core.value('models.track', { ref });
    await core.untilEvent(
      ({ type, data }) => type === 'download.progress' && data.download.receivedBytes > SIZE / 8,
    );
    expect((await core.value('models.list', { files: false })).items).toMatchObject([
      { id, sizeBytes: SIZE, files: [] },
    ]);
    await core.value('downloads.manage', { action: 'pause', modelId: id });
    const half = await preview(core, ref);
    expect(half.here).toEqual({ 'first.gguf': 'partial' });
    expect(half.toFetchBytes).toBeLessThan(SIZE);

    hub.setRates({});
    await core.value('downloads.manage', { action: 'resume', modelId: id });
    await finished(core, id);
    const after = await preview(core, ref);
    expect(after).toEqual({ here: { 'first.gguf': 'library' }, toFetchBytes: 0, fits: true });
  });
});

describe('reuse before fetching', () => {
  it('the same bytes of another model are taken from there, and none is fetched', async () => {
    const { hub, core } = await start();
    const first = await core.value('models.track', { ref: 'hf:maker/first' });
    await finished(core, first.id);
    expect(await preview(core, 'hf:maker/second')).toEqual({
      here: { 'other-name.gguf': 'other-model' },
      toFetchBytes: 0,
      fits: true,
    });
    const second = await core.value('models.track', { ref: 'hf:maker/second' });
    await finished(core, second.id);
    expect(hub.bytesSent('**/other-name.gguf')).toBe(0);
    const copy = await readFile(path.join(second.folder, 'other-name.gguf'));
    expect(createHash('sha256').update(copy).digest('hex')).toBe(await weights.sha256());
  });

  it('a file in the cache of the hub’s own tools is copied; one that is damaged there is not', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of weights.read(0, SIZE)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const sha256 = await weights.sha256();
    const cached = (damage: number) => async (home: string) => {
      const blobs = path.join(
        home,
        '.cache',
        'huggingface',
        'hub',
        'models--maker--first',
        'blobs',
      );
      await mkdir(blobs, { recursive: true });
      const content = Buffer.from(bytes);
      content[1000] = (content[1000] ?? 0) ^ damage;
      await writeFile(path.join(blobs, sha256), content);
    };
    const whole = await start({ prepare: cached(0) });
    const copied = await whole.core.value('models.track', { ref: 'hf:maker/first' });
    await finished(whole.core, copied.id);
    expect(whole.hub.bytesSent('**/first.gguf')).toBe(0);

    const damaged = await start({ prepare: cached(1) });
    const fetched = await damaged.core.value('models.track', { ref: 'hf:maker/first' });
    await finished(damaged.core, fetched.id);
    expect(damaged.hub.bytesSent('**/first.gguf')).toBeGreaterThanOrEqual(SIZE);
  });
});

describe('an empty file', () => {
  it('is fetched, installed and available like any other', async () => {
    const { core } = await start();
    const { id, folder } = await core.value('models.track', { ref: 'hf:maker/with-empty' });
    await finished(core, id);
    expect(await readFile(path.join(folder, 'added.txt'))).toHaveLength(0);
    const [status] = (await core.value('models.status', { id })).items;
    expect(status).toMatchObject({ availability: 'available' });
  });
});

describe('R5.4 files left out', () => {
  it('a model without the excluded file is available, and whole again once it is taken back', async () => {
    const { hub, core } = await start();
    hub.setRates({ totalBytesPerSecond: 2e6 });
    const { id } = await core.value('models.track', { ref: 'hf:maker/parts' });
    const paths = ['b.bin'];
    await core.value('downloads.manage', { action: 'exclude', modelId: id, paths });
    hub.setRates({});
    await finished(core, id);
    const [status] = (await core.value('models.status', { id })).items;
    expect(status).toMatchObject({ availability: 'available', integrity: { missingFiles: [] } });
    expect(status?.files.find((row) => row.path === 'b.bin')?.state).toBe('excluded');
    expect(status?.sizeBytes).toBeLessThan(1.1 * SIZE);

    await core.value('downloads.manage', { action: 'include', modelId: id, paths });
    await core.untilEvent(
      ({ type, data }) =>
        type === 'model.status' &&
        data.model?.availability === 'available' &&
        data.model.files.every(({ state }) => state === 'present'),
    );
  });

  it('refuses a file that is not there, and leaving out all', async () => {
    const { core } = await start();
    const { id } = await core.value('models.track', { ref: 'hf:maker/first', download: false });
    const choose = async (paths: string[]) => {
      const answer = await core.call('downloads.manage', { action: 'exclude', modelId: id, paths });
      return answer.ok ? 'ok' : answer.error.code;
    };
    expect(await choose(['no-such-file'])).toBe('INPUT_INVALID');
    expect(await choose(['first.gguf'])).toBe('INPUT_INVALID');
  });
});

describe('criterion 19: sleep', () => {
  it('what runs is held while the computer sleeps, and goes on after it woke, with no attempt charged', async () => {
    const listeners = new Set<(event: SensorEvent) => void>();
    const sensors: Sensors = {
      online: () => true,
      onBattery: () => false,
      metered: () => false,
      listen: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const { hub, core } = await start({ sensors });
    hub.setRates({ totalBytesPerSecond: 2e6 });
    const { id } = await core.value('models.track', { ref: 'hf:maker/first' });
    await core.untilDownload(({ state }) => state.kind === 'running');
    for (const listener of listeners) listener('suspend');
    await core.untilDownload(({ hold }) => hold?.kind === 'asleep');
    expect(await downloadOf(core, id)).toMatchObject({ state: { kind: 'queued' } });
    expect(core.awake.at(-1)).toBe(false);
    hub.setRates({});
    for (const listener of listeners) listener('resume');
    await finished(core, id);
    const retries = core.events.flatMap((event) =>
      event.type === 'download.state' ? (event.data.download?.files ?? []) : [],
    );
    expect(retries.some(({ state }) => state.kind === 'retrying')).toBe(false);
  });
});

describe('R5.3 the weekly schedule', () => {
  it('a pause in the week holds what runs, and its end lets it go on', async () => {
    const { hub, core } = await start();
    hub.setRates({ totalBytesPerSecond: 2e6 });
    const { id } = await core.value('models.track', { ref: 'hf:maker/first' });
    await core.untilDownload(({ state }) => state.kind === 'running');
    const always = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', bytesPerSecond: 0 };
    await core.value('settings.patch', { downloads: { schedule: [always] } });
    await core.untilDownload(({ hold }) => hold?.kind === 'schedule');
    hub.setRates({});
    await core.value('settings.patch', { downloads: { schedule: null } });
    await finished(core, id);
  });
});
