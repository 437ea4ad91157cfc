import { describe, expect, it } from 'vitest';
import { createDownloadOperations } from '../../../src-main/operations/downloads.ts';
import type { Hold } from '../../../src-shared/domain/download.ts';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { createFakeEngine, gate, queued, SIZE, turn } from './fake-engine.ts';

const waitingForSpace = (name: string) => {
  const full = new AppError('DISK_FULL', { neededBytes: SIZE, freeBytes: 0, folder: '/library' });
  return { ...queued(name), state: { kind: 'waiting-space', error: toErrorReport(full) } };
};

describe('R3.4 space', () => {
  it('of two that fit only one at a time, one runs', async () => {
    const { engine, kinds } = createFakeEngine({
      stored: [queued('a'), queued('b')],
      freeBytes: async () => SIZE * 1.5,
    });
    await engine.start();
    await turn();
    expect(kinds()).toEqual(['running', 'waiting-space']);
  });

  it('what waits beside one that runs stays waiting, and is not tried again and again', async () => {
    const { engine, kinds, heard, advance } = createFakeEngine({
      stored: [queued('a'), queued('b')],
      freeBytes: async () => SIZE * 1.5,
    });
    await engine.start();
    await turn();
    const before = heard.length;
    for (let second = 0; second < 60; second += 1) {
      advance(1_000);
      await turn();
    }
    expect(kinds()).toEqual(['running', 'waiting-space']);
    const ofWaiting = heard
      .slice(before)
      .filter(({ data }) => (data as { modelId?: string }).modelId === 'hf:b');
    expect(ofWaiting).toEqual([]);
  });

  it('files that lie in their place already need none', async () => {
    const { engine, kinds } = createFakeEngine({
      stored: [queued('a')],
      freeBytes: async () => 0,
      proveInPlace: async () => 'f'.repeat(64),
    });
    await engine.start();
    await turn();
    expect(kinds()).toEqual(['done']);
  });

  it('one that is paused while space is being looked for does not keep the next from going on', async () => {
    const asked = gate<number>();
    const answers = [asked.opened, Promise.resolve(1e9)];
    const { engine, kinds, advance } = createFakeEngine({
      stored: [waitingForSpace('a'), waitingForSpace('b')],
      freeBytes: () => answers.shift() ?? Promise.resolve(1e9),
    });
    await engine.start();
    advance(15_000);
    await engine.pause('hf:a');
    asked.open(1e9);
    await turn();
    expect(kinds()).toEqual(['paused', 'running']);
  });

  it('nothing is looked for once the engine has stopped', async () => {
    const asked = gate<number>();
    const { engine, advance, pending } = createFakeEngine({
      stored: [waitingForSpace('a')],
      freeBytes: () => asked.opened,
    });
    await engine.start();
    advance(15_000);
    await engine.stop();
    asked.open(0);
    await turn();
    expect(pending()).toBe(0);
  });
});

describe('S2 what is heard', () => {
  it('progress is told again after a stop and a start', async () => {
    const { engine, heard, advance } = createFakeEngine({ stored: [queued('a')] });
    await engine.start();
    await turn();
    await engine.stop();
    await engine.start();
    await turn();
    heard.length = 0;
    advance(1_000);
    expect(heard).toMatchObject([{ data: { download: { state: { kind: 'running' } } } }]);
  });

  it('a cancelled download is not heard of again', async () => {
    const { engine, heard, advance } = createFakeEngine({ stored: [queued('a')] });
    await engine.start();
    await turn();
    await engine.cancel('hf:a', false);
    advance(1_000);
    expect(heard.at(-1)).toMatchObject({ type: 'download.state', data: { download: null } });
  });

  it('a stop is: what ran is queued', async () => {
    const { engine, heard } = createFakeEngine({ stored: [queued('a')] });
    await engine.start();
    await turn();
    await engine.stop();
    expect(heard.at(-1)).toMatchObject({ data: { download: { state: { kind: 'queued' } } } });
  });

  it('the files of a paused download are not called downloading', async () => {
    const { engine } = createFakeEngine({ stored: [queued('a')] });
    await engine.start();
    await turn();
    const paused = await engine.pause('hf:a');
    expect(paused.files.map(({ state }) => state.kind)).toEqual(['waiting']);
  });
});

