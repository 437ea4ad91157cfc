import { describe, expect, it } from 'vitest';
import { syntheticContent } from '../hub/content.ts';
import { startCore } from '../support/core-rig.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';

const SIZE = 6 * 2 ** 20;
const REF = 'hf:maker/model';
const repositories = [
  {
    id: 'maker/model',
    commits: [{ files: [{ path: 'weights.bin', content: syntheticContent({ sizeBytes: SIZE }) }] }],
  },
];

async function rig() {
  const hub = await startHubForTest({ repositories });
  const core = await startCore({ userData: await temporaryFolder(), hubUrl: hub.url });
  return { hub, core };
}

describe('R3.2 making sure that a model can be used', () => {
  it('a hundred who ask at once for one that is not even known cause one download, and all get it', async () => {
    const { hub, core } = await rig();
    const asking = Array.from({ length: 100 }, () =>
      core.value('models.ensure', { modelId: REF, maxWaitMs: 30_000 }),
    );
    const answers = await Promise.all(asking);
    expect(new Set(answers.map(({ model }) => model.availability))).toEqual(new Set(['available']));
    expect(new Set(answers.map(({ etaMs }) => etaMs))).toEqual(new Set([0]));
    expect(hub.bytesSent('**/weights.bin')).toBe(SIZE);
    expect((await core.value('downloads.list', {})).items).toHaveLength(1);
  });

  it('one that is there is told at once, and nothing moves', async () => {
    const { hub, core } = await rig();
    await core.value('models.ensure', { modelId: REF, maxWaitMs: 30_000 });
    const asked = hub.log.length;
    const { model, waitedMs } = await core.value('models.ensure', {
      modelId: REF,
      maxWaitMs: 30_000,
    });
    expect(model.availability).toBe('available');
    expect(waitedMs).toBeLessThan(5_000);
    expect(hub.log).toHaveLength(asked);
  });

  it('without waiting it is set going, and the answer says how long it will take, once that is known', async () => {
    const { hub, core } = await rig();
    hub.setRates({ totalBytesPerSecond: 2e6 });
    const first = await core.value('models.ensure', { modelId: REF, priority: 5 });
    expect(first.model.availability).not.toBe('available');
    const [download] = (await core.value('downloads.list', {})).items;
    expect(download).toMatchObject({ priority: 5 });
    await core.value('models.ensure', { modelId: REF, priority: 1 });
    expect((await core.value('downloads.list', {})).items[0]?.priority).toBe(5);
    hub.setRates({});
    const last = await core.value('models.ensure', { modelId: REF, maxWaitMs: 30_000 });
    expect(last.model.availability).toBe('available');
  });

  it('what a person has paused is not started behind their back, and nobody waits for it', async () => {
    const { hub, core } = await rig();
    hub.setRates({ totalBytesPerSecond: 2e6 });
    const { model } = await core.value('models.ensure', { modelId: REF });
    await core.value('downloads.manage', { action: 'pause', modelId: model.id });
    const answer = await core.value('models.ensure', { modelId: REF, maxWaitMs: 60_000 });
    expect(answer.model.activity).toBe('paused');
    expect(answer.waitedMs).toBeLessThan(30_000);
  });

  it('one that no hub has is refused with the reason', async () => {
    const { core } = await rig();
    const refused = await core.call('models.ensure', {
      modelId: 'hf:maker/none',
      maxWaitMs: 30_000,
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'REPOSITORY_HIDDEN' } });
  });
});
