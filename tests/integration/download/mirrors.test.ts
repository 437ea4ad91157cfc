import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { syntheticContent } from '../../hub/content.ts';
import { isDone, startEngine, startHubForTest } from '../../support/engine-rig.ts';

const SIZE = 24 * 2 ** 20;
const REF = 'hf:maker/model';
const content = syntheticContent({ sizeBytes: SIZE, seed: 3 });
const repositories = [{ id: 'maker/model', commits: [{ files: [{ path: 'w.gguf', content }] }] }];
const FILE = '**/w.gguf';

async function pair() {
  const token = 'hf_only_for_the_hub_itself';
  const hub = await startHubForTest({ repositories, tokens: { [token]: { user: 'tester' } } });
  const mirror = await startHubForTest({ repositories, seed: 2 });
  const rig = await startEngine(hub, { mirrors: [mirror.url], attempts: 3, token });
  return { hub, mirror, rig };
}

async function digestOf(folder: string): Promise<string> {
  const bytes = await readFile(path.join(folder, 'maker/model/w.gguf'));
  return createHash('sha256').update(bytes).digest('hex');
}

describe('S1 mirrors', () => {
  it('takes over in the middle when the hub is gone, and fetches only what is missing', async () => {
    const { hub, mirror, rig } = await pair();
    hub.setRates({ totalBytesPerSecond: 20e6 });
    const id = await rig.fetch(REF);
    await rig.until(id, ({ receivedBytes }) => receivedBytes > SIZE / 3);
    await hub.goOffline();
    await rig.until(id, isDone);
    expect(await digestOf(rig.folder)).toBe(await content.sha256());
    expect(mirror.bytesSent(FILE)).toBeGreaterThan(0);
    expect(mirror.bytesSent(FILE)).toBeLessThan(SIZE * 0.75);
  });

  it('a source that delivers wrong bytes is set aside for one that does not', async () => {
    const { hub, mirror, rig } = await pair();
    hub.setFaults(FILE, { kind: 'bitflip', afterBytes: 1000 });
    await rig.until(await rig.fetch(REF), isDone);
    expect(await digestOf(rig.folder)).toBe(await content.sha256());
    expect(mirror.bytesSent(FILE)).toBeGreaterThanOrEqual(SIZE);
  });

  it('no mirror ever sees the token', async () => {
    const { hub, mirror, rig } = await pair();
    hub.setFaults(FILE, { kind: 'status', status: 404 });
    await rig.until(await rig.fetch(REF), isDone);
    expect(mirror.bytesSent(FILE)).toBeGreaterThanOrEqual(SIZE);
    expect(mirror.log.some(({ sawAuthorization }) => sawAuthorization)).toBe(false);
  });

  it('a mirror that has other bytes under that name is not asked for them', async () => {
    const hub = await startHubForTest({ repositories });
    const other = syntheticContent({ sizeBytes: SIZE, seed: 4 });
    const mirror = await startHubForTest({
      repositories: [
        { id: 'maker/model', commits: [{ files: [{ path: 'w.gguf', content: other }] }] },
      ],
    });
    const rig = await startEngine(hub, { mirrors: [mirror.url], attempts: 2 });
    hub.setFaults(FILE, { kind: 'bitflip', afterBytes: 1000 });
    await rig.until(await rig.fetch(REF), ({ state }) => state.kind === 'failed');
    expect(mirror.bytesSent(FILE)).toBe(0);
  });
});