describe('journals that cannot be read', () => {
  const peek = async (id: string) => {
    if (id === 'a') throw new AppError('FILE_IN_THE_WAY', { path: 'a.journal' });
    return { receivedBytes: 0, verified: false };
  };

  it('fail their own download at the start, and no other', async () => {
    const { engine, kinds } = createFakeEngine({ stored: [queued('a'), queued('b')], peek });
    await engine.start();
    await turn();
    expect(kinds()).toEqual(['failed', 'running']);
  });

  it('leave nothing in the queue when a download is refused for them', async () => {
    const { engine, kinds } = createFakeEngine({ peek });
    const { id, manifest, paths } = queued('a');
    await expect(engine.enqueue({ id, manifest, paths })).rejects.toMatchObject({
      code: 'FILE_IN_THE_WAY',
    });
    expect(kinds()).toEqual([]);
  });
});

describe('R5.1 control', () => {
  it('started again at once, a download waits until what was cancelled is deleted', async () => {
    const removed = gate<void>();
    const { engine, partCalls } = createFakeEngine({
      stored: [queued('a')],
      remove: () => removed.opened,
    });
    await engine.start();
    await turn();
    const cancelled = engine.cancel('hf:a', true);
    const { id, manifest, paths } = queued('a');
    const started = engine.enqueue({ id, manifest, paths });
    await turn();
    expect(partCalls()).toEqual(['open a', 'close a', 'remove a']);
    removed.open();
    await Promise.all([cancelled, started]);
    await turn();
    expect(partCalls()).toEqual(['open a', 'close a', 'remove a', 'open a']);
  });

  it('the end of the engine waits for what was cancelled', async () => {
    const removed = gate<void>();
    const { engine } = createFakeEngine({ stored: [queued('a')], remove: () => removed.opened });
    await engine.start();
    await turn();
    const cancelled = engine.cancel('hf:a', true);
    let isStopped = false;
    const stopped = engine.stop().then(() => {
      isStopped = true;
    });
    await turn();
    expect(isStopped).toBe(false);
    removed.open();
    await Promise.all([cancelled, stopped]);
  });

  it('pausing all starts none of those that wait', async () => {
    const stored = [queued('a'), queued('b'), queued('c')];
    const { engine, kinds, partCalls } = createFakeEngine({ stored, concurrent: 1 });
    const operations = createDownloadOperations({
      findModel: () => {
        throw new AppError('MODEL_UNKNOWN', { modelId: 'hf:owner/unknown' });
      },
      engine,
      startDownload: async () => undefined,
      chooseFiles: async () => undefined,
      preview: () => Promise.reject(new Error('not asked')),
    });
    await engine.start();
    await turn();
    await operations['downloads.manage']({ action: 'pause', deletePartial: false });
    expect(kinds()).toEqual(['paused', 'paused', 'paused']);
    expect(partCalls()).toEqual(['open a', 'close a']);
  });

  it('a download that finished just before a pause and a resume does not run again', async () => {
    const installed = gate<void>();
    const calls: string[] = [];
    const { engine, kinds } = createFakeEngine({
      stored: [queued('a')],
      proveInPlace: async () => 'f'.repeat(64),
      install: () => {
        calls.push('install');
        return installed.opened;
      },
    });
    await engine.start();
    await turn();
    const paused = engine.pause('hf:a');
    await engine.resume('hf:a');
    installed.open();
    await paused;
    await turn();
    expect(kinds()).toEqual(['done']);
    expect(calls).toEqual(['install']);
  });

  it('what is held is queued with its reason, and goes on when that is gone', async () => {
    let hold: Hold | null = { kind: 'on-battery' };
    const { engine, kinds, calls } = createFakeEngine({
      stored: [queued('a')],
      holdFor: () => hold,
    });
    await engine.start();
    await turn();
    expect(engine.get('hf:a')).toMatchObject({ state: { kind: 'queued' }, hold });
    hold = null;
    engine.reschedule();
    await turn();
    expect(kinds()).toEqual(['running']);
    hold = { kind: 'asleep' };
    engine.reschedule();
    await turn();
    expect(engine.get('hf:a')).toMatchObject({ state: { kind: 'queued' }, hold });
    expect(calls.filter((call) => /awake|sleep/.test(call)).at(-1)).toBe('may sleep');
  });

  it('one with a time starts then, and not before', async () => {
    const { engine, kinds, now, advance } = createFakeEngine({ stored: [queued('a')] });
    await engine.start();
    await engine.pause('hf:a');
    const at = new Date(now() + 60_000).toISOString();
    await engine.startAt('hf:a', at);
    const waiting = await engine.resume('hf:a');
    expect(waiting).toMatchObject({ startAt: at, hold: { kind: 'start-at', at } });
    advance(59_000);
    await turn();
    expect(kinds()).toEqual(['queued']);
    advance(1_000);
    await turn();
    expect(kinds()).toEqual(['running']);
  });

  it('“this one next” goes before all that wait', async () => {
    const stored = [queued('a'), queued('b'), { ...queued('c'), priority: 3 }, queued('d')];
    const { engine } = createFakeEngine({ stored, concurrent: 1 });
    await engine.start();
    await turn();
    await engine.next('hf:d');
    await turn();
    await engine.pause('hf:c');
    await turn();
    const running = engine.list().filter(({ state }) => state.kind === 'running');
    expect(running.map(({ modelId }) => modelId)).toEqual(['hf:d']);
  });

  it('a finished download has no place in the order', async () => {
    const { engine } = createFakeEngine({
      stored: [queued('a')],
      proveInPlace: async () => 'f'.repeat(64),
    });
    await engine.start();
    await turn();
    await expect(engine.prioritize('hf:a', { priority: 1 })).rejects.toMatchObject({
      code: 'ACTION_NOT_POSSIBLE',
    });
  });
});

