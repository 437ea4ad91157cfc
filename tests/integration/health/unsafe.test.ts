import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesContent } from '../../hub/content.ts';
import { startCore } from '../../support/core-rig.ts';
import { startHubForTest } from '../../support/engine-rig.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { calling, stateDictionary } from '../../support/pickles/pickle-writer.ts';

const BAD = calling('os', 'system');
const repositories = [
  { id: 'maker/bad', commits: [{ files: [{ path: 'model.pt', content: bytesContent(BAD) }] }] },
  {
    id: 'maker/good',
    commits: [
      { files: [{ path: 'model.pt', content: bytesContent(stateDictionary('layer.weight')) }] },
    ],
  },
];

async function install(ref: string) {
  const hub = await startHubForTest({ repositories });
  const userData = path.join(await temporaryFolder(), 'data');
  const core = await startCore({ userData, hubUrl: hub.url });
  const { id, folder } = await core.value('models.track', { ref });
  await core.untilDownload(({ state }) => state.kind === 'done');
  await core.untilHealth(
    id,
    ({ lastCheckedAt, check }) => lastCheckedAt !== null && check === null,
  );
  const health = async () => (await core.value('models.health', { modelId: id })).items[0];
  const model = async () => (await core.value('models.status', { id })).items[0];
  return { core, id, place: path.join(folder, 'model.pt'), health, model };
}

describe('S7 code in a model', () => {
  it('never gets to its place: it goes to the quarantine, with what it would have run', async () => {
    const { core, place, health, model } = await install('hf:maker/bad');
    await expect(access(place)).rejects.toThrow();
    expect(await model()).toMatchObject({ availability: 'quarantined' });
    expect(await health()).toMatchObject({
      verdict: 'unsafe',
      sentence: expect.stringContaining('os.system'),
      can: { release: true },
    });
    expect(await core.alerts()).toEqual(['MODEL_UNSAFE']);
  });

  it('is released by an explicit act with a reason, which is kept; not without one', async () => {
    const { core, id, place, health, model } = await install('hf:maker/bad');
    const refused = await core.call('health.release', { modelId: id, reason: ' ' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    await core.value('health.release', { modelId: id, reason: 'I read it' });
    expect(await readFile(place)).toEqual(BAD);
    expect(await model()).toMatchObject({ availability: 'available' });
    const { findings } = (await health()) ?? { findings: [] };
    expect(findings[0]).toMatchObject({ verdict: 'unsafe', ignored: { reason: 'I read it' } });
    const { history } = await core.value('models.health', { modelId: id });
    expect(history.map(({ kind }) => kind)).toContain('released');
    const log = await core.value('audit.log', {});
    expect(log).toMatchObject({ intact: true, problem: null });
    expect(log.items.map(({ act, subject }) => [act, subject])).toEqual([
      ['release', id],
      ['quarantine', id],
    ]);
    expect(log.items[0]?.facts).toEqual({ reason: 'I read it' });
  });

  it('a checkpoint that only holds tensors is available', async () => {
    const { health, model } = await install('hf:maker/good');
    expect(await model()).toMatchObject({ availability: 'available' });
    expect(await health()).toMatchObject({ verdict: 'healthy' });
  });
});

describe('S7 the audit log', () => {
  it('holds what was deleted and set, without the token', async () => {
    const { core, id } = await install('hf:maker/good');
    await core.value('settings.patch', { downloads: { concurrent: 3 } });
    await core.value('settings.setToken', {
      source: 'hf',
      token: 'hf_tokentokentoken',
      allowPlainText: true,
    });
    await core.value('models.remove', { id, toTrash: false });
    const { items } = await core.value('audit.log', {});
    expect(items.map(({ act, subject }) => [act, subject])).toEqual([
      ['delete', id],
      ['token-stored', 'hf'],
      ['settings', 'downloads.concurrent'],
    ]);
    expect(JSON.stringify(items)).not.toContain('tokentoken');
  });
});
