/** The whole program with two models of 3 MiB in its library, `maker/first` and `maker/second`. */
import { syntheticContent } from '../hub/content.ts';
import { startCore } from './core-rig.ts';
import { startHubForTest } from './engine-rig.ts';
import { temporaryFolder } from './folders.ts';

export const MODEL_BYTES = 3 * 2 ** 20;

export async function startWithTwoModels() {
  const names = ['first', 'second'] as const;
  const hub = await startHubForTest({
    repositories: names.map((name, seed) => ({
      id: `maker/${name}`,
      commits: [
        {
          files: [
            { path: 'weights.bin', content: syntheticContent({ sizeBytes: MODEL_BYTES, seed }) },
          ],
        },
      ],
    })),
  });
  const userData = await temporaryFolder();
  const core = await startCore({ userData, hubUrl: hub.url });
  const models = [];
  for (const name of names) {
    const { id } = await core.value('models.track', { ref: `hf:maker/${name}` });
    await core.untilDownload(({ modelId, state }) => modelId === id && state.kind === 'done');
    models.push(...(await core.value('models.status', { id })).items);
  }
  const [first, second] = models;
  if (!first || !second) throw new Error('no models');
  return { hub, core, userData, first, second };
}