it('a stop lets the computer sleep', async () => {
  const { engine, calls } = createFakeEngine({ stored: [queued('a')] });
  await engine.start();
  await turn();
  expect(calls).toContain('keep awake');
  await engine.stop();
  expect(calls.filter((call) => /awake|sleep/.test(call)).at(-1)).toBe('may sleep');
});

it('the limit of a cancelled download does not hold for the next of the model', async () => {
  const { engine, limits } = createFakeEngine({ stored: [queued('a')] });
  await engine.start();
  await engine.limit('hf:a', 1_000);
  await engine.cancel('hf:a', true);
  const { id, manifest, paths } = queued('a');
  await engine.enqueue({ manifest, paths, id });
  expect(engine.get('hf:a')?.limitBytesPerSecond).toBeNull();
  expect(limits.get('download a')).toBeNull();
});

it('a choice of other files while it is installed never tells that it is gone', async () => {
  const installing = gate<void>();
  const { engine, heard } = createFakeEngine({
    stored: [queued('a')],
    proveInPlace: async () => 'f'.repeat(64),
    install: () => installing.opened,
  });
  await engine.start();
  await turn();
  const chosen = engine.reselect(queued('a').manifest, ['weights.gguf']);
  installing.open();
  await chosen;
  await turn();
  const told = heard.filter(({ type }) => type === 'download.state').map(({ data }) => data);
  expect(told).not.toContainEqual(expect.objectContaining({ download: null }));
});

it('a cancel that comes while the model is put in its place says that it is too late', async () => {
  const installing = gate<void>();
  const { engine, kinds } = createFakeEngine({
    stored: [queued('a')],
    proveInPlace: async () => 'f'.repeat(64),
    install: () => installing.opened,
  });
  await engine.start();
  await turn();
  const cancelled = engine.cancel('hf:a', true);
  installing.open();
  await expect(cancelled).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' });
  expect(kinds()).toEqual(['done']);
});
