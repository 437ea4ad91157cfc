import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { syntheticContent } from '../hub/content.ts';
import { createSeededRandom } from '../hub/seeded-random.ts';
import { startHubForTest } from '../support/engine-rig.ts';
import { temporaryFolder } from '../support/folders.ts';
import { type HeadlessApp, launchHeadless } from '../support/headless-app.ts';

const SIZE = 96 * 2 ** 20;
const FILE = 'larder-chaos/steady/weights.bin';
const REF = 'hf:larder-chaos/steady';
/** What may be fetched again after one kill: the journal is written every 16 MiB or every second. */
const REFETCH_LIMIT = 20 * 2 ** 20;

/** Resolves once the model's download is done. */
function untilDone(app: HeadlessApp, modelId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(
      `${app.url.replace('http', 'ws')}/api/v1/events?types=model.status`,
      {
        headers: { authorization: `Bearer ${app.token}` },
      },
    );
    const finish = () => {
      socket.close();
      resolve();
    };
    socket.on('error', reject);
    socket.on('open', async () => {
      const { body } = await app.call('models.status', { id: modelId });
      if (body.items[0]?.availability === 'available') finish();
    });
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as {
        data: { model: { availability: string } | null };
      };
      if (event.data.model?.availability === 'available') finish();
    });
  });
}

describe('criterion 1: kill −9 at random points of a download', () => {
  it.each([11, 12, 13])(
    'seed %i: every run resumes by itself, and the digest is right',
    async (seed) => {
      const random = createSeededRandom(seed);
      const content = syntheticContent({ sizeBytes: SIZE, seed });
      const files = [{ path: 'weights.bin', content, lfs: true }];
      const hub = await startHubForTest({
        repositories: [{ id: 'larder-chaos/steady', commits: [{ files }] }],
      });
      hub.setRates({ totalBytesPerSecond: 60e6 });
      const userData = path.join(await temporaryFolder(), 'data');
      await mkdir(userData);
      let app = await launchHeadless({ userData, hubUrl: hub.url });
      const tracked = await app.call('models.track', { ref: REF });
      expect(tracked.status).toBe(200);
      const { id } = tracked.body;

      const kills = 3;
      for (let kill = 1; kill <= kills; kill += 1) {
        const sentBefore = hub.bytesSent(FILE);
        const more = Math.floor((0.05 + 0.2 * random()) * SIZE);
        await hub.until(() => hub.bytesSent(FILE) >= sentBefore + more);
        await app.kill();
        app = await launchHeadless({ userData, hubUrl: hub.url });
      }
      hub.setRates({});
      await untilDone(app, id);

      const installed = path.join(userData, 'library', 'larder-chaos', 'steady', 'weights.bin');
      const digest = createHash('sha256')
        .update(await readFile(installed))
        .digest('hex');
      expect(digest).toBe(await content.sha256());
      expect(hub.bytesSent(FILE)).toBeLessThan(SIZE + kills * REFETCH_LIMIT);
      expect(await readdir(path.join(userData, 'library', '.larder', 'downloads'))).toEqual([]);
      expect(await app.end()).toBe(0);
      expect(existsSync(path.join(userData, 'api.json'))).toBe(false);
      expect(existsSync(path.join(userData, 'library', '.larder', 'lock'))).toBe(false);
    },
  );
});
