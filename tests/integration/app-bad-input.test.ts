import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDemoRepositories, DEMO_TOKENS } from '../hub/demo-repositories.ts';
import { type Core, startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { canMountDisks, mountSmallDisk } from '../support/small-disk.ts';

const WORDS = 'hf:larder-demo/tiny-words-GGUF:F16';

const repositories = createDemoRepositories();

async function demo() {
  const hub = await startHubForTest({ repositories, tokens: DEMO_TOKENS });
  const userData = path.join(await temporaryFolder(), 'data');
  return { hub, userData, library: path.join(userData, 'library') };
}

async function install(core: Core, ref = WORDS) {
  const model = await core.value('models.track', { ref });
  await core.untilDownload(({ modelId, state }) => modelId === model.id && state.kind === 'done');
  await core.untilEvent(
    (event) => event.type === 'model.status' && event.data.model?.availability === 'available',
  );
  return model;
}

const codeOf = async (answer: Promise<Awaited<ReturnType<Core['call']>>>) => {
  const settled = await answer;
  return settled.ok ? 'ok' : settled.error.code;
};

describe('what a person may type', () => {
  it.each([
    ['not a reference at all', 'REFERENCE_MALFORMED'],
    ['hf:larder-demo/does-not-exist', 'REPOSITORY_HIDDEN'],
    ['hf:larder-demo/tiny-words-GGUF@no-such-branch', 'REVISION_NOT_FOUND'],
    ['hf:larder-demo/tiny-words-GGUF:Q9_X', 'VARIANT_UNKNOWN'],
    ['oci:ghcr.io/org/model:1', 'SOURCE_UNSUPPORTED'],
    ['/home/me/model.gguf', 'LOCAL_FILE'],
    ['url:https://user:secret@example.com/a.gguf', 'REFERENCE_SECRET'],
    ['https://example.com/', 'REFERENCE_MALFORMED'],
  ])('%s is answered with %s, and nothing is tracked', async (ref, code) => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    expect(await codeOf(core.call('models.track', { ref }))).toBe(code);
    expect((await core.value('models.list', {})).items).toEqual([]);
  });

  it('a repository nobody has is told apart once there is a token', async () => {
    const { hub, userData } = await demo();
    const environment = { HF_TOKEN: 'hf_demo_guest' };
    const core = await startCore({ userData, hubUrl: hub.url, environment });
    const ref = 'hf:larder-demo/does-not-exist';
    expect(await codeOf(core.call('models.track', { ref }))).toBe('REPOSITORY_NOT_FOUND');
  });
});

describe('what a hub may answer', () => {
  it('no network', async () => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    await hub.goOffline();
    expect(await codeOf(core.call('hub.search', { q: 'words' }))).toBe('NETWORK_OFFLINE');
    expect(await codeOf(core.call('models.track', { ref: WORDS }))).toBe('NETWORK_OFFLINE');
  });

  it('a sign-in page to everything', async () => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    hub.setMode('captive-portal');
    expect(await codeOf(core.call('hub.search', { q: 'words' }))).toBe('NETWORK_SIGN_IN');
  });

  it('a token it does not take', async () => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    await core.value('settings.setToken', {
      source: 'hf',
      token: 'hf_wrong',
      allowPlainText: true,
    });
    expect(await codeOf(core.call('models.track', { ref: WORDS }))).toBe('TOKEN_INVALID');
  });

  it('a gate: the download fails with its sentence, and goes on by itself once a token is given', async () => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    const { id } = await core.value('models.track', { ref: 'hf:larder-demo/gated-words-GGUF' });
    const failed = await core.untilDownload(({ state }) => state.kind === 'failed');
    expect(failed.state).toMatchObject({ error: { code: 'ACCESS_GATED' } });
    const actions = failed.state.kind === 'failed' ? failed.state.error.actions : [];
    expect(actions.map(({ kind }) => kind)).toContain('sign-in');
    const token = 'hf_demo_member';
    expect(await codeOf(core.call('settings.setToken', { source: 'hf', token }))).toBe(
      'SECRET_STORE_PLAIN',
    );
    await core.value('settings.setToken', { source: 'hf', token, allowPlainText: true });
    await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
    expect(hub.leaks).toEqual([]);
  });
});

