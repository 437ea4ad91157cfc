/** How well the time that a waiting request is told agrees with what it then takes. */
import path from 'node:path';
import { syntheticContent } from '../../hub/content.ts';
import { startHub } from '../../hub/hub.ts';
import { composeHere } from './composed.ts';

const SIZE_BYTES = 32 * 2 ** 20;
const BYTES_PER_SECOND = 3 * 2 ** 20;
const LOOK_EVERY_MS = 200;

/** @returns for the second half of a steady download: the told time that is left, as a share of the true one */
export async function etaRun(folder: string): Promise<{ shares: number[] }> {
  const content = syntheticContent({ sizeBytes: SIZE_BYTES });
  const hub = await startHub({
    repositories: [{ id: 'maker/model', commits: [{ files: [{ path: 'm.gguf', content }] }] }],
  });
  hub.setRates({ totalBytesPerSecond: BYTES_PER_SECOND });
  const { larder, value } = await composeHere(path.join(folder, 'eta'), { HF_ENDPOINT: hub.url });
  await larder.start();
  const { model } = await value('models.ensure', { modelId: 'hf:maker/model', maxWaitMs: 0 });
  const looks: { at: number; etaMs: number }[] = [];
  let endedAt = 0;
  for (;;) {
    const [download] = (await value('downloads.list', {})).items;
    if (!download || download.state.kind === 'done') break;
    const half = download.receivedBytes > download.sizeBytes / 2;
    if (half && download.etaMs !== null)
      looks.push({ at: performance.now(), etaMs: download.etaMs });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  await value('models.ensure', { modelId: model.id, maxWaitMs: 10_000 });
  endedAt = performance.now();
  await larder.stop();
  await hub.close();
  // In the last moments the true rest is as short as the pause between two looks.
  const told = looks.filter(({ at }) => endedAt - at > 5 * LOOK_EVERY_MS);
  return { shares: told.map(({ at, etaMs }) => etaMs / (endedAt - at)) };
}
