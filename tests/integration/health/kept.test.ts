import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startCore } from '../../support/core-rig.ts';
import { startWithTwoModels } from '../../support/two-models.ts';

it('R3.1 at the start, missing files of kept models are fetched again, and of others not', async () => {
  const { hub, core, userData, first, second } = await startWithTwoModels();
  await core.value('models.keep', { modelId: first.id, keep: true });
  await core.stop();
  const files = [first, second].map(({ folder }) => path.join(folder, 'weights.bin'));
  for (const file of files) await rm(file);
  const sent = hub.bytesSent('**/weights.bin');

  const again = await startCore({ userData, hubUrl: hub.url });
  await hub.until(() => hub.bytesSent('**/weights.bin') > sent);
  await again.untilHealth(first.id, ({ verdict }) => verdict !== 'incomplete');
  await again.untilHealth(second.id, ({ verdict }) => verdict === 'incomplete');
  expect(files.map((file) => existsSync(file))).toEqual([true, false]);
  expect(hub.bytesSent('**/weights.bin') - sent).toBe(first.sizeBytes);
});

it('R3.1 nothing is fetched unasked where the person wants to be asked', async () => {
  const { hub, core, userData, first } = await startWithTwoModels();
  await core.value('settings.patch', { health: { automation: 'ask' } });
  await core.value('models.keep', { modelId: first.id, keep: true });
  await core.stop();
  await rm(path.join(first.folder, 'weights.bin'));
  const sent = hub.bytesSent('**/weights.bin');
  const again = await startCore({ userData, hubUrl: hub.url });
  await again.untilHealth(first.id, ({ verdict }) => verdict === 'incomplete');
  expect(hub.bytesSent('**/weights.bin')).toBe(sent);
});