describe('what may have become of the library', () => {
  it('vanished while it was open: nothing is called available, and it comes back as it was', async () => {
    const { hub, userData, library } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url });
    const model = await install(core);
    await rename(library, `${library}-elsewhere`);
    await core.untilEvent(
      ({ type, data }) =>
        type === 'health.alert' && 'alert' in data && data.alert?.error.code === 'LIBRARY_MISSING',
    );
    const [gone] = (await core.value('models.status', { id: model.id })).items;
    expect(gone).toMatchObject({ availability: 'offline', error: { code: 'LIBRARY_MISSING' } });
    expect(await codeOf(core.call('models.track', { ref: WORDS }))).toBe('LIBRARY_MISSING');

    await rename(`${library}-elsewhere`, library);
    const heard = core.events.length;
    await core.untilEvent(
      (event) =>
        event.seq > heard &&
        event.type === 'model.status' &&
        event.data.model?.availability === 'available',
    );
    expect(await core.alerts()).toEqual([]);
  });

  it('missing at the start: the application starts, says so, and does not make an empty one', async () => {
    const { hub, userData, library } = await demo();
    const first = await startCore({ userData, hubUrl: hub.url });
    const model = await install(first);
    await first.stop();
    await rename(library, `${library}-unplugged`);
    const core = await startCore({ userData, hubUrl: hub.url });
    const [alert] = (await core.value('alerts.list', {})).items;
    expect(alert?.error).toMatchObject({ code: 'LIBRARY_MISSING' });
    expect(alert?.error.detail).toContain(`${library} `);
    const [listed] = (await core.value('models.list', {})).items;
    expect(listed).toMatchObject({ id: model.id, availability: 'offline' });
    expect((await core.value('health.ready', {})).status).toBe('degraded');
    expect(await readdir(userData)).not.toContain('library');
  });

  it('below a folder that cannot be written', async () => {
    const { hub, userData } = await demo();
    const core = await startCore({ userData, hubUrl: hub.url, args: ['--library=/proc/larder'] });
    expect(await core.alerts()).toHaveLength(1);
    expect(await codeOf(core.call('models.track', { ref: WORDS }))).toMatch(/^LIBRARY_/);
  });

  it.runIf(canMountDisks)('read-only', async () => {
    const { hub, userData } = await demo();
    const disk = mountSmallDisk(path.join(userData, 'read-only'), 'ro');
    try {
      const core = await startCore({
        userData,
        hubUrl: hub.url,
        args: [`--library=${disk.folder}`],
      });
      expect(await core.alerts()).toEqual(['LIBRARY_UNWRITABLE']);
      await core.stop();
    } finally {
      disk.release();
    }
  });

  it.runIf(canMountDisks)(
    'R3.4 on a disk too small for a model: it waits for space, and goes on when there is some',
    async () => {
      const { hub, userData } = await demo();
      const disk = mountSmallDisk(path.join(userData, 'small'), 'size=8m');
      try {
        const args = [`--library=${disk.folder}`];
        const core = await startCore({ userData, hubUrl: hub.url, args });
        await core.value('settings.patch', { downloads: { keepFreeBytes: 0 } });
        const { id } = await core.value('models.track', { ref: 'hf:tesseract/eng:all' });
        const waiting = await core.untilDownload(({ state }) => state.kind === 'waiting-space');
        expect(waiting.state).toMatchObject({ error: { code: 'DISK_FULL' } });
        disk.remount('size=64m');
        await core.value('downloads.manage', { action: 'retry', modelId: id });
        await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
        await core.stop();
      } finally {
        disk.release();
      }
    },
  );

  it('in folders that are not there yet: a new library makes them', async () => {
    const { hub, userData } = await demo();
    const library = path.join(userData, 'some', 'where', 'new');
    const core = await startCore({ userData, hubUrl: hub.url, args: [`--library=${library}`] });
    const { folder } = await install(core);
    expect(folder.startsWith(library)).toBe(true);
  });

  it('a file where the folder should be', async () => {
    const { hub, userData } = await demo();
    await mkdir(userData);
    await writeFile(path.join(userData, 'file'), 'precious');
    const args = [`--library=${path.join(userData, 'file')}`];
    const core = await startCore({ userData, hubUrl: hub.url, args });
    expect(await core.alerts()).toEqual(['LIBRARY_MISSING']);
    expect(await readFile(path.join(userData, 'file'), 'utf8')).toBe('precious');
  });

  it('criterion 18: in use by another Larder', async () => {
    const { hub, userData, library } = await demo();
    await startCore({ userData, hubUrl: hub.url });
    const second = await startCore({
      userData: `${userData}-2`,
      hubUrl: hub.url,
      args: [`--library=${library}`],
    });
    expect(await second.alerts()).toEqual(['LIBRARY_IN_USE']);
    expect(await codeOf(second.call('models.track', { ref: WORDS }))).toBe('LIBRARY_IN_USE');
  });

  it('left locked by a process that is gone: it is taken over at once', async () => {
    const { hub, userData, library } = await demo();
    await mkdir(path.join(library, '.larder'), { recursive: true });
    const dead = spawnSync('true').pid;
    const owner = JSON.stringify({ pid: dead, host: hostname(), instance: 'gone' });
    await writeFile(path.join(library, '.larder', 'lock'), owner);
    const core = await startCore({ userData, hubUrl: hub.url });
    expect(await core.alerts()).toEqual([]);
    await install(core);
  });
});

