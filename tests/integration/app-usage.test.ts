import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startCore } from '../support/core-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { startWithTwoModels } from '../support/two-models.ts';

const DAY = 86_400_000;
const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString();

it('R8.1 and R8.2: uses that programs report are figures, over a restart too, and can be exported and erased', async () => {
  const userData = await temporaryFolder();
  const core = await startCore({ userData });
  const event = {
    modelId: 'hf:a/b',
    startedAt: at(1),
    durationMs: 2_000,
    success: true,
    tokens: 50,
  };
  expect(await core.value('analytics.record', event)).toEqual({ recorded: true });
  await core.value('analytics.record', {
    ...event,
    startedAt: at(0),
    success: false,
    errorCode: 'X',
  });
  await core.untilEvent(({ type }) => type === 'analytics.updated');
  const refused = await core.call('analytics.record', { ...event, prompt: 'hello' } as never);
  expect(refused).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  const odd = await core.call('analytics.record', { ...event, modelId: '__proto__' });
  expect(odd).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  await core.stop();

  const again = await startCore({ userData });
  const usage = await again.value('analytics.get', {});
  expect(usage).toMatchObject({
    uses: 2,
    items: [{ modelId: 'hf:a/b', uses: 2, successRate: 0.5, tokens: 100, failureStreak: 1 }],
  });
  expect(usage.series).toHaveLength(30);
  expect(usage.preload[0]?.modelId).toBe('hf:a/b');
  const { text } = await again.value('analytics.export', { format: 'csv' });
  expect(text.split('\r\n')).toHaveLength(4);
  await again.value('analytics.erase', {});
  expect((await again.value('analytics.get', {})).uses).toBe(0);
  expect(await readdir(path.join(userData, 'analytics'))).toEqual([]);
  const log = await again.value('audit.log', {});
  expect(log.items.map(({ act }) => act)).toContain('usage-erased');
});

it('nothing is recorded when the person does not want it', async () => {
  const core = await startCore({ userData: await temporaryFolder() });
  await core.value('settings.patch', { analytics: { record: false } });
  const event = { modelId: 'hf:a/b', startedAt: at(0), durationMs: 1, success: true };
  expect(await core.value('analytics.record', event)).toEqual({ recorded: false });
  expect((await core.value('analytics.get', {})).uses).toBe(0);
});

it('R8.3 and R2.1: what is used stays at the end of the list of what could go', async () => {
  const { core, first, second } = await startWithTwoModels();
  const uses = { modelId: first.id, startedAt: at(0), durationMs: 10, success: true };
  for (let count = 0; count < 5; count += 1) await core.value('analytics.record', uses);
  const { items } = await core.value('cleanup.propose', {});
  expect(items.map(({ modelId }) => modelId)).toEqual([second.id, first.id]);
  const [status] = (await core.value('models.status', { id: first.id })).items;
  expect(status).toMatchObject({
    availability: 'available',
    health: { verdict: expect.any(String) },
    usage: { uses: 5, lastUsedAt: uses.startedAt },
    version: { requested: 'main' },
  });
  expect(items[1]?.reasons.slice(0, 2)).toEqual(['Last used today.', 'Used 5 times in 30 days.']);
});