describe('what may have become of the data files', () => {
  it.each(['downloads.json', 'library.json', 'alerts.json', 'config.json', 'secrets.json'])(
    'torn %s: the application starts, says so, keeps the file, and knows its models',
    async (name) => {
      const { hub, userData } = await demo();
      const first = await startCore({ userData, hubUrl: hub.url });
      await first.value('settings.patch', { downloads: { concurrent: 3 } });
      await first.value('settings.setToken', {
        source: 'hf',
        token: 'hf_demo_member',
        allowPlainText: true,
      });
      const model = await install(first);
      await first.stop();
      const file = path.join(userData, name);
      const text = await readFile(file, 'utf8').catch(() => '{"version":1,"crc32":0,"da');
      await writeFile(file, text);
      await truncate(file, Math.floor(text.length / 2));

      const core = await startCore({ userData, hubUrl: hub.url });
      // The registry is read when it is first written, which this waits for.
      await core.value('health.ready', {});
      expect(await core.alerts()).toEqual([
        name === 'config.json' ? 'SETTINGS_DAMAGED' : 'DOCUMENT_DAMAGED',
      ]);
      const kept = (await readdir(userData)).filter((entry) =>
        entry.startsWith(`${name}.damaged-`),
      );
      expect(kept).toHaveLength(1);
      const [known] = (await core.value('models.list', {})).items;
      expect(known).toMatchObject({ id: model.id, availability: 'available' });
    },
  );

  it('a lost registry is rebuilt from the manifests, a damaged manifest from the registry', async () => {
    const { hub, userData, library } = await demo();
    const first = await startCore({ userData, hubUrl: hub.url });
    const model = await install(first);
    await first.stop();
    await rm(path.join(userData, 'library.json'));
    await rm(path.join(userData, 'library.json.previous'), { force: true });
    const second = await startCore({ userData, hubUrl: hub.url });
    expect((await second.value('models.list', {})).items).toHaveLength(1);
    await second.stop();

    const folder = path.join(library, '.larder', 'manifests');
    const [name] = await readdir(folder);
    await writeFile(path.join(folder, name as string), '{"version":1,');
    const third = await startCore({ userData, hubUrl: hub.url });
    const [healed] = (await third.value('models.list', {})).items;
    expect(healed).toMatchObject({ id: model.id, availability: 'available' });
    expect(await third.alerts()).toEqual(['DOCUMENT_DAMAGED']);
  });

  it('a user-data folder that cannot be written does not keep the engines from starting', async () => {
    const { hub, userData } = await demo();
    await mkdir(userData);
    await chmod(userData, 0o500);
    const core = await startCore({ userData, hubUrl: hub.url });
    expect((await core.value('health.live', {})).status).toBe('ok');
    await core.stop();
    await chmod(userData, 0o700);
  });
});
